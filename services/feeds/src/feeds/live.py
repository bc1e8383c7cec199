"""The live end of the log: one reader of `feed-updates` a process, fanned out to its clients."""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from feeds.cursors import LogCursor
from feeds.ports import Entry, Log, Versions
from feeds.updates import Update, current, updates_in

MAILBOX_UPDATES = 500


class LogNotReached(Exception):
    """The log has not been reached since the service started; try again in a moment."""


class Mailbox:
    """The bounded queue of one client. When it runs over, the client reads the log itself to catch up."""

    def __init__(self, since: LogCursor, limit: int) -> None:
        self.since = since
        self.overrun = False
        self._limit = limit
        self._waiting: deque[Update] = deque()
        self._news = asyncio.Event()

    def offer(self, update: Update) -> None:
        """Queue an update. A removal takes back what is still waiting of the article."""
        if self.overrun:
            return
        if update.event.action == "remove" and self._waiting:
            gone = update.event.article_id
            self._waiting = deque(u for u in self._waiting if u.event.article_id != gone)
        if len(self._waiting) >= self._limit:
            self.run_over()
            return
        self._waiting.append(update)
        self._news.set()

    def run_over(self) -> None:
        """Give up queueing: the client has to catch up from where it is."""
        self.overrun = True
        self._waiting.clear()
        self._news.set()

    def takes_back(self, article_id: str) -> bool:
        """Whether a removal of the article waits here, so that an older text must not go out before it."""
        return any(u.event.article_id == article_id and u.event.action == "remove" for u in self._waiting)

    async def take(self, patience: float) -> Update | None:
        """The next update; None after `patience` seconds without one, or when the mailbox ran over."""
        if not self._waiting and not self.overrun:
            self._news.clear()
            try:
                async with asyncio.timeout(patience):
                    await self._news.wait()
            except TimeoutError:
                pass
        return self._waiting.popleft() if self._waiting else None


class LiveTail:
    """Follows the log and knows how far it has been passed on."""

    def __init__(self, store: Versions, *, mailbox_updates: int = MAILBOX_UPDATES) -> None:
        self._store = store
        self._mailbox_updates = mailbox_updates
        self._log: Log | None = None
        self._positions: dict[int, int] = {}
        self._mailboxes: dict[str, set[Mailbox]] = {}
        self.closed = False

    @property
    def log(self) -> Log:
        """The log being followed. Raises LogNotReached."""
        if self._log is None:
            raise LogNotReached
        return self._log

    @property
    def clients(self) -> int:
        """How many are attached now."""
        return sum(len(mailboxes) for mailboxes in self._mailboxes.values())

    def not_ready(self) -> str | None:
        """Why nothing can be streamed yet, or None."""
        return (
            None if self._log is not None else "feed-updates has not been reached; check Kafka and its topics"
        )

    def position(self, feed_id: str) -> LogCursor:
        """The place up to which the feed's updates were passed on. Raises LogNotReached."""
        partition = self.log.partition_for(feed_id)
        return LogCursor(partition, self._positions[partition])

    def cursor(self, feed_id: str) -> str | None:
        """The position as text; None while the log has not been reached."""
        return None if self._log is None else str(self.position(feed_id))

    async def run(self, log: Log) -> None:
        """Follow the log from its end, for ever. Started again after a failure, it sends its clients to the
        log for what was written in between.
        """
        self._positions, self._log = await log.end_offsets(), log
        self._run_over_all()
        async for entries in log.follow(dict(self._positions)):
            await self._pass_on(entries)

    @contextmanager
    def attach(self, feed_id: str) -> Iterator[Mailbox]:
        """A mailbox that gets every update of the feed from its `since` on."""
        mailbox = Mailbox(self.position(feed_id), self._mailbox_updates)
        self._mailboxes.setdefault(feed_id, set()).add(mailbox)
        try:
            yield mailbox
        finally:
            self._mailboxes[feed_id].discard(mailbox)
            if not self._mailboxes[feed_id]:
                del self._mailboxes[feed_id]

    def close(self) -> None:
        """End all streams: the process is about to stop, and clients reconnect elsewhere."""
        self.closed = True
        self._run_over_all()

    async def _pass_on(self, entries: Sequence[Entry]) -> None:
        updates = updates_in(entries)
        wanted = frozenset(self._mailboxes)
        checked = await current([u for u in updates if u.event.feed_id in wanted], self._store)
        # From here on nothing awaits: to a client that attaches, a batch is passed on wholly or not at all.
        for update in checked:
            for mailbox in self._mailboxes.get(update.event.feed_id, ()):
                mailbox.offer(update)
        for feed_id in {u.event.feed_id for u in updates} - wanted:
            self._run_over(feed_id)  # whoever came while the store was asked has to read these himself
        for entry in entries:
            self._positions[entry.partition] = max(self._positions[entry.partition], entry.offset + 1)

    def _run_over(self, feed_id: str) -> None:
        for mailbox in self._mailboxes.get(feed_id, ()):
            mailbox.run_over()

    def _run_over_all(self) -> None:
        for feed_id in self._mailboxes:
            self._run_over(feed_id)
