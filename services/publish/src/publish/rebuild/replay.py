"""The log of enriched articles, brought once more through publish's use case into a store of its own.

Only its first half, which decides and stores: whoever reads the topics has been told before.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import structlog

from newsloom_runtime.cluster import Cluster
from newsloom_runtime.log_reader import LogEntry, LogReader
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_ENRICHED, Topic
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.identity import CANARY_SOURCE
from newsloom_store import StoreUnavailable
from publish.decide import Kind
from publish.ports import ServerClock, Store
from publish.publish import Fold, SwapsLost, settle
from publish.rebuild.seen import Seen

LANES = 2  # partitions worked on at once: while one waits for MongoDB, the other decodes
TRIES = 10
PAUSE_S = 1.0

Progress = Callable[[int, int], None]  # records read, records to read


@dataclass(slots=True, kw_only=True)
class Counts:
    """What a replay met. `refused` are events that the store, or publish's own code, cannot take."""

    records: int = 0
    undecodable: int = 0
    conflicts: int = 0
    refused: int = 0


class Replay:
    """Reads the topic from its oldest record, then whatever comes after. As an async context manager.

    Raises LogUnavailable, and StoreUnavailable when MongoDB stays away for longer than ten seconds.
    """

    def __init__(
        self,
        bootstrap: Cluster,
        *,
        store: Store,
        clock: ServerClock,
        topic: Topic = ARTICLES_ENRICHED,
        progress: Progress = lambda _read, _of: None,
    ) -> None:
        self._readers = [LogReader(bootstrap, topic) for _ in range(LANES)]
        self._store = store
        self._clock = clock
        self._events = topic.events
        self._progress = progress
        self._closing = AsyncExitStack()
        self._ahead = 0
        self.first: dict[int, int] = {}
        self.reached: dict[int, int] = {}
        self.counts = Counts()
        self.seen = Seen()

    async def __aenter__(self) -> Self:
        for reader in self._readers:
            await self._closing.enter_async_context(reader)
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._closing.aclose()

    def lacks_older_events(self, article_id: str) -> bool:
        """Whether retention has taken records of the article's partition."""
        return self.first[self._readers[0].partition_for(article_id)] > 0

    async def to_end(self) -> None:
        """Bring in everything up to the present end of the log."""
        self.first = await self._readers[0].beginning_offsets()
        ends = await self._readers[0].end_offsets()
        starts = {partition: self.reached.get(partition, first) for partition, first in self.first.items()}
        work = [(p, starts[p], ends[p]) for p in sorted(ends) if starts[p] < ends[p]]
        self._ahead = self.counts.records + sum(end - start for _, start, end in work)
        try:
            async with asyncio.TaskGroup() as group:
                for reader in self._readers:
                    group.create_task(self._lane(reader, work))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        self.reached = ends
        self.counts.undecodable += sum(reader.undecodable for reader in self._readers)
        for reader in self._readers:
            reader.undecodable = 0

    async def _lane(self, reader: LogReader, work: list[tuple[int, int, int]]) -> None:
        while work:
            partition, start, end = work.pop(0)
            async for entries in reader.read(partition, start, end):
                await self._bring_in(partition, entries)

    async def _bring_in(self, partition: int, entries: Sequence[LogEntry]) -> None:
        events = [entry.event for entry in entries if isinstance(entry.event, self._events)]
        self.counts.undecodable += len(entries) - len(events)
        events = [event for event in events if not _is_canary(event)]
        if self.first[partition]:
            self.seen.note(events)
        try:
            await self._settle(events)
        except (StoreUnavailable, SwapsLost):
            raise
        except Exception:  # noqa: BLE001 - as the harness does: one event must not hold the others
            for event in events:
                await self._alone(event)
        self.counts.records += len(entries)
        self._progress(self.counts.records, self._ahead)

    async def _alone(self, event: Event) -> None:
        try:
            await self._settle([event])
        except (StoreUnavailable, SwapsLost):
            raise
        except Exception as error:  # noqa: BLE001
            self.counts.refused += 1
            structlog.get_logger().warning(
                "event_refused", article_id=event.subject, error=type(error).__name__
            )

    async def _settle(self, events: Sequence[Event]) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                folds = await settle(events, store=self._store, clock=self._clock)
            except (StoreUnavailable, SwapsLost):
                if attempt == TRIES:
                    raise
                await asyncio.sleep(PAUSE_S)
            else:
                self.counts.conflicts += _conflicts(folds.values())
                return


def _is_canary(event: Event) -> bool:
    """Whether the store may have forgotten it, see newsloom_store.canaries: a rebuilt one begins without."""
    return isinstance(event, ArticleEvent) and event.source == CANARY_SOURCE


def _conflicts(folds: Iterable[Fold]) -> int:
    return sum(decision.kind is Kind.CONFLICT for fold in folds for decision in fold.decisions)
