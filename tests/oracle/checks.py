"""All checks over one dump."""

from collections.abc import Callable, Iterator

from tests.oracle.checks_facts import Facts, Violation
from tests.oracle.checks_outcomes import i1_one_outcome, i6_committed_is_done
from tests.oracle.checks_secrecy import (
    embargo_holds,
    i5_killed_is_gone,
    kill_is_told,
    scans_find_nothing_foreign,
)
from tests.oracle.checks_state import i4_folds, i8_as_asked
from tests.oracle.checks_times import i7_poison_delays_nobody, lifted_in_time, takedown_in_time
from tests.oracle.checks_versions import i2_one_apply, i3_never_back

Check = Callable[[Facts], Iterator[Violation]]
CHECKS: tuple[Check, ...] = (
    i1_one_outcome,
    i2_one_apply,
    i3_never_back,
    i4_folds,
    i5_killed_is_gone,
    kill_is_told,
    i6_committed_is_done,
    i7_poison_delays_nobody,
    i8_as_asked,
    embargo_holds,
    scans_find_nothing_foreign,
    takedown_in_time,
    lifted_in_time,
)


def violations(facts: Facts) -> list[Violation]:
    """Everything that is wrong; the smallest witness of each kind first."""
    found = [violation for check in CHECKS for violation in check(facts)]
    return sorted(found, key=lambda each: (each.check, each.what, len(each.witness), each.witness))


def smallest(found: list[Violation]) -> list[Violation]:
    """One violation of each kind."""
    return list({(each.check, each.what): each for each in reversed(found)}.values())[::-1]
