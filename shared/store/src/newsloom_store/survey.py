"""Every document there is, page by page: for whoever compares whole stores. Unreadable ones count, too."""

from collections.abc import Sequence

from newsloom_schemas.document import StoredArticleV3
from newsloom_store.codec import ID, from_raw
from newsloom_store.connection import Collection, Raw
from newsloom_store.errors import UnreadableDocument, translated

Surveyed = Sequence[tuple[str, StoredArticleV3 | None]]  # by id; None for a document that does not fit


async def in_order(collection: Collection, *, after: str, limit: int) -> Surveyed:
    """At most `limit` documents in the order of their ids, after an id."""
    with translated():
        found = await collection.find({ID: {"$gt": after}}).sort(ID, 1).limit(limit).to_list(None)
    return [_surveyed(raw) for raw in found]


async def among(collection: Collection, article_ids: Sequence[str]) -> Surveyed:
    """The documents with these ids; absent ones are left out."""
    with translated():
        found = await collection.find({ID: {"$in": list(article_ids)}}).to_list(None)
    return [_surveyed(raw) for raw in found]


async def ids(collection: Collection, *, after: str, limit: int) -> list[str]:
    """At most `limit` ids in their order, after one. Reads the index alone."""
    with translated():
        found = await collection.find({ID: {"$gt": after}}, {ID: 1}).sort(ID, 1).limit(limit).to_list(None)
    return [str(raw[ID]) for raw in found]


def _surveyed(raw: Raw) -> tuple[str, StoredArticleV3 | None]:
    article_id = str(raw[ID])
    try:
        return article_id, from_raw(raw)
    except UnreadableDocument:
        return article_id, None


async def drop_database(collection: Collection) -> None:
    """Remove the collection's whole database."""
    with translated():
        await collection.database.client.drop_database(collection.database.name)
