"""The test of the test: builds with one fence removed, each under the schedule that must expose it."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from tests.mutants import MUTANTS, Mutant, apply_to
from tests.oracle.faults import named
from tests.oracle.faults_backlog import CrashOnBacklog, ZombieOnBacklog
from tests.oracle.faults_process import CrashAt
from tests.oracle.nemesis import NemesisFault
from tests.oracle.runner_run import Calm

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("shared", "services", "cli")

# A mutant without a schedule here needs what the fault runs do not have (a translator, a race within
# microseconds): the random schedules of the unit tests catch it.
SCHEDULES: Mapping[str, NemesisFault | Calm] = MappingProxyType(
    {
        "no-version-swap": ZombieOnBacklog("publish.before-write"),
        "commit-before-emit": CrashOnBacklog("publish.before-write"),
        "silent-replay": CrashOnBacklog("publish.after-write"),
        "differences": named("kill mongod"),
        "kill-not-absorbing": Calm(seconds=8.0),
        "no-revision-fence": Calm(seconds=8.0),
        "no-proofreader": ZombieOnBacklog("publish.after-write"),
        "kill-keeps-translations": Calm(seconds=8.0),
        "lift-unmarked": CrashAt("embargo.after-write", at_pass=2),
        "embargo-ignored": Calm(seconds=8.0),
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
