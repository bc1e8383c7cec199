"""How often each method is right, by language and type: where a tag's confidence should come from."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tests.evaluation.analyses import Analysed
from tests.evaluation.names import TYPES, Judged, judged
from tests.evaluation.scores import Row, by_language

# Fewer tags say too little about a method to hold it to its claim.
ENOUGH: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Measured precision of one method beside the confidence that it claims.

    `precision` is smoothed (one right and one wrong added), so that three of three does not read as certain.
    """

    method: str
    language: str
    kind: str
    basis: str
    tags: int
    right: int
    claimed: float

    @property
    def precision(self) -> float:
        return (self.right + 1) / (self.tags + 2)


def confidence_rows(articles: Sequence[Analysed]) -> Iterator[Row]:
    """By how much the boldest method of a language claims more than it reaches; 0 when none does."""
    for language, mine in by_language(articles):
        table = [one for one in calibrations(mine) if one.tags >= ENOUGH]
        most = max((one.claimed - one.precision for one in table), default=0.0)
        yield Row(
            part="names",
            language=language,
            what="confidence",
            figures={"overclaimed": max(0.0, most)},
            support=sum(one.tags for one in table),
            mistakes=tuple(
                f"{one.method} {one.kind}: claims {one.claimed:.2f}, reaches {one.precision:.2f}"
                for one in table
                if one.claimed > one.precision
            ),
        )


def calibrations(articles: Sequence[Analysed]) -> Iterator[Calibration]:
    """One line for every method, language, kind and basis that made a name tag."""
    groups: defaultdict[tuple[str, str, str, str], list[Judged]] = defaultdict(list)
    for analysed in articles:
        for verdict in (*judged(analysed, typed=True), *judged(analysed, typed=False)):
            # A tag that claims no type is right when the name is; one that does, when its type is too.
            if (verdict.tag.kind in TYPES) == verdict.typed:
                groups[_key(verdict)].append(verdict)
    for (method, language, kind, basis), seen in sorted(groups.items()):
        yield Calibration(
            method=method,
            language=language,
            kind=kind,
            basis=basis,
            tags=len(seen),
            right=sum(one.right for one in seen),
            claimed=sum(one.tag.confidence for one in seen) / len(seen),
        )


def _key(verdict: Judged) -> tuple[str, str, str, str]:
    return verdict.tag.method, verdict.language, verdict.tag.kind, verdict.tag.basis
