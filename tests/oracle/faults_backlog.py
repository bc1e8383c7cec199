"""Crashes and zombies whose batch in hand is a large one of the load's own: nobody published for a while."""

import asyncio
import signal

from newsloom_runtime.records import RawRecord
from newsloom_schemas.catalog import ARTICLES_ENRICHED
from newsloom_schemas.codec import decode_record
from newsloom_schemas.envelope import UndecodableEvent
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.identity import article_id
from tests.eventually import eventually
from tests.oracle.cluster import SupervisedCluster
from tests.oracle.collectors_http import statuses
from tests.oracle.collectors_log import dump_topics, end_offsets
from tests.oracle.faults_process import CrashAt
from tests.oracle.faults_zombie import PUBLISHERS, Zombie, _kill, _stalled

BACKLOG = 100
OLDER = 150
KILLED = 40


async def let_a_backlog_grow(cluster: SupervisedCluster) -> None:
    """Stop both publishers and wait until the load has written a good batch for them.

    Not before a good many articles are stored, so that the batch changes documents too.
    """

    async def stored() -> bool:
        return await _written(cluster) > OLDER

    await eventually(stored, within=90, every=0.2, what=f"{OLDER} records")
    await asyncio.gather(*(cluster.process(name).terminate() for name in PUBLISHERS))
    before = await _written(cluster)

    async def grown() -> bool:
        return await _written(cluster) - before > BACKLOG

    await eventually(grown, within=90, every=0.2, what=f"a backlog of {BACKLOG}")


async def _written(cluster: SupervisedCluster) -> int:
    return sum((await end_offsets(cluster.system.kafka, [ARTICLES_ENRICHED.name])).values())


async def _kill_backlog(cluster: SupervisedCluster) -> None:
    """Kill many of the load's articles behind the committed offsets, and wait until they are gone."""
    if cluster.desk is None:
        return
    committed = {
        (tp.topic, tp.partition): at for tp, at in (await cluster.kafka.committed("publish")).items()
    }
    places = ((ARTICLES_ENRICHED.name, partition) for partition in range(ARTICLES_ENRICHED.partitions))
    starts = {place: committed.get(place, 0) for place in places}
    records = (await dump_topics(cluster.system.kafka, starts)).get(ARTICLES_ENRICHED.name, ())
    found = {whose for record in records if (whose := _whose(record)) is not None}
    chosen = sorted(found)[:KILLED]
    await asyncio.gather(*(cluster.desk.kill(source, external_id) for source, external_id in chosen))
    ids = [article_id(source, external_id) for source, external_id in chosen]

    async def gone() -> bool:
        return set((await statuses(cluster.system, ids)).values()) <= {410}

    await eventually(gone, within=60, every=0.5, what=f"{len(ids)} killed articles are gone")


def _whose(record: RawRecord) -> tuple[str, str] | None:
    try:
        event = decode_record(record.key, record.value, record.headers)
    except UndecodableEvent:
        return None
    if not isinstance(event, ArticleEvent) or event.source.startswith("probe-"):
        return None
    return event.source, event.external_id


class CrashOnBacklog(CrashAt):
    """SIGKILL of the only publisher in its first batch."""

    def __init__(self, point: str) -> None:
        super().__init__(point, at_pass=1)
        self.name += " on a backlog"

    async def strike(self, cluster: SupervisedCluster) -> None:
        await let_a_backlog_grow(cluster)
        await super().strike(cluster)


class ZombieOnBacklog(Zombie):
    """The only publisher stops in its first batch; its successor starts, its articles die, it wakes."""

    def __init__(self, point: str) -> None:
        super().__init__(point, at_pass=1)
        self.name += " on a backlog"

    async def strike(self, cluster: SupervisedCluster) -> None:
        await let_a_backlog_grow(cluster)
        zombie = cluster.process("publish-1")
        await cluster.rearm_at("publish-1", self._fault_point)
        await eventually(zombie.is_stopped, within=90, every=0.1, what=f"{self._fault_point} is reached")
        self._victims = await _stalled(cluster)
        self.demand(bool(self._victims), "no article was found in the stopped publisher's batch")
        cluster.process("publish-2").start()
        await asyncio.gather(*(_kill(cluster, victim) for victim in self._victims), _kill_backlog(cluster))
        healed = await self._healed(cluster)
        zombie.send(signal.SIGCONT)
        await self._wakes(cluster, healed)


ON_A_BACKLOG = (
    CrashOnBacklog("publish.before-write"),
    CrashOnBacklog("publish.after-first-emit"),
    ZombieOnBacklog("publish.after-write"),
    ZombieOnBacklog("publish.before-write"),
)
