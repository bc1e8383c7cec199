"""JSON Feed, versions 1.0 and 1.1."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from ingest.refusal import Refused
from ingest.sources import fitting
from ingest.sources.feed.document import FeedDocument, FeedItem
from ingest.sources.local_times import read_time
from ingest.strict_json import parse_strict
from newsloom_schemas.submission import SubmittedImage

_VERSION = "https://jsonfeed.org/version/"


class _JsonFeed(BaseModel):
    """As far as it must be right; the items are read one by one, so that one bad item is refused alone."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    version: str
    items: Annotated[tuple[dict[str, Any], ...], Field(max_length=100_000)]
    language: Any = None
    authors: Any = None
    author: Any = None


def read_json_feed(raw: bytes, *, zone: ZoneInfo) -> FeedDocument:
    """The feed in a JSON document. Raises Refused."""
    feed = parse_strict(_JsonFeed, raw)
    if not feed.version.startswith(_VERSION):
        raise Refused("not-a-feed", f"send a JSON Feed: its `version` begins with {_VERSION}")
    return FeedDocument(items=tuple(_item(each, feed, zone) for each in feed.items))


def _item(each: Mapping[str, Any], feed: _JsonFeed, zone: ZoneInfo) -> FeedItem:
    html, text = _text(each, "content_html"), _text(each, "content_text")
    summary = _text(each, "summary") or ""
    return FeedItem(
        id=_id(each.get("id")),
        link=fitting.address(each.get("url")) or fitting.address(each.get("external_url")),
        title=_escaped(_text(each, "title") or ""),
        body_html=html,
        body_text=None if html else text or summary or None,
        summary=_escaped(summary) if html or text else "",
        published=read_time(_text(each, "date_published") or "", zone),
        updated=read_time(_text(each, "date_modified") or "", zone),
        authors=fitting.names(_names(each) or _names({"authors": feed.authors, "author": feed.author})),
        keywords=fitting.labels(_listed(each.get("tags"))),
        images=fitting.images(_images(each)),
        language=fitting.language(each.get("language"), feed.language),
    )


def _id(value: Any) -> str | None:
    """Version 1.0 allowed numbers, and told readers to take them as text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value) or None


def _text(each: Mapping[str, Any], name: str) -> str | None:
    value = each.get(name)
    return value if isinstance(value, str) and value.strip() else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _names(holder: Mapping[str, Any]) -> list[Any]:
    authors = _listed(holder.get("authors")) or [holder.get("author")]
    return [author.get("name") for author in authors if isinstance(author, Mapping)]


def _images(each: Mapping[str, Any]) -> Iterator[SubmittedImage]:
    attached = (
        attachment.get("url")
        for attachment in _listed(each.get("attachments"))
        if isinstance(attachment, Mapping) and str(attachment.get("mime_type", "")).startswith("image/")
    )
    for url in map(fitting.address, (each.get("image"), each.get("banner_image"), *attached)):
        if url:
            yield SubmittedImage(url=url)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
