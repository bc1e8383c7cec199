"""Makes of a dashboard the JSON that Grafana imports: scoped expressions, places, links, limits."""

import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, Final

from deploy.grafana.source.model import Dashboard, Panel, Query

# The version that Grafana 12 writes; older ones are migrated by it at import.
SCHEMA_VERSION: Final = 42
COLUMNS: Final = 24
DATASOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}
SCOPE: Final = 'job=~"$job",instance=~"$instance"'
TAG: Final = "newsloom"
# Where the runbook is read; whoever imports the dashboards changes it, in one variable of each page.
DOCS: Final = "https://newsloom.example/docs"
_SELECTOR: Final = re.compile(r"\b((?:newsloom|process|python)_\w+|up)\b(?:\{([^}]*)\})?")

Json = dict[str, Any]


def scoped(expression: str) -> str:
    """The expression with every selector held to the chosen jobs and instances."""

    def with_scope(found: re.Match[str]) -> str:
        labels = f",{found[2]}" if found[2] else ""
        return f"{found[1]}{{{SCOPE}{labels}}}"

    return _SELECTOR.sub(with_scope, expression)


def rendered(dashboard: Dashboard) -> Json:
    """The dashboard as Grafana reads it."""
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "description": dashboard.description,
        "tags": [TAG],
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "preload": False,
        "refresh": "30s",
        "timezone": "browser",
        "time": {"from": dashboard.since, "to": "now"},
        "timepicker": {},
        "fiscalYearStartMonth": 0,
        "annotations": {"list": [_ALERTS]},
        "links": _links(),
        "templating": {"list": list(_variables(dashboard))},
        "panels": list(_panels(dashboard)),
    }


_ALERTS: Final[Json] = {
    "name": "Alerts",
    "datasource": DATASOURCE,
    "enable": True,
    "hide": False,
    "iconColor": "red",
    "expr": 'ALERTS{alertstate="firing"}',
    "titleFormat": "{{alertname}}",
    "textFormat": "{{job}} {{role}}",
    "step": "30s",
}


def _links() -> list[Json]:
    return [
        {
            "title": "newsloom",
            "type": "dashboards",
            "tags": [TAG],
            "asDropdown": False,
            "includeVars": False,
            "keepTime": True,
            "targetBlank": False,
            "icon": "external link",
            "tooltip": "The other pages of newsloom, for the same time",
            "url": "",
        },
        {
            "title": "Runbook",
            "type": "link",
            "tags": [],
            "asDropdown": False,
            "includeVars": False,
            "keepTime": False,
            "targetBlank": True,
            "icon": "doc",
            "tooltip": "What to do when a figure is red",
            "url": "${docs}/runbook.md",
        },
    ]


def _variables(dashboard: Dashboard) -> Iterator[Json]:
    hide = 0 if dashboard.scoped else 2
    yield {
        "name": "datasource",
        "label": "Data source",
        "type": "datasource",
        "query": "prometheus",
        "regex": "",
        "refresh": 1,
        "hide": 0,
        "multi": False,
        "includeAll": False,
        "options": [],
    }
    yield _labels_variable("job", "label_values(newsloom_build_info, job)", hide, chosen=dashboard.job)
    yield _labels_variable("instance", 'label_values(newsloom_build_info{job=~"$job"}, instance)', hide)
    yield {
        "name": "docs",
        "label": "Docs",
        "description": "The address of the folder with newsloom's runbook",
        "type": "textbox",
        "query": DOCS,
        "current": {"text": DOCS, "value": DOCS},
        "options": [{"selected": True, "text": DOCS, "value": DOCS}],
        "hide": 2,
    }


def _labels_variable(name: str, query: str, hide: int, chosen: str | None = None) -> Json:
    text, value = ([chosen], [chosen]) if chosen else (["All"], ["$__all"])
    return {
        "name": name,
        "label": name.capitalize(),
        "type": "query",
        "datasource": DATASOURCE,
        "definition": query,
        "query": {"qryType": 1, "query": query, "refId": "PrometheusVariableQueryEditor-VariableQuery"},
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".+",
        "current": {"selected": True, "text": text, "value": value},
        "options": [],
        "regex": "",
        "hide": hide,
    }


def _panels(dashboard: Dashboard) -> Iterator[Json]:
    numbers, top = count(1), 0
    for row in dashboard.rows:
        place = {"x": 0, "y": top, "w": COLUMNS, "h": 1}
        yield {
            "id": next(numbers),
            "type": "row",
            "title": row.title,
            "collapsed": False,
            "gridPos": place,
            "panels": [],
        }
        places, top = _places(row.panels, top + 1)
        for panel, place in zip(row.panels, places, strict=True):
            yield _panel(panel, next(numbers), place)


def _places(panels: Sequence[Panel], top: int) -> tuple[list[Json], int]:
    """Where each panel stands, line after line, and where the next row begins."""
    places: list[Json] = []
    left = below = 0
    for panel in panels:
        if left + panel.width > COLUMNS:
            left, top, below = 0, top + below, 0
        places.append({"x": left, "y": top, "w": panel.width, "h": panel.height})
        left, below = left + panel.width, max(below, panel.height)
    return places, top + below


def _panel(panel: Panel, number: int, place: Json) -> Json:
    made: Json = {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "datasource": DATASOURCE,
        "gridPos": place,
        "targets": [_target(panel, query, position) for position, query in enumerate(panel.queries)],
        "fieldConfig": {"defaults": _field(panel), "overrides": _overrides(panel)},
        "options": _options(panel),
        "links": _runbook(panel),
    }
    if panel.kind == "table":
        made["transformations"] = _one_table(panel)
    return made


def _target(panel: Panel, query: Query, position: int) -> Json:
    now = _of_now(panel)
    return {
        "refId": chr(ord("A") + position),
        "datasource": DATASOURCE,
        "expr": scoped(query.expr),
        "legendFormat": query.legend,
        "editorMode": "code",
        "format": "table" if panel.kind == "table" else "time_series",
        "instant": now,
        "range": not now,
    }


def _of_now(panel: Panel) -> bool:
    """Whether one answer of now is asked for. A count of the whole time at each of its points would cost
    Prometheus hundreds of times as much, and its line would say nothing.
    """
    return panel.kind in ("bargauge", "table") or any("$__range" in query.expr for query in panel.queries)


def _options(panel: Panel) -> Json:
    options = _OPTIONS[panel.kind]
    return options | {"graphMode": "none"} if panel.kind == "stat" and _of_now(panel) else options


def _overrides(panel: Panel) -> list[Json]:
    """Only the figures of a table take the colours of its limits."""
    if panel.kind != "table":
        return []
    coloured = {"id": "custom.cellOptions", "value": {"type": "color-text"}}
    return [{"matcher": {"id": "byType", "options": "number"}, "properties": [coloured]}]


def _field(panel: Panel) -> Json:
    field: Json = {
        "unit": panel.unit,
        "noValue": panel.no_data,
        "color": {"mode": "palette-classic" if panel.kind == "timeseries" else "thresholds"},
        "thresholds": {"mode": "absolute", "steps": list(_steps(panel))},
        "min": 0,
    }
    if panel.names:
        field["mappings"] = [{"type": "value", "options": _names(panel)}]
    if panel.whole:
        field["decimals"] = 0
    if panel.at_most is not None:
        field["max"] = panel.at_most
    if panel.kind == "timeseries":
        field["custom"] = _lines(panel)
    if panel.kind == "table":
        field["custom"] = {"align": "auto", "cellOptions": {"type": "auto"}, "filterable": True}
    return field


def _names(panel: Panel) -> Json:
    return {f"{value:g}": {"text": text, "index": index} for index, (value, text) in enumerate(panel.names)}


def _steps(panel: Panel) -> Iterator[Json]:
    yield {"color": panel.base, "value": None}
    for limit in panel.limits:
        yield {"color": limit.colour, "value": limit.value}


def _lines(panel: Panel) -> Json:
    return {
        "drawStyle": "line",
        "lineInterpolation": "linear",
        "lineWidth": 1,
        "fillOpacity": 40 if panel.stacked else 8,
        "gradientMode": "none",
        "showPoints": "auto",
        "spanNulls": False,
        "stacking": {"mode": "normal" if panel.stacked else "none", "group": "A"},
        "thresholdsStyle": {"mode": "dashed" if panel.limits else "off"},
        "axisPlacement": "auto",
        "axisLabel": "",
        "scaleDistribution": {"type": "linear"},
    }


def _runbook(panel: Panel) -> list[Json]:
    if panel.runbook is None:
        return []
    url = "${docs}/runbook.md#" + panel.runbook
    return [{"title": "Runbook: what to do", "url": url, "targetBlank": True}]


_NOW: Final[Json] = {"calcs": ["lastNotNull"], "fields": "", "values": False}
_OPTIONS: Final[dict[str, Json]] = {
    "stat": {
        "reduceOptions": _NOW,
        "colorMode": "value",
        "graphMode": "area",
        "justifyMode": "auto",
        "orientation": "auto",
        "textMode": "value",
        "wideLayout": True,
    },
    "bargauge": {
        "reduceOptions": _NOW,
        "displayMode": "basic",
        "orientation": "horizontal",
        "valueMode": "color",
        "namePlacement": "auto",
        "showUnfilled": True,
        "sizing": "auto",
        "minVizHeight": 16,
        "minVizWidth": 8,
        "maxVizHeight": 300,
    },
    "timeseries": {
        "legend": {
            "showLegend": True,
            "displayMode": "list",
            "placement": "bottom",
            "calcs": [],
        },
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
    "table": {"showHeader": True, "cellHeight": "sm", "footer": {"show": False}},
}


def _one_table(panel: Panel) -> list[Json]:
    """One line a series, without the time, which says nothing here; the figure under the query's legend."""
    [query] = panel.queries
    organized: Json = {
        "excludeByName": {"Time": True},
        "indexByName": {},
        "renameByName": {"Value": query.legend},
    }
    return [{"id": "merge", "options": {}}, {"id": "organize", "options": organized}]
