"""Whatever happens, in any order: nothing is lost, nothing comes back, and every fence is needed for that.

The schedules run the project's own harness, use cases and decisions over a store and a log in memory; see
`world`. For a long search: `pytest tests/unit/publish/test_schedules.py --hypothesis-profile=thorough`.
"""

import logging
from collections.abc import Iterator, Sequence

import pytest
import structlog
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.mutants import MUTANTS, Edit, Mutant
from tests.mutation import ROOT
from tests.unit.publish.builds import Build, mutant_build, real_build
from tests.unit.publish.judging import violations
from tests.unit.publish.machine import Schedule
from tests.unit.publish.rare import RARE, Rare
from tests.unit.publish.world import World

BY_NAME = {mutant.name: mutant for mutant in MUTANTS}
THOROUGH = settings.get_current_profile_name() == "thorough"
# The search takes too long to meet these; otherwise only the rare schedules notice them.
SELDOM_MET = (
    frozenset() if THOROUGH else frozenset({"lost-swap-ignored", "lift-unmarked", "failed-commit-forgotten"})
)


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> Iterator[None]:
    """Without the log lines of a thousand failures on purpose."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


def judged(build: Build, rare: Rare) -> list[str]:
    """What is wrong after a rare schedule."""
    world = World(build)
    try:
        rare(world)
        world.drain()
        return violations(world)
    finally:
        world.close()


def search(build: Build, *, examples: int, phases: Sequence[Phase]) -> None:
    """Let Hypothesis look for a schedule that breaks a promise. Raises AssertionError with the smallest."""
    options = settings(
        max_examples=examples,
        stateful_step_count=50 if THOROUGH else 25,
        deadline=None,
        derandomize=not THOROUGH,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(type("Schedule", (Schedule,), {"build": build}), settings=options)


def test_no_schedule_breaks_a_promise() -> None:
    examples = settings().max_examples if THOROUGH else 60
    search(real_build(), examples=examples, phases=[Phase.generate, Phase.shrink])


@pytest.mark.parametrize("rare", [rare for rare, _ in RARE], ids=lambda rare: rare.__name__)
def test_no_rare_schedule_breaks_a_promise(rare: Rare) -> None:
    assert judged(real_build(), rare) == []


@pytest.mark.parametrize(
    ("rare", "mutant"),
    [(rare, BY_NAME[name]) for rare, names in RARE for name in names],
    ids=lambda value: value.name if isinstance(value, Mutant) else value.__name__,
)
def test_a_rare_schedule_notices_the_missing_fence(rare: Rare, mutant: Mutant) -> None:
    assert judged(mutant_build(mutant), rare) != []


def test_every_fence_is_missed_by_a_rare_schedule() -> None:
    assert {name for _, names in RARE for name in names} == set(BY_NAME)


@pytest.mark.parametrize(
    "edit",
    [edit for mutant in MUTANTS for edit in mutant.edits],
    ids=lambda edit: edit.file.rpartition("/")[2],
)
def test_every_edit_of_a_mutant_fits_the_source_of_today(edit: Edit) -> None:
    compile(edit.applied((ROOT / edit.file).read_text(encoding="utf-8")), edit.file, "exec")


def test_an_edit_that_fits_nowhere_is_no_silent_success() -> None:
    gone = Edit(file=MUTANTS[0].edits[0].file, old="no such line", new="")
    with pytest.raises(ValueError, match="holds 0 times"):
        mutant_build(Mutant(name="gone", breaks="nothing", edits=(gone,)))


@pytest.mark.parametrize(
    "mutant", [each for each in MUTANTS if each.name not in SELDOM_MET], ids=lambda mutant: mutant.name
)
def test_the_search_notices_when_a_fence_is_missing(mutant: Mutant) -> None:
    with pytest.raises(AssertionError):
        search(mutant_build(mutant), examples=5_000 if THOROUGH else 500, phases=[Phase.generate])
