"""What enrichment must reach, and whether it does."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from tests.evaluation.gold import GOLD
from tests.evaluation.scores import Row


class Floor(BaseModel):
    """A limit of one figure. `language` `*` holds for each; `given`: only when such a folder was given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    part: str
    language: str
    what: str
    figure: str
    at_least: float | None = None
    at_most: float | None = None
    given: bool = False
    source: str

    def governs(self, row: Row) -> bool:
        return (self.part, self.what) == (row.part, row.what) and self.language in ("*", row.language)

    def holds(self, value: float) -> bool:
        low = self.at_least is None or value >= self.at_least
        return low and (self.at_most is None or value <= self.at_most)

    @property
    def limit(self) -> str:
        return f">= {self.at_least:g}" if self.at_least is not None else f"<= {self.at_most:g}"


def floors(path: Path = GOLD / "floors.json") -> tuple[Floor, ...]:
    """Every floor of the one file that holds them."""
    return TypeAdapter(tuple[Floor, ...]).validate_json(path.read_bytes())


def broken(rows: Sequence[Row], limits: Sequence[Floor]) -> Iterator[str]:
    """Each floor that is not held; one without any row to hold it is broken too."""
    for floor in limits:
        ruled = [row for row in rows if floor.governs(row)]
        if not ruled and not floor.given:
            yield f"{floor.part} {floor.language} {floor.what}: nothing was measured"
        for row in ruled:
            value = row.figures[floor.figure]
            if not floor.holds(value):
                where = f"{row.part} {row.language} {row.what}"
                yield f"{where}: {floor.figure} {value:.3f}, the floor is {floor.limit}"
