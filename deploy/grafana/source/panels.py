"""Short ways to write the usual panels and the usual expressions."""

from collections.abc import Sequence

from deploy.grafana.source.model import Colour, Limit, Panel, Query

RATE = "$__rate_interval"
EDITORIAL = 'source_class!="canary"'
SERVICES = 'job=~"ingest|enrich|publish|feeds|canary"'


def stat(
    title: str,
    expr: str,
    *,
    unit: str,
    description: str,
    no_data: str,
    width: int = 4,
    height: int = 4,
    limits: Sequence[Limit] = (),
    base: Colour = "green",
    runbook: str | None = None,
) -> Panel:
    """One figure, with a line behind it where it is one of each moment."""
    return Panel(
        kind="stat",
        title=title,
        description=description,
        unit=unit,
        queries=[Query(expr=expr, legend=title)],
        no_data=no_data,
        width=width,
        height=height,
        limits=limits,
        base=base,
        runbook=runbook,
        whole=unit in ("locale", "none"),
    )


def graph(
    title: str,
    *queries: Query,
    unit: str,
    description: str,
    no_data: str,
    width: int = 12,
    height: int = 8,
    limits: Sequence[Limit] = (),
    runbook: str | None = None,
    stacked: bool = False,
    at_most: float | None = None,
) -> Panel:
    """Lines over time; a limit is drawn as a dashed line."""
    return Panel(
        kind="timeseries",
        title=title,
        description=description,
        unit=unit,
        queries=queries,
        no_data=no_data,
        width=width,
        height=height,
        limits=limits,
        runbook=runbook,
        stacked=stacked,
        at_most=at_most,
    )


def bars(
    title: str,
    *queries: Query,
    unit: str,
    description: str,
    no_data: str,
    width: int = 8,
    height: int = 8,
    limits: Sequence[Limit] = (),
    base: Colour = "blue",
    runbook: str | None = None,
    at_most: float | None = None,
) -> Panel:
    """One bar a series, for the chosen time as a whole."""
    return Panel(
        kind="bargauge",
        title=title,
        description=description,
        unit=unit,
        queries=queries,
        no_data=no_data,
        width=width,
        height=height,
        limits=limits,
        base=base,
        runbook=runbook,
        at_most=at_most,
        whole=unit == "locale",
    )


def table(
    title: str,
    *queries: Query,
    unit: str,
    description: str,
    no_data: str,
    width: int = 12,
    height: int = 8,
    limits: Sequence[Limit] = (),
    runbook: str | None = None,
    names: Sequence[tuple[float, str]] = (),
) -> Panel:
    """One line a series, with its labels and its figure of now."""
    return Panel(
        kind="table",
        title=title,
        description=description,
        unit=unit,
        queries=queries,
        no_data=no_data,
        width=width,
        height=height,
        limits=limits,
        runbook=runbook,
        names=names,
    )


def line(expr: str, legend: str) -> Query:
    """An expression and the name of its series."""
    return Query(expr=expr, legend=legend)


def above(value: float, colour: Colour = "red") -> Limit:
    """From this value on, this colour."""
    return Limit(value=value, colour=colour)


def counted(selector: str) -> str:
    """How often something was counted in the chosen time, also by series that began or ended in it.

    `increase` alone misses the first count of a series that is born at 1: a first dead letter of its kind
    would be none. So where a series was not there before, what it began with is added.
    """
    grown = f"increase({selector}[$__range])"
    begun_with = f"(min_over_time({selector}[$__range]) unless {selector} offset $__range)"
    return f"(({grown} + {begun_with}) or {grown})"


def or_none(expression: str, label: str, named: str = "none") -> str:
    """The expression, or a 0 with this name in the label when no series is there."""
    return f'{expression} or on() label_replace(vector(0), "{label}", "{named}", "", "")'


def per_minute(counter: str, by: str) -> str:
    """Counts a minute of what is rare: only the series that move, or one at 0 that says `no`."""
    return or_none(f"60 * {rate(counter, by)} > 0", by.partition(",")[0], "no")


def rate(selector: str, by: str = "") -> str:
    """Counts a second, summed by labels."""
    grouping = f" by ({by})" if by else ""
    return f"sum{grouping} (rate({selector}[{RATE}]))"


def quantile(share: float, histogram: str, labels: str = "", *, by: str = "", over: str = RATE) -> str:
    """The value that this share of a histogram's observations do not exceed; nothing where none were made."""
    change = "rate" if over == RATE else "increase"
    grouping = f"{by}, le" if by else "le"
    buckets = f"{histogram}_bucket{{{labels}}}" if labels else f"{histogram}_bucket"
    return f"histogram_quantile({share}, sum by ({grouping}) ({change}({buckets}[{over}]))) >= 0"
