"""The test of the test: builds with one fence removed, each under the schedule that must expose it."""

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from newsloom_schemas.catalog import ARTICLES_ENRICHED
from tests.eventually import eventually
from tests.mutants import MUTANTS, Mutant, apply_to
from tests.oracle.cluster import SupervisedCluster
from tests.oracle.collectors_log import Offsets, end_offsets
from tests.oracle.faults import named
from tests.oracle.faults_process import CrashAt
from tests.oracle.faults_zombie import PUBLISHERS, Zombie
from tests.oracle.nemesis import NemesisFault
from tests.oracle.runner_run import Calm

BACKLOG = 100


class CrashOnBacklog(CrashAt):
    """The same crash, but the batch in hand is a large one of the load's own: both publishers were away."""

    def __init__(self, point: str) -> None:
        super().__init__(point, at_pass=1)
        self.name += " on a backlog"

    async def strike(self, cluster: SupervisedCluster) -> None:
        await asyncio.gather(*(cluster.process(name).terminate() for name in PUBLISHERS))
        before = total(await self._ends(cluster))

        async def grown() -> bool:
            return total(await self._ends(cluster)) - before > BACKLOG

        await eventually(grown, within=60, every=0.2, what=f"a backlog of {BACKLOG}")
        await super().strike(cluster)

    async def _ends(self, cluster: SupervisedCluster) -> Offsets:
        return await end_offsets(cluster.system.kafka, [ARTICLES_ENRICHED.name])


def total(offsets: Offsets) -> int:
    """How many records lie below these offsets."""
    return sum(offsets.values())


ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("shared", "services", "cli")

# A mutant without a schedule here needs what the fault runs do not have (a translator, a race within
# microseconds): the random schedules of the unit tests catch it.
SCHEDULES: Mapping[str, NemesisFault | Calm] = MappingProxyType(
    {
        "no-version-swap": Zombie("publish.before-write", at_pass=3),
        "commit-before-emit": CrashOnBacklog("publish.before-write"),
        "silent-replay": CrashOnBacklog("publish.after-write"),
        "differences": named("kill mongod"),
        "kill-not-absorbing": Calm(seconds=8.0),
        "no-revision-fence": Calm(seconds=8.0),
        "no-proofreader": Zombie("publish.after-write", at_pass=3),
        "kill-keeps-translations": Calm(seconds=8.0),
    }
)


def scheduled() -> Sequence[tuple[Mutant, NemesisFault | Calm]]:
    """The mutants that fault runs expose."""
    return [(mutant, SCHEDULES[mutant.name]) for mutant in MUTANTS if mutant.name in SCHEDULES]


def mutated(folder: Path, mutant: Mutant, source: Path | None = None) -> Path:
    """A copy of the packages with the mutant's edits, in a new folder; of the checkout's by default."""
    tree = folder / f"tree-{mutant.name}"
    for name in PACKAGES:
        shutil.copytree(
            (source or ROOT) / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
        )
    apply_to(tree, mutant)
    return tree
