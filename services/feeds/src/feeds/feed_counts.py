"""How many articles each feed holds: counting reads the whole store, so many readers share one count."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from newsloom_schemas.identity import FEED_CANARY

FeedCount = tuple[str, int]
AT_LEAST_EVERY_S = 1.0
SHARE_OF_TIME = 0.1  # counting never takes more of the store's time than this


class Countable(Protocol):
    """What can be counted."""

    async def feed_ids(self) -> Sequence[FeedCount]: ...


class FeedCounts:
    """Counts again when the last count is old: the longer it took, the older it may be."""

    def __init__(self, store: Countable, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._monotonic = monotonic
        self._counting = asyncio.Lock()
        self._known: Sequence[FeedCount] | None = None
        self._again_at = 0.0

    async def latest(self) -> Sequence[FeedCount]:
        """Every feed for readers that holds an article, with how many, by name. Raises StoreUnavailable."""
        if self._known is not None and self._counting.locked():
            return self._known  # somebody is counting; what is known will do until then
        async with self._counting:
            if self._known is None or self._monotonic() >= self._again_at:
                self._known = await self._count()
            return self._known

    async def _count(self) -> Sequence[FeedCount]:
        began = self._monotonic()
        counted = await self._store.feed_ids()
        ended = self._monotonic()
        self._again_at = ended + max(AT_LEAST_EVERY_S, (ended - began) / SHARE_OF_TIME)
        return [feed for feed in counted if feed[0] != FEED_CANARY]
