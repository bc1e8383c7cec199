"""The role that tells how far every consumer group of the catalogue is behind, stopped services included."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from canary.behind import Behind
from canary.metrics import GroupLagMetrics
from newsloom_runtime.cluster import Cluster
from newsloom_runtime.group_watch import GroupWatch
from newsloom_runtime.log_consumer import LogUnavailable
from newsloom_schemas.access import GROUPS
from newsloom_schemas.catalog import INBOX_PREFIX

INBOX_GROUP: Final = "ingest-inbox"
LOOK_WITHIN_S: Final = 20.0


def groups_of_the_catalogue() -> Mapping[str, Sequence[str]]:
    """The topics that each consumer group reads. That of the inboxes has none: they come and go."""
    return {group.name: [topic.name for topic in group.topics] for group in GROUPS}


class GroupLag:
    """Looks every so often; `run` is an endless task."""

    def __init__(
        self,
        cluster: Cluster,
        metrics: GroupLagMetrics,
        *,
        every: float,
        reads: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._cluster = cluster
        self._metrics = metrics
        self._every = every
        self._reads = groups_of_the_catalogue() if reads is None else reads
        self._behind = Behind(self._reads, inbox_group=INBOX_GROUP, inbox=INBOX_PREFIX)
        self._ails: str | None = None

    def ails(self) -> str | None:
        """Why there was no look lately, or None."""
        return self._ails

    async def run(self) -> None:
        """Until cancelled. Kafka that does not answer is asked again, by another connection."""
        while True:
            try:
                async with GroupWatch(self._cluster) as watch:
                    await self._look_on(watch)
            except (LogUnavailable, TimeoutError) as error:
                self._ails = f"how far the consumer groups are is not known: {error or 'Kafka is silent'}"
                structlog.get_logger().warning("group_lag_unknown", why=self._ails)
            await asyncio.sleep(self._every)

    async def _look_on(self, watch: GroupWatch) -> None:
        while True:
            async with asyncio.timeout(LOOK_WITHIN_S):
                await self.look(watch)
            await asyncio.sleep(self._every)

    async def look(self, watch: GroupWatch) -> None:
        """Ask once and tell. Raises LogUnavailable."""
        topics = {topic for read in self._reads.values() for topic in read}
        topics |= await watch.topics_like(INBOX_PREFIX)
        offsets = await watch.look({*self._reads, INBOX_GROUP}, topics)
        lags = self._behind.look(offsets.spans, offsets.committed, time.monotonic())
        for (group, topic), lag in lags.items():
            self._metrics.records.labels(group, topic).set(lag.records)
            self._metrics.seconds.labels(group, topic).set(lag.seconds)
        self._metrics.looked.set_to_current_time()
        self._ails = None
