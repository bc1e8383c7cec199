"""What readers who are far behind read of the log: page by page, each read once for all who want it."""

import asyncio
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from feeds.channel import chunk, place
from feeds.cursors import LogCursor
from feeds.ports import Log
from feeds.updates import Update, updates_in

PAGE_RECORDS = 500
PAGES_KEPT = 32
BYTES_KEPT = 32 * 1024 * 1024
RENDERED_AT_ONCE = 8  # about a quarter of a millisecond of the event loop's time


@dataclass(frozen=True, slots=True)
class Page:
    """The updates of one partition from some place up to the offset `end`."""

    updates: Sequence[Update]
    end: int
    size_bytes: int

    def after(self, feed_id: str, offset: int) -> list[Update]:
        """The feed's next updates behind a place, as many as go out at once."""
        first = bisect_right(self.updates, offset, key=place)
        return chunk(u for u in islice(self.updates, first, None) if u.feed_id == feed_id)


_Place = tuple[int, int, int]


class Backlog:
    """Pages lie on a grid, so that readers who began at different places share them."""

    def __init__(self, page_read: Callable[[], None], pause: Callable[[], Awaitable[None]]) -> None:
        self._page_read = page_read
        self._pause = pause
        self._kept: OrderedDict[_Place, Page] = OrderedDict()
        self._reading: dict[_Place, asyncio.Task[Page | None]] = {}

    async def page(self, log: Log, position: LogCursor, end: int) -> Page | None:
        """A page that goes on from the position, to `end` at most; None when the log no longer holds it."""
        start = position.offset - position.offset % PAGE_RECORDS
        upto = min(start + PAGE_RECORDS, end)
        page = await self._shared(log, (position.partition, start, upto))
        if page is None and start < position.offset:  # the log may begin within the page
            page = await self._shared(log, (position.partition, position.offset, upto))
        return page

    async def _shared(self, log: Log, where: _Place) -> Page | None:
        if where in self._kept:
            self._kept.move_to_end(where)
            return self._kept[where]
        task = self._reading.get(where)
        if task is None:
            task = self._reading[where] = asyncio.create_task(self._read(log, where))
            task.add_done_callback(lambda _: self._reading.pop(where))
        return await asyncio.shield(task)  # a reader who leaves does not take the page from the others

    async def _read(self, log: Log, where: _Place) -> Page | None:
        partition, start, end = where
        entries = await log.page(partition, start, end)
        self._page_read()
        if entries is None:
            return None
        updates: list[Update] = []
        for first in range(0, len(entries), RENDERED_AT_ONCE):
            updates += updates_in(entries[first : first + RENDERED_AT_ONCE])
            await self._pause()
        page = Page(updates, end, sum(update.size_bytes for update in updates))
        self._keep(where, page)
        return page

    def _keep(self, where: _Place, page: Page) -> None:
        self._kept[where] = page
        while len(self._kept) > PAGES_KEPT or self._held() > BYTES_KEPT:
            self._kept.popitem(last=False)

    def _held(self) -> int:
        return sum(page.size_bytes for page in self._kept.values())
