"""How often each method is right, by language and type: where a tag's confidence should come from."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.evaluation.analyses import Analysed
from tests.evaluation.names import TYPES, Judged, judged


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
