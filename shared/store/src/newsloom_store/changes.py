"""The values that go in and out of the store besides the document itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from newsloom_schemas.document import StoredArticleV3


class Swap(Protocol):
    """A document and the version it replaces; whatever has these two can be written."""

    @property
    def expected_version(self) -> int | None:
        """The `document_version` that must be stored now; None when there must be no document."""

    @property
    def document(self) -> StoredArticleV3:
        """What is to be stored instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The plain form of a swap."""

    expected_version: int | None
    document: StoredArticleV3


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a document is at, without its content. `accepted_at` is that of the revision stored, if any."""

    document_version: int
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a link to an article shows."""

    article_id: str
    headline: str
    language: str
    source: str
    published_at: datetime
    document_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What one step of the background migration did. `last` is the id to go on after, None at the end."""

    rewritten: int
    passed_over: int
    last: str | None
