"""The recent updates of one feed, held once for all its readers: a reader is no more than a place in them."""

import asyncio
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable
from itertools import islice

from feeds.updates import Update

CHUNK_UPDATES = 200
CHUNK_BYTES = 32 * 1024


class Channel:
    """What one feed said lately, and who waits for more of it.

    It is complete from the offset `floor` on: an update behind it stands here, unless a later one that
    stands here says something newer of the same article.
    """

    def __init__(self, partition: int, floor: int) -> None:
        self.partition = partition
        self.floor = floor
        self.readers = 0
        self._updates: deque[Update] = deque()
        self._newest: dict[str, Update] = {}
        self._waiting: set[asyncio.Future[None]] = set()

    @property
    def unused(self) -> bool:
        """Whether nobody reads it and it holds nothing."""
        return not self.readers and not self._updates

    def has_after(self, offset: int) -> bool:
        """Whether there is any update behind a place."""
        return bool(self._updates) and place(self._updates[-1]) > offset

    def after(self, offset: int) -> list[Update]:
        """The next updates behind a place, as many as go out at once."""
        if not self.has_after(offset):
            return []
        updates, newest = self._updates, self._newest
        first = bisect_right(updates, offset, key=place)
        return chunk(u for u in islice(updates, first, None) if newest[u.article_id] is u)

    def outdates(self, update: Update) -> bool:
        """Whether something newer of the article stands here, and so is still to be sent."""
        newest = self._newest.get(update.article_id)
        return newest is not None and place(newest) > place(update)

    def add(self, update: Update) -> bool:
        """Take an update in; a version lower than one that stands here already is not taken."""
        newest = self._newest.get(update.article_id)
        if newest is not None and update.document_version < newest.document_version:
            return False
        self._updates.append(update)
        self._newest[update.article_id] = update
        return True

    def drop_oldest(self) -> None:
        """Forget the oldest update: readers who have not got it have to read the log."""
        oldest = self._updates.popleft()
        self.floor = place(oldest)
        if self._newest[oldest.article_id] is oldest:
            del self._newest[oldest.article_id]

    def start_anew(self, floor: int) -> None:
        """Forget everything: what comes now does not join on to it."""
        self.floor = floor
        self._updates.clear()
        self._newest.clear()

    def wake(self) -> None:
        """Let those who wait look again."""
        waiting, self._waiting = self._waiting, set()
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def news(self, patience: float) -> None:
        """Wait until woken, at most `patience` seconds."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = loop.create_future()
        self._waiting.add(waiter)
        alarm = loop.call_later(patience, _ring, waiter)  # half the price of a time-out's scope
        try:
            await waiter
        finally:
            alarm.cancel()
            self._waiting.discard(waiter)


def place(update: Update) -> int:
    """The offset behind an update."""
    return update.cursor.offset


def chunk(updates: Iterable[Update]) -> list[Update]:
    """The first of the updates, as many as go out at once: bounded by number and bytes, at least one."""
    taken: list[Update] = []
    room = CHUNK_BYTES
    for update in updates:
        room -= len(update.frame)
        if taken and (room < 0 or len(taken) == CHUNK_UPDATES):
            break
        taken.append(update)
    return taken


def _ring(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
