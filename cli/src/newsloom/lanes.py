"""How much waits on each lane of enrich: asked of Kafka, so that it is true for any number of processes."""

import asyncio
from dataclasses import dataclass
from typing import Final

from newsloom_runtime.cluster import Cluster
from newsloom_runtime.errors import TransientError
from newsloom_runtime.group_offsets import committed_offsets
from newsloom_runtime.log_reader import LogReader
from newsloom_schemas.catalog import ARTICLES_REINDEX, ARTICLES_SUBMITTED, TRANSLATIONS_REQUESTED, Topic

ANSWERED_WITHIN_S: Final = 5.0


@dataclass(frozen=True, kw_only=True)
class LaneOf:
    """A consumer group of enrich and what it reads."""

    name: str
    group: str
    topic: Topic


LANES: Final = (
    LaneOf(name="live", group="enrich", topic=ARTICLES_SUBMITTED),
    LaneOf(name="archive", group="enrich-archive", topic=ARTICLES_REINDEX),
    LaneOf(name="translations", group="enrich-translator", topic=TRANSLATIONS_REQUESTED),
)


async def waiting(bootstrap: Cluster) -> dict[str, int]:
    """Records without an outcome, by lane; a lane of which Kafka does not tell in time is left out."""
    counted = await asyncio.gather(*(_counted(bootstrap, lane) for lane in LANES))
    return {lane.name: count for lane, count in zip(LANES, counted, strict=True) if count is not None}


async def _counted(bootstrap: Cluster, lane: LaneOf) -> int | None:
    try:
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            return await _behind(bootstrap, lane)
    except (TransientError, TimeoutError):
        return None


async def _behind(bootstrap: Cluster, lane: LaneOf) -> int:
    at = await committed_offsets(bootstrap, lane.group, lane.topic.name)
    async with LogReader(bootstrap, lane.topic) as log:
        first, ends = await log.beginning_offsets(), await log.end_offsets()
    return sum(max(0, end - max(at.get(p, 0), first[p])) for p, end in ends.items())
