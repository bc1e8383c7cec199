"""Stored documents to what MongoDB keeps, and back."""

import logging
from typing import Any

from pydantic import ValidationError

from newsloom_schemas.document import StoredArticleV3
from newsloom_store.errors import UnreadableDocument
from newsloom_store.migrations import upcast

ID = "_id"


def to_raw(document: StoredArticleV3) -> dict[str, Any]:
    """The document for the driver: its `_id` is the article's id, absent fields stay absent."""
    raw = document.__pydantic_serializer__.to_python(document, exclude_none=True)
    return {ID: raw.pop("article_id"), **raw}


def from_raw(raw: dict[str, Any]) -> StoredArticleV3:
    """The document from what the driver read, whatever schema version it was written in.

    Raises UnreadableDocument, naming the article, when it does not fit the contract.
    """
    newest = {**upcast(raw)}
    newest["article_id"] = newest.pop(ID)
    try:
        return StoredArticleV3.model_validate(newest)
    except ValidationError as error:
        where = "/".join(str(step) for step in error.errors(include_input=False, include_url=False)[0]["loc"])
        raise UnreadableDocument(
            f"the stored document {newest['article_id']} does not fit at /{where}: it comes from a newer "
            "newsloom, or it was edited by hand; upgrade, or restore it"
        ) from None


def readable(raw: dict[str, Any], *, where: str) -> StoredArticleV3 | None:
    """The document, or None when it does not fit: logged and left out, because it must not hide others."""
    try:
        return from_raw(raw)
    except UnreadableDocument as error:
        logging.getLogger(__name__).error("left out of %s: %s", where, error)
        return None
