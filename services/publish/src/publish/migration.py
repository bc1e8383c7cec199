"""The background pass that rewrites documents of older schema versions, in every process of publish."""

import asyncio
from typing import Protocol

import structlog

from newsloom_store import Migrated
from publish.metrics import PublishMetrics

PAGE = 200
AGAIN_AFTER_S = 60.0  # in a mixed fleet, a service of the older version goes on writing
REPORT_EVERY = 5_000


class MigratedStore(Protocol):
    """Documents that can be brought to the newest schema version, a page at a time."""

    async def migrate(self, *, after: str, limit: int) -> Migrated: ...


class Migration:
    """An endless task: a pass over what is old, then a look every minute whether there is something again."""

    def __init__(self, store: MigratedStore, metrics: PublishMetrics) -> None:
        self._store = store
        self._metrics = metrics

    async def run(self) -> None:
        """Migrate for ever. Raises StoreUnavailable when MongoDB is away: the supervisor begins again."""
        while True:
            await self.migrate_all()
            await asyncio.sleep(AGAIN_AFTER_S)

    async def migrate_all(self) -> int:
        """One pass; how many documents it rewrote. It rests as long as it works, for the sake of the news."""
        rewritten, passed_over, after = 0, 0, ""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            page = await self._store.migrate(after=after, limit=PAGE)
            self._metrics.migrated.inc(page.rewritten)
            if (rewritten + page.rewritten) // REPORT_EVERY > rewritten // REPORT_EVERY:
                structlog.get_logger().info("migrating", rewritten=rewritten + page.rewritten)
            rewritten, passed_over = rewritten + page.rewritten, passed_over + page.passed_over
            if page.last is None:
                break
            after = page.last
            await asyncio.sleep(loop.time() - began)
        if rewritten or passed_over:
            structlog.get_logger().info("migrated", rewritten=rewritten, passed_over=passed_over)
        return rewritten
