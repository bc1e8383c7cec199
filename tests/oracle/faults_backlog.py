"""Crashes and zombies whose batch in hand is a large one of the load's own: nobody published for a while."""

import asyncio
import signal

from newsloom_schemas.catalog import ARTICLES_ENRICHED
from tests.eventually import eventually
from tests.oracle.cluster import SupervisedCluster
from tests.oracle.collectors_log import end_offsets
from tests.oracle.faults_process import CrashAt
from tests.oracle.faults_zombie import PUBLISHERS, Zombie, _kill, _stalled

BACKLOG = 100


async def let_a_backlog_grow(cluster: SupervisedCluster) -> None:
    """Stop both publishers and wait until the load has written a good batch for them."""
    await asyncio.gather(*(cluster.process(name).terminate() for name in PUBLISHERS))
    before = await _written(cluster)

    async def grown() -> bool:
        return await _written(cluster) - before > BACKLOG

    await eventually(grown, within=90, every=0.2, what=f"a backlog of {BACKLOG}")


async def _written(cluster: SupervisedCluster) -> int:
    return sum((await end_offsets(cluster.system.kafka, [ARTICLES_ENRICHED.name])).values())


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
        await asyncio.gather(*(_kill(cluster, victim) for victim in self._victims))
        healed = await self._healed(cluster)
        zombie.send(signal.SIGCONT)
        await self._wakes(cluster, healed)


ON_A_BACKLOG = (
    CrashOnBacklog("publish.before-write"),
    CrashOnBacklog("publish.after-first-emit"),
    ZombieOnBacklog("publish.after-write"),
    ZombieOnBacklog("publish.before-write"),
)
