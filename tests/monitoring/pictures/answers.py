"""What Prometheus answers to the queries of a panel, as series with the names that Grafana gives them."""

import math
import re
from dataclasses import dataclass
from typing import Any, Final

from tests.monitoring.dashboards import Json, filled_in
from tests.monitoring.prometheus import Prometheus

POINTS: Final = 180


@dataclass(frozen=True, kw_only=True)
class Window:
    """The time that a picture shows (Unix seconds), and the jobs chosen in it."""

    start: float
    end: float
    job: str = ".+"

    @property
    def seconds(self) -> float:
        return self.end - self.start

    @property
    def step(self) -> float:
        """Seconds between two points."""
        return max(5.0, self.seconds / POINTS)


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line: its name, its labels, and (time, value) pairs."""

    name: str
    labels: dict[str, str]
    points: list[tuple[float, float]]

    @property
    def last(self) -> float:
        return self.points[-1][1]


async def answers(prometheus: Prometheus, panel: Json, window: Window) -> list[Series]:
    """Every series of a panel that has a number."""
    found: list[Series] = []
    for target in panel["targets"]:
        expression = filled_in(target["expr"], over_s=window.seconds, step_s=window.step, job=window.job)
        if target["instant"]:
            series = await prometheus.query_range(
                expression, start=window.end, end=window.end, step=window.step
            )
        else:
            series = await prometheus.query_range(
                expression, start=window.start, end=window.end, step=window.step
            )
        found += [_series(each, target["legendFormat"]) for each in series]
    return [each for each in found if each.points]


def _series(answer: Json, legend: str) -> Series:
    labels = {name: value for name, value in answer["metric"].items() if name != "__name__"}
    return Series(name=_name(legend, labels), labels=labels, points=_points(answer["values"]))


def _name(legend: str, labels: dict[str, str]) -> str:
    named = re.sub(r"{{(\w+)}}", lambda found: labels.get(found[1], ""), legend)
    return " ".join(named.split()) or "value"


def _points(values: list[tuple[float, Any]]) -> list[tuple[float, float]]:
    points = [(at, float(value)) for at, value in values]
    return [(at, value) for at, value in points if math.isfinite(value)]
