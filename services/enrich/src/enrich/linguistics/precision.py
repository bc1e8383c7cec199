"""How sure a tag may be: the precision that was measured for its kind of finding, method and language."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from newsloom_schemas.enrichment import Basis

TABLE: Final = files("enrich") / "data" / "entity-precision.json"
# Fewer findings than this measure nothing.
MIN_FINDINGS: Final = 30
# Nothing measured is nothing promised.
UNMEASURED: Final = 0.4


@dataclass(frozen=True, slots=True)
class Sureness:
    """A confidence and where it comes from."""

    confidence: float
    basis: Basis


class PrecisionTable:
    """Precision by language and by how a name was found; the file names the material it was measured on."""

    def __init__(self, precision: Mapping[str, Mapping[str, tuple[float, int]]]) -> None:
        self._precision = precision

    @classmethod
    def load(cls) -> "PrecisionTable":
        return _loaded()

    def of(self, language: str, finding: str) -> Sureness:
        """Sureness of a kind of finding; heuristic when too few were counted in that language."""
        precision, findings = self._precision.get(language, {}).get(finding, (UNMEASURED, 0))
        return Sureness(precision, "measured" if findings >= MIN_FINDINGS else "heuristic")


@lru_cache(maxsize=1)
def _loaded() -> PrecisionTable:
    table = json.loads(TABLE.read_text("utf-8"))["precision"]
    return PrecisionTable(
        {
            language: {finding: (row["precision"], row["findings"]) for finding, row in rows.items()}
            for language, rows in table.items()
        }
    )
