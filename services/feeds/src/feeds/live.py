"""The live end of the log: one reader of `feed-updates` a process, for all its clients."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from feeds.backlog import Backlog, Page
from feeds.channel import Channel
from feeds.counting import NoCounts, StreamCounts
from feeds.cursors import LogCursor
from feeds.freshness import Freshness
from feeds.ports import Entry, Log, Versions
from feeds.precedence import Precedence
from feeds.updates import Update, updates_in
from feeds.window import Window


class LogNotReached(Exception):
    """The log has not been reached since the service started; try again in a moment."""


class LiveTail:
    """Follows the log, keeps what was written lately, and reads back what was written before.

    `page_read` is called for each page that has to be read back from the log; `told` hears the records of
    the live end, once whoever waits can have them.
    """

    def __init__(
        self,
        store: Versions,
        *,
        window: Window | None = None,
        page_read: Callable[[], None] = lambda: None,
        told: Callable[[Sequence[Entry]], None] = lambda _entries: None,
        counts: StreamCounts | None = None,
    ) -> None:
        self._freshness = Freshness(store)
        self._window = window or Window()
        self._page_read = page_read
        self._told = told
        self._counts = counts or NoCounts()
        self.precedence = Precedence()
        self._backlog = self._new_backlog()
        self._log: Log | None = None
        self.closed = False

    @property
    def log(self) -> Log:
        """The log being followed. Raises LogNotReached."""
        if self._log is None:
            raise LogNotReached
        return self._log

    def not_ready(self) -> str | None:
        """Why nothing can be streamed yet, or None."""
        return (
            None if self._log is not None else "feed-updates has not been reached; check Kafka and its topics"
        )

    def position(self, feed_id: str) -> LogCursor:
        """The place up to which the feed's updates are at hand. Raises LogNotReached."""
        partition = self.log.partition_for(feed_id)
        return LogCursor(partition, self._window.ends[partition])

    def end(self, channel: Channel) -> LogCursor:
        """The place up to which a channel's updates are at hand."""
        return LogCursor(channel.partition, self._window.ends[channel.partition])

    def cursor(self, feed_id: str) -> str | None:
        """The position as text; None while the log has not been reached."""
        return None if self._log is None else str(self.position(feed_id))

    async def run(self, log: Log) -> None:
        """Follow the log from its end, for ever. Started again after a failure, it goes on from the new
        end, and clients read what was written in between from the log.
        """
        ends = await log.end_offsets()
        self._log, self._backlog = log, self._new_backlog()
        self._window.begin(ends)
        async for entries in log.follow(ends):
            with self.precedence.live():
                await self._take_in(entries)

    @contextmanager
    def attach(self, feed_id: str) -> Iterator[Channel]:
        """The feed's channel, for a reader. Raises LogNotReached."""
        channel = self._window.channel(feed_id, self.position(feed_id).partition)
        channel.readers += 1
        try:
            yield channel
        finally:
            channel.readers -= 1
            self._window.release(feed_id)

    async def page(self, position: LogCursor) -> Page | None:
        """What was written behind a position below the window; None when the log no longer holds it."""
        return await self._backlog.page(self.log, position, self._window.floor(position.partition))

    async def current(self, updates: Sequence[Update]) -> Sequence[Update]:
        """Those of the updates that the store has not gone beyond."""
        current = await self._freshness.current(updates)
        self._counts.passed_over(len(updates) - len(current))
        return current

    def close(self) -> None:
        """End all streams: the process is about to stop, and clients reconnect elsewhere."""
        self.closed = True
        self._window.wake()

    def _new_backlog(self) -> Backlog:
        return Backlog(self._page_read, self.precedence.pause)

    async def _take_in(self, entries: Sequence[Entry]) -> None:
        """Updates that somebody waits for are compared with the store once, here, before anyone has them."""
        updates = updates_in(entries)
        awaited = [u for u in updates if self._window.has_readers(u.feed_id)]
        shown = {id(u) for u in await self._freshness.current_now(awaited)}
        outdated = {id(u) for u in awaited} - shown
        self._counts.passed_over(len(outdated))
        # From here on nothing awaits: to a reader, a batch is there wholly or not at all.
        ends = {entry.partition: entry.offset + 1 for entry in entries}
        self._window.add([u for u in updates if id(u) not in outdated], ends)
        self._told(entries)
