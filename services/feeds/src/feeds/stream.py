"""One client's stream: what it has not seen yet, then live, without a gap; and again when it fell behind."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass

from feeds.channel import Channel
from feeds.counting import NoCounts, StreamCounts
from feeds.cursors import LogCursor
from feeds.filters import EVERYTHING, Filter
from feeds.live import LiveTail
from feeds.updates import Batch, Beat, Reset, Signal, Update

BEAT_SECONDS = 15.0
CATCH_UP_PAUSE_S = 0.01  # between two bites: who is far behind leaves most of the time to others


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A client's place among the streams: the how manieth it is since the start, and how to leave."""

    number: int
    leave: Callable[[], None]


_Step = tuple[Sequence[Update], LogCursor]


class UpdateStreams:
    """Opens streams. A client is a place in what the tail holds for all: a slow one costs nobody anything."""

    def __init__(
        self, tail: LiveTail, *, beat_seconds: float = BEAT_SECONDS, counts: StreamCounts | None = None
    ) -> None:
        self._tail = tail
        self._beat_seconds = beat_seconds
        self._counts = counts or NoCounts()
        self._admitted = 0
        self.clients = 0

    def admit(self) -> "Place":
        """Count a client in, until its place is left."""
        self._admitted += 1
        self.clients += 1
        return Place(number=self._admitted, leave=self._leave)

    def _leave(self) -> None:
        self.clients -= 1

    async def open(
        self, feed_id: str, start: LogCursor | None, wanted: Filter = EVERYTHING
    ) -> AsyncGenerator[Signal, None]:
        """Signals of a feed from the cursor on, or from now; ends when the service stops.

        The first one is a beat, so that a client which then loses its connection can resume.
        """
        now = asyncio.get_running_loop().time
        with self._tail.attach(feed_id) as channel:
            position, heard = start or self._tail.end(channel), now()
            if position.offset < self._tail.end(channel).offset:
                self._counts.caught_up("window" if position.offset >= channel.floor else "log")
            yield Beat(cursor=position)
            while not self._tail.closed:
                step = await self._step(feed_id, channel, position)
                if step is None:
                    position, heard = self._tail.end(channel), now()
                    self._counts.reset()
                    yield Reset(cursor=position)
                    continue
                updates, position = step
                shown = await self._shown(channel, updates, wanted)
                if shown:
                    heard = now()
                    self._counts.sent(len(shown))
                    yield Batch(cursor=position, updates=shown)
                elif now() - heard >= self._beat_seconds:
                    heard = now()
                    yield Beat(cursor=position)
                else:
                    await self._news(channel, position, heard + self._beat_seconds - now())

    async def _step(self, feed_id: str, channel: Channel, position: LogCursor) -> _Step | None:
        """The next updates and the place behind them; None when the log no longer reaches back so far."""
        if position.offset >= channel.floor:
            updates = channel.after(position.offset)
            if not updates:
                return (), self._end(channel, position)
            if channel.has_after(updates[-1].cursor.offset):  # more than goes out at once
                await self._rest()
            return updates, updates[-1].cursor
        page = await self._tail.page(position)
        if page is None:
            return None
        updates = page.after(feed_id, position.offset)
        await self._rest()
        return updates, updates[-1].cursor if updates else LogCursor(position.partition, page.end)

    async def _rest(self) -> None:
        """Between two bites of someone who is behind."""
        await asyncio.sleep(CATCH_UP_PAUSE_S)
        await self._tail.precedence.pause()

    async def _news(self, channel: Channel, position: LogCursor, patience: float) -> None:
        """Wait until there may be something new for whoever has all that the channel holds."""
        at_the_end = position.offset >= channel.floor and not channel.has_after(position.offset)
        if at_the_end and not self._tail.closed:
            await channel.news(patience)

    def _end(self, channel: Channel, position: LogCursor) -> LogCursor:
        """The end of what is at hand; a reader's own position when it is ahead of the log."""
        end = self._tail.end(channel)
        return end if end.offset > position.offset else position

    async def _shown(self, channel: Channel, updates: Sequence[Update], wanted: Filter) -> tuple[Update, ...]:
        """What goes out of the updates. Nothing awaits between the last look at them and their sending."""
        if wanted != EVERYTHING:
            updates = [told for update in updates if (told := update.as_seen_through(wanted)) is not None]
        current = await self._tail.current(updates)
        return tuple(update for update in current if not channel.outdates(update))
