"""What feeds needs from the world: a store of documents, the log of feed updates, the time."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from newsloom_schemas.base import Event
from newsloom_schemas.document import StoredArticleV3

PagePosition = tuple[datetime, str]


class Summary(Protocol):
    """What a related link or a list shows of the article it points to."""

    @property
    def article_id(self) -> str: ...
    @property
    def headline(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def published_at(self) -> datetime: ...
    @property
    def document_version(self) -> int: ...


class Versions(Protocol):
    """Tells the stored version of documents; the unknown are left out."""

    async def versions(self, article_ids: Sequence[str]) -> dict[str, int]: ...


class Store(Versions, Protocol):
    """The documents that publish wrote. Lists and summaries never give a killed or withheld article."""

    async def get(self, article_id: str) -> StoredArticleV3 | None: ...
    async def summaries(self, article_ids: Sequence[str]) -> Mapping[str, Summary]: ...
    async def feed_page(
        self, feed_id: str, *, limit: int, before: PagePosition | None, within: Sequence[str]
    ) -> list[StoredArticleV3]: ...
    async def newest(
        self, feed_id: str, *, since: datetime, until: datetime, limit: int
    ) -> Sequence[Summary]: ...
    async def feed_ids(self) -> list[tuple[str, int]]: ...


class Entry(Protocol):
    """A record of the log."""

    @property
    def event(self) -> Event: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...


class Log(Protocol):
    """The topic `feed-updates`, read without a consumer group."""

    async def end_offsets(self) -> dict[int, int]: ...
    def partition_for(self, key: str) -> int: ...
    def follow(
        self, start: Mapping[int, int] | Literal["beginning", "end"]
    ) -> AsyncIterator[Sequence[Entry]]: ...
    async def page(self, partition: int, start: int, end: int) -> Sequence[Entry] | None:
        """Everything with start <= offset < end; None when the log no longer holds `start`."""


class Clock(Protocol):
    """Tells the time in UTC."""

    def now(self) -> datetime: ...


class Cursors(Protocol):
    """Where a reader of a feed may go on reading; None while the log has not been reached yet."""

    def cursor(self, feed_id: str) -> str | None: ...
