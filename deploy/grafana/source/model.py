"""What a dashboard is made of, in the few words that differ from panel to panel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["stat", "timeseries", "bargauge", "table"]
Colour = Literal["green", "yellow", "orange", "red", "blue"]


@dataclass(frozen=True, kw_only=True)
class Query:
    """A PromQL expression; `legend` names its series. Selectors are scoped when the JSON is made."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """From `value` on, in the panel's unit, a figure has this colour."""

    value: float
    colour: Colour


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One picture. `base` is the colour below the first limit; `runbook` an anchor of docs/runbook.md.

    `no_data` is what stands there when no series answers, and says what that means. `whole` shows no digits
    after the point. `width` is in 24ths of the page, `height` in Grafana's rows of 30 pixels.
    """

    kind: Kind
    title: str
    description: str
    unit: str
    queries: Sequence[Query]
    no_data: str
    width: int
    height: int
    limits: Sequence[Limit] = ()
    base: Colour = "green"
    runbook: str | None = None
    stacked: bool = False
    whole: bool = False
    at_most: float | None = None
    names: Sequence[tuple[float, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Row:
    """Panels under one heading, laid out from left to right."""

    title: str
    panels: Sequence[Panel]


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """A page. `uid` is its address and never changes; `job` is what is chosen at first, all when None.

    `scoped` pages let their reader choose jobs and instances; on the others the choice is hidden.
    """

    uid: str
    title: str
    description: str
    since: str
    rows: Sequence[Row]
    job: str | None = None
    scoped: bool = True
