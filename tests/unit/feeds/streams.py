"""A tail over a log in memory, and what its streams say, for the tests of live feeds."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from feeds.cursors import LogCursor
from feeds.live import LiveTail
from feeds.stream import UpdateStreams
from feeds.updates import Batch, Signal, Update, update_of
from feeds.window import Window
from newsloom_schemas.events import FeedUpdatedV1
from newsloom_store import MemoryStore
from tests.eventually import eventually
from tests.unit.feeds.documents import updated
from tests.unit.feeds.fakes import MemoryLog


@dataclass(frozen=True, kw_only=True)
class Live:
    """The parts of a running tail."""

    log: MemoryLog
    store: MemoryStore
    tail: LiveTail
    streams: UpdateStreams


@asynccontextmanager
async def following(tail: LiveTail, log: MemoryLog) -> AsyncIterator[None]:
    """The tail, reading the log."""
    task = asyncio.create_task(tail.run(log))
    await eventually(lambda: tail.not_ready() is None)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


@asynccontextmanager
async def live(
    *,
    log: MemoryLog | None = None,
    store: MemoryStore | None = None,
    window: int = 1_000,
    beat: float = 60,
) -> AsyncIterator[Live]:
    """A tail that follows the log with a window of so many updates."""
    log, store = log or MemoryLog(), store or MemoryStore()
    tail = LiveTail(store, window=Window(max_updates=window))
    async with following(tail, log):
        yield Live(log=log, store=store, tail=tail, streams=UpdateStreams(tail, beat_seconds=beat))


def a_log(records: int, *, headline: str = "News") -> MemoryLog:
    """A log in which the feed `all` tells of so many articles."""
    log = MemoryLog()
    log.append(*(updated(f"story-{number}", headline=headline) for number in range(records)))
    return log


def an_update(event: FeedUpdatedV1, offset: int = 1) -> Update:
    """The update in the record below the offset."""
    return update_of(event, LogCursor(0, offset))


async def first(signals: AsyncGenerator[Signal, None]) -> Signal:
    """The next signal."""
    async with asyncio.timeout(5):
        return await anext(signals)


async def take(signals: AsyncGenerator[Signal, None], count: int) -> list[Update]:
    """The next updates, at least so many, whatever batches they come in; beats and resets are passed over."""
    taken: list[Update] = []
    while len(taken) < count:
        taken += updates_of([await first(signals)])
    return taken


def updates_of(signals: Iterable[Signal]) -> list[Update]:
    return [update for signal in signals if isinstance(signal, Batch) for update in signal.updates]


def offsets(updates: Sequence[Update]) -> list[int]:
    return [update.cursor.offset for update in updates]
