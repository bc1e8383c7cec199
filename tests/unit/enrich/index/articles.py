"""Made-up articles for the related index, from names and numbers that a test chooses."""

from datetime import UTC, datetime
from typing import Any

from enrich.index.library import IndexedArticle
from enrich.index.wording import wording_of
from enrich.index_keys import Key
from enrich.related import RelatedQuery
from newsloom_schemas.identity import article_id

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)


def key(term: str, kind: str = "name", weight: int = 2) -> Key:
    """A key whose label is its term."""
    return Key(f"n:{term}", kind, weight, term)  # type: ignore[arg-type] # a kind as a plain word


def keys(*terms: str) -> tuple[Key, ...]:
    return tuple(key(term) for term in terms)


def wording_key(text: str) -> Key:
    wording = wording_of(text)
    assert wording is not None, "the text is too short to have a wording"
    return Key(f"w:{wording.shingles}:{wording.bins.hex()}", "wording", 0, "")


def indexed(name: str, of: tuple[Key, ...] = (), **fields: Any) -> IndexedArticle:
    defaults: dict[str, Any] = {
        "article_id": article_id("meridian", name),
        "document_version": 1,
        "source": "meridian",
        "headline": name,
        "language": "en",
        "published_at": NOON,
        "keys": of,
    }
    return IndexedArticle(**defaults | fields)


def query(name: str, of: tuple[Key, ...] = (), **fields: Any) -> RelatedQuery:
    defaults: dict[str, Any] = {
        "article_id": article_id("meridian", name),
        "source": "meridian",
        "language": "en",
        "published_at": NOON,
        "at": NOON,
        "keys": of,
    }
    return RelatedQuery(**defaults | fields)
