"""One client's stream: catch up in the log, then live, without a gap; and again whenever it falls behind."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

from feeds.cursors import LogCursor
from feeds.live import LiveTail, Mailbox
from feeds.ports import Versions
from feeds.updates import Beat, Reset, Signal, Update, current, updates_in

BEAT_SECONDS = 15.0
WINDOW_RECORDS = 5_000  # how much of the log one catch-up step reads, and so the most it holds in memory
READS_AT_ONCE = 8


class UpdateStreams:
    """Opens streams. The number of catch-up reads at a time is bounded; a slow client holds none of them."""

    def __init__(
        self,
        tail: LiveTail,
        store: Versions,
        *,
        beat_seconds: float = BEAT_SECONDS,
        window: int = WINDOW_RECORDS,
    ) -> None:
        self._tail = tail
        self._store = store
        self._beat_seconds = beat_seconds
        self._window = window
        self._reads = asyncio.Semaphore(READS_AT_ONCE)

    async def open(self, feed_id: str, start: LogCursor | None) -> AsyncGenerator[Signal, None]:
        """Signals of a feed from the cursor on, or from now; ends when the service stops.

        The first one is a beat, so that a client which then loses its connection can resume.
        """
        position = start or self._tail.position(feed_id)
        yield Beat(cursor=position)
        while not self._tail.closed:
            with self._tail.attach(feed_id) as mailbox:
                async for signal in self._until_overrun(feed_id, position, mailbox):
                    position = signal.cursor
                    yield signal

    async def _until_overrun(
        self, feed_id: str, position: LogCursor, mailbox: Mailbox
    ) -> AsyncIterator[Signal]:
        async for signal in self._caught_up(feed_id, position, mailbox):
            position = signal.cursor
            yield signal
        if mailbox.overrun:
            return
        position = _later(position, mailbox.since)
        while True:
            update = await mailbox.take(self._beat_seconds)
            if mailbox.overrun:
                return
            if update is None:
                position = _later(position, self._tail.position(feed_id))
                yield Beat(cursor=position)
            elif update.cursor.offset > position.offset:
                position = update.cursor
                yield update

    async def _caught_up(self, feed_id: str, position: LogCursor, mailbox: Mailbox) -> AsyncIterator[Signal]:
        if position.offset >= mailbox.since.offset:
            return
        if position.offset < (await self._tail.log.beginning_offsets())[position.partition]:
            yield Reset(cursor=mailbox.since)
            return
        while position.offset < mailbox.since.offset and not mailbox.overrun:
            step = LogCursor(position.partition, min(position.offset + self._window, mailbox.since.offset))
            for update in await self._read(feed_id, position, step):
                if mailbox.overrun:
                    return  # what was read may be outdated by now; it is read and checked again
                if not mailbox.takes_back(update.event.article_id):
                    yield update
            position = step

    async def _read(self, feed_id: str, start: LogCursor, end: LogCursor) -> list[Update]:
        found: list[Update] = []
        async with self._reads:
            async for entries in self._tail.log.read(start.partition, start.offset, end.offset):
                mine = [u for u in updates_in(entries) if u.event.feed_id == feed_id]
                found += await current(mine, self._store)
        return found


def _later(one: LogCursor, other: LogCursor) -> LogCursor:
    return one if one.offset >= other.offset else other
