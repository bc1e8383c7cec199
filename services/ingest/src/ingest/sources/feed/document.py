"""A feed as its readers hand it on, whatever form it had."""

from dataclasses import dataclass
from datetime import datetime

from newsloom_schemas.submission import SubmittedImage

MAX_ITEMS = 1_000  # of one feed, pushed or imported


@dataclass(frozen=True, kw_only=True)
class FeedItem:
    """One item. Texts as they came: `title` and `summary` as HTML, the body as HTML or as plain text."""

    id: str | None
    link: str | None
    title: str
    body_html: str | None = None
    body_text: str | None = None
    summary: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    images: tuple[SubmittedImage, ...] = ()
    language: str | None = None
    rights: str | None = None


@dataclass(frozen=True, kw_only=True)
class FeedDocument:
    """A feed. `changed` is when it says that it was last made; `ttl_s` how long it asks not to be read."""

    items: tuple[FeedItem, ...]
    changed: datetime | None = None
    ttl_s: float | None = None
