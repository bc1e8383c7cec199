"""What a rebuild has to say, for people and for programs: ids, names of fields and digests, never a text."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from publish.rebuild.going_on import Continued
from publish.rebuild.replay import Counts
from publish.rebuild.verify import Comparison, Difference

SHOWN_NOT_COVERED = 1_000

EQUAL, DIFFERENT, USAGE, UNAVAILABLE, UNSETTLED = range(5)


@dataclass(frozen=True, kw_only=True)
class Report:
    """One run. `database` is what was rebuilt and kept, `comparison` is None when nothing was compared."""

    source: str
    seconds: float
    counts: Counts
    database: str | None = None
    comparison: Comparison | None = None
    continued: Continued | None = None

    @property
    def code(self) -> int:
        """The exit code."""
        if self.comparison is None:
            return EQUAL
        if self.comparison.differences:
            return DIFFERENT
        return UNSETTLED if self.comparison.unsettled else EQUAL

    @property
    def rate(self) -> int:
        """Records read, a second."""
        return round(self.counts.records / max(self.seconds, 0.001))

    def as_json(self) -> str:
        """The whole run as one JSON document."""
        facts: dict[str, Any] = {
            "from": self.source,
            **asdict(self.counts),
            "seconds": round(self.seconds, 3),
            "records_per_second": self.rate,
        }
        if self.database:
            facts["database"] = self.database
        if self.continued:
            facts |= asdict(self.continued)
        if self.comparison is not None:
            facts |= _compared(self.comparison)
        return json.dumps(facts, ensure_ascii=False, indent=2)

    def lines(self) -> Iterator[str]:
        """The same for people: a line for each difference, then what it comes to."""
        if self.comparison is not None:
            for each in self.comparison.differences:
                yield _line(each)
            for each in self.comparison.unsettled:
                yield f"{_line(each)}  (still changing)"
            yield from _summary(self.comparison)
        if self.database:
            yield f"the rebuilt database is {self.database}"
        if self.continued:
            yield ", ".join(f"{number} {what}" for what, number in asdict(self.continued).items())
        others = [f"{n} {name}" for name, n in asdict(self.counts).items() if n and name != "records"]
        read = f"{self.counts.records} records of {self.source} in {self.seconds:.1f} s, {self.rate}/s"
        yield ", ".join([read, *others])


def _compared(comparison: Comparison) -> dict[str, Any]:
    return {
        "documents": comparison.documents,
        "equal": comparison.equal,
        "differences": [_difference(each) for each in comparison.differences],
        "unsettled": [_difference(each) for each in comparison.unsettled],
        "not_covered": len(comparison.not_covered),
        "not_covered_ids": sorted(comparison.not_covered)[:SHOWN_NOT_COVERED],
        "records_behind": comparison.behind,
    }


def _difference(difference: Difference) -> dict[str, Any]:
    facts = asdict(difference)
    del facts["moving"]
    return {name: value for name, value in facts.items() if value}


def _line(difference: Difference) -> str:
    return "  ".join([difference.article_id, f"{difference.kind:<10}", ", ".join(difference.fields)]).rstrip()


def _summary(comparison: Comparison) -> Iterator[str]:
    counted = f"{len(comparison.differences)} differences in {comparison.documents} documents"
    if comparison.not_covered:
        counted += f"; {len(comparison.not_covered)} rest on events that the log no longer holds"
    yield counted
    if comparison.unsettled:
        yield f"{len(comparison.unsettled)} did not settle in time, give more with --within"
    if comparison.behind:
        yield f"publish is {comparison.behind} records behind; is it running?"
