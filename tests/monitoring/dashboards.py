"""The dashboards as Grafana would import them, and what it would ask Prometheus for them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parents[2] / "deploy" / "grafana" / "dashboards"
SCRAPE_S: Final = 5  # the data source's timeInterval
_METRIC: Final = re.compile(r"\b((?:newsloom|process|python)_\w+|up|ALERTS)\b(\{[^}]*\})?")

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One expression of one panel."""

    page: str
    panel: Json
    expression: str

    def __str__(self) -> str:
        return f"{self.page}, {self.panel['title']}"


def pages() -> Mapping[str, Json]:
    """Every dashboard by the name of its file."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def panels(page: Json) -> Iterator[Json]:
    """The panels of a dashboard, without the headings of rows."""
    yield from (panel for panel in page["panels"] if panel["type"] != "row")


def all_asked() -> list[Asked]:
    """Every expression of every panel."""
    return [
        Asked(page=name, panel=panel, expression=target["expr"])
        for name, page in pages().items()
        for panel in panels(page)
        for target in panel["targets"]
    ]


def selectors(expression: str) -> list[tuple[str, str]]:
    """Each metric of an expression with its matchers."""
    return [(found[1], found[2] or "") for found in _METRIC.finditer(expression)]


def filled_in(
    expression: str, *, over_s: float, step_s: float = SCRAPE_S, scrape_s: float = SCRAPE_S, job: str = ".+"
) -> str:
    """The expression as Grafana sends it: variables chosen, times of the page put in (seconds)."""
    values = {
        "$__rate_interval": f"{rate_interval(step_s, scrape_s)}s",
        "$__range": f"{over_s:.0f}s",
        "$job": job,
        "$instance": ".+",
    }
    for variable, value in values.items():
        expression = expression.replace(variable, value)
    return expression


def rate_interval(step_s: float, scrape_s: float) -> int:
    """Seconds of `$__rate_interval`: never fewer than four scrapes, so that a rate always has two points."""
    return round(max(step_s + scrape_s, 4 * scrape_s))
