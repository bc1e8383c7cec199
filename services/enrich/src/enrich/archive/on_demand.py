"""Worker processes that exist only while they are wanted: an archive is gone over once in a while."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import structlog

from enrich.analysis import Analysis
from enrich.ports import AnalysisFailed
from enrich.workers import WorkerPool
from newsloom_runtime.errors import TransientError
from newsloom_schemas.article import ArticleContent

IDLE_S: Final = 60.0


class WorkersAway(TransientError):
    """No worker process can be had at present; the same article succeeds when one can."""


class OnDemand:
    """A pool that is started by the first article and ended when none has come for `idle_s` seconds.

    `run` is an endless task of the chassis.
    """

    def __init__(
        self,
        new_pool: Callable[[], WorkerPool],
        *,
        idle_s: float = IDLE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._new_pool = new_pool
        self._idle_s = idle_s
        self._clock = clock
        self._wanted = asyncio.Event()
        self._there = asyncio.Event()
        self._pool: WorkerPool | None = None
        self._asking = 0
        self._last_asked = clock()

    async def run(self) -> None:
        """Keep a pool while it is wanted."""
        while True:
            await self._wanted.wait()
            structlog.get_logger().info("archive_workers_started")
            async with self._new_pool() as self._pool:
                self._there.set()
                await self._until_idle()
            structlog.get_logger().info("archive_workers_ended")

    async def analyse(self, source: str, content: ArticleContent) -> Analysis:
        """Like a pool's. Raises WorkersAway without a worker, AnalysisFailed when the article is at fault."""
        self._asking += 1
        self._wanted.set()
        try:
            return await self._analysed(source, content)
        finally:
            self._asking -= 1
            self._last_asked = self._clock()

    async def _analysed(self, source: str, content: ArticleContent) -> Analysis:
        await self._there.wait()
        assert self._pool is not None  # noqa: S101 - _there says so
        try:
            return await self._pool.analyse(source, content)
        except AnalysisFailed as failure:
            if (reason := self._pool.not_ready()) is not None:
                raise WorkersAway(reason) from failure
            raise

    async def _until_idle(self) -> None:
        while (left := self._left()) > 0:  # noqa: ASYNC110 - it waits for time to pass
            await asyncio.sleep(left)
        # With nothing between: whoever asks from now on waits for the next pool.
        self._wanted.clear()
        self._there.clear()

    def _left(self) -> float:
        """Seconds until nobody has asked for long enough, if nobody does."""
        return self._idle_s if self._asking else self._last_asked + self._idle_s - self._clock()
