"""A log in memory, a clock that stands still, and a store that can be away."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from newsloom_schemas.base import Event
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.events import FeedUpdatedV1
from newsloom_store import MemoryStore, StoreUnavailable
from tests.factories import MOMENT

PARTITIONS = 2


@dataclass(frozen=True, kw_only=True)
class LogRecord:
    """A record of the log in memory."""

    event: Event
    partition: int
    offset: int


class MemoryLog:
    """The feed `all` lies in partition 0, all others in 1."""

    def __init__(self) -> None:
        self.records: dict[int, list[LogRecord]] = {p: [] for p in range(PARTITIONS)}
        self.first: dict[int, int] = dict.fromkeys(range(PARTITIONS), 0)
        self.pages: list[tuple[int, int, int]] = []
        self.readable = asyncio.Event()
        self.readable.set()
        self._grown = asyncio.Event()

    def append(self, *events: FeedUpdatedV1) -> None:
        for event in events:
            partition = self.partition_for(event.feed_id)
            records = self.records[partition]
            records.append(LogRecord(event=event, partition=partition, offset=len(records)))
        self._grown.set()

    def forget_below(self, partition: int, offset: int) -> None:
        """What retention does."""
        self.first[partition] = offset

    def partition_for(self, key: str) -> int:
        return 0 if key == "all" else 1

    async def end_offsets(self) -> dict[int, int]:
        return {p: len(records) for p, records in self.records.items()}

    async def follow(
        self, start: Mapping[int, int] | Literal["beginning", "end"]
    ) -> AsyncIterator[Sequence[LogRecord]]:
        assert not isinstance(start, str)
        positions = dict(start)
        while True:
            self._grown.clear()
            polled = [r for p, at in positions.items() for r in self.records[p][at:]]
            positions = await self.end_offsets()
            if polled:
                yield polled
            else:
                await self._grown.wait()

    async def page(self, partition: int, start: int, end: int) -> Sequence[LogRecord] | None:
        self.pages.append((partition, start, end))
        await self.readable.wait()
        if start < self.first[partition]:
            return None
        return self.records[partition][start:end]


class StoppedClock:
    """Stands still until it is set."""

    def __init__(self, moment: datetime = MOMENT) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


class AbsentStore(MemoryStore):
    """A store whose database does not answer."""

    async def get(self, article_id: str) -> StoredArticleV3 | None:
        raise StoreUnavailable("away")

    async def versions(self, article_ids: Sequence[str]) -> dict[str, int]:
        raise StoreUnavailable("away")

    async def feed_ids(self) -> list[tuple[str, int]]:
        raise StoreUnavailable("away")


class CountingStore(MemoryStore):
    """Counts what it is asked, and can hold back the answer about versions."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.answer_versions = asyncio.Event()
        self.answer_versions.set()

    async def get(self, article_id: str) -> StoredArticleV3 | None:
        self.asked += 1
        return await super().get(article_id)

    async def versions(self, article_ids: Sequence[str]) -> dict[str, int]:
        self.asked += 1
        await self.answer_versions.wait()
        return await super().versions(article_ids)


def holding(store: MemoryStore, *documents: StoredArticleV3) -> None:
    """Put documents into the store as they are."""
    for document in documents:
        store.documents[document.article_id] = document
