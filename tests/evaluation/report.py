"""The figures of an evaluation, for people and for programs."""

from collections.abc import Iterator, Sequence
from typing import Any

from tests.evaluation.calibration import Calibration
from tests.evaluation.floors import Floor
from tests.evaluation.scores import Row


def lines(rows: Sequence[Row], limits: Sequence[Floor]) -> Iterator[str]:
    """A line a row; a figure with a floor shows it."""
    for row in rows:
        figures = "  ".join(_figure(row, name, value, limits) for name, value in row.figures.items())
        yield f"{row.part:<11} {row.language:<6} {row.what:<16} {figures}  n {row.support}"


def calibration_lines(table: Sequence[Calibration]) -> Iterator[str]:
    """Measured precision beside claimed confidence."""
    yield "method               lang kind          basis      tags right measured claimed"
    for one in table:
        yield (
            f"{one.method:<20} {one.language:<4} {one.kind:<13} {one.basis:<10} {one.tags:>4} {one.right:>5}"
            f" {one.precision:>8.2f} {one.claimed:>7.2f}"
        )


def as_json(
    rows: Sequence[Row], table: Sequence[Calibration], broken: Sequence[str], limits: Sequence[Floor]
) -> dict[str, Any]:
    """The same for programs."""
    return {
        "held": not broken,
        "broken": list(broken),
        "rows": [
            {
                "part": row.part,
                "language": row.language,
                "what": row.what,
                "support": row.support,
                **{name: round(value, 4) for name, value in row.figures.items()},
            }
            for row in rows
        ],
        "calibration": [
            {
                "method": one.method,
                "language": one.language,
                "kind": one.kind,
                "basis": one.basis,
                "tags": one.tags,
                "right": one.right,
                "precision": round(one.precision, 3),
                "claimed": round(one.claimed, 3),
            }
            for one in table
        ],
        "floors": [floor.model_dump(exclude_none=True) for floor in limits],
    }


def _figure(row: Row, name: str, value: float, limits: Sequence[Floor]) -> str:
    shown = f"{name} {value:.3f}" if abs(value) < 10 else f"{name} {value:.0f}"
    floor = next((one for one in limits if one.governs(row) and one.figure == name), None)
    if floor is None:
        return shown
    return f"{shown} ({'floor' if floor.holds(value) else 'BELOW'} {floor.limit})"
