"""One line for each run: what it did, what came of it, how fast it healed, and the verdict."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import quantiles
from typing import Any

from tests.oracle.checks import smallest
from tests.oracle.checks_facts import Facts, Violation
from tests.oracle.checks_outcomes import outcomes
from tests.oracle.checks_times import latencies, lifts, takedowns

COLUMNS = (
    "submitted",
    "published",
    "superseded",
    "killed",
    "dead-lettered",
    "duplicates",
)
WITNESSES = 8
BY_THE_CLOCK = frozenset({"takedown", "I7"})


@dataclass(frozen=True, kw_only=True)
class Line:
    """The result of one run. Seconds, except the counts. `takedown_s` is the slowest one."""

    name: str
    seed: int
    counts: dict[str, int]
    recovery_s: float | None
    takedown_s: float | None
    lift_s: float | None
    p99_s: float | None
    seconds: float
    violations: tuple[Violation, ...] = ()
    extra: tuple[str, ...] = ()
    should_fail: bool = False

    @property
    def clean(self) -> bool:
        return not self.violations and not self.extra

    @property
    def passed(self) -> bool:
        """A run of a mutant passes when an invariant breaks; being slow or broken proves nothing."""
        if self.should_fail:
            broke = any(what.startswith(("inject:", "heal:")) for what in self.extra)
            return not broke and any(each.check not in BY_THE_CLOCK for each in self.violations)
        return self.clean

    @property
    def verdict(self) -> str:
        found = ", ".join(sorted({each.check for each in self.violations}) + ["extra"] * bool(self.extra))
        if self.should_fail:
            return f"CAUGHT by {found}" if self.passed else f"NOT CAUGHT {found}".strip()
        return "ok" if self.clean else f"FAILED: {found}"


@dataclass(frozen=True, kw_only=True)
class Timing:
    """What the runner measured itself."""

    seconds: float
    recovery_s: float | None = None
    extra: tuple[str, ...] = field(default=())


def new_line(
    name: str,
    seed: int,
    facts: Facts,
    found: Sequence[Violation],
    timing: Timing,
    *,
    should_fail: bool = False,
) -> Line:
    """The line of a run whose checks are done."""
    counted = outcomes(facts) + facts.counted()
    spread = latencies(facts)
    return Line(
        name=name,
        seed=seed,
        counts={
            column: counted[column] for column in (*COLUMNS, "conflict", "replayed", "lost", "of-version-1")
        },
        recovery_s=timing.recovery_s,
        takedown_s=max((seconds for seconds, _ in takedowns(facts).values()), default=None),
        lift_s=max(lifts(facts).values(), default=None),
        p99_s=quantiles(spread, n=100)[98] if len(spread) > 1 else None,
        seconds=timing.seconds,
        violations=tuple(found),
        extra=timing.extra,
        should_fail=should_fail,
    )


def heading() -> str:
    """The names of the columns."""
    return f"{'run':34}" + "".join(f"{column:>14}" for column in (*COLUMNS, "recovery s")) + "  verdict"


def text(line: Line) -> str:
    """The line for people."""
    recovery = f"{line.recovery_s:.1f}" if line.recovery_s is not None else "-"
    counts = "".join(f"{line.counts.get(column, '-'):>14}" for column in COLUMNS)
    return f"{line.name:34}{counts}{recovery:>14}  {line.verdict}"


def witnesses(line: Line) -> list[str]:
    """The smallest witness of each kind of violation, and what a fault's own check said."""
    shown = [f"  {violation}" for violation in smallest(list(line.violations))[:WITNESSES]]
    return shown + [f"  extra: {what}" for what in line.extra]


def as_json(line: Line) -> dict[str, Any]:
    """The line for programs."""
    found = [str(violation) for violation in smallest(list(line.violations))[:WITNESSES]]
    return {
        **{name: value for name, value in asdict(line).items() if name != "violations"},
        "violations": found,
        "verdict": line.verdict,
        "passed": line.passed,
    }
