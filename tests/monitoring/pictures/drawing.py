"""Draws a dashboard: its rows and panels in their places, each from the series that its queries gave."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator
from PIL import Image

from tests.monitoring.dashboards import Json
from tests.monitoring.pictures.answers import Series, Window
from tests.monitoring.pictures.units import written

DPI: Final = 100
CELL_W, CELL_H, GAP, HEAD = 62, 38, 8, 64  # pixels: a 24th of the page, a row of Grafana's grid
PAGE_W: Final = 24 * CELL_W + GAP
PAPER, CARD, EDGE, INK, FAINT = "#f4f5f5", "#ffffff", "#dcdfe3", "#24292e", "#6e7680"
COLOURS: Final = {
    "green": "#37872d",
    "yellow": "#d5a106",
    "orange": "#e0752d",
    "red": "#c4162a",
    "blue": "#1f60c4",
}
LINES: Final = (
    *("#37872d", "#e0b400", "#1f60c4", "#e0752d", "#c4162a", "#8f3bb8", "#3274d9", "#56a64b"),
    *("#ff780a", "#a352cc", "#19730e", "#ad0317"),
)
MOST_BARS: Final = 14


def draw(page: Json, found: Mapping[int, Sequence[Series]], window: Window, path: Path) -> None:
    """Write the picture of a page, whose series are given by the numbers of its panels."""
    mpl.rcParams.update({"font.family": "DejaVu Sans", "font.size": 8, "text.parse_math": False})
    bottom = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in page["panels"])
    height = HEAD + bottom * CELL_H + GAP
    figure = Figure(figsize=(PAGE_W / DPI, height / DPI), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    canvas = _Canvas(figure, height, window)
    canvas.heading(page["title"], _told(window))
    for panel in page["panels"]:
        if panel["type"] == "row":
            canvas.row(panel)
        else:
            canvas.panel(panel, found[panel["id"]])
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    """A PNG of few colours, which is a third of the size and looks the same."""
    drawn = BytesIO()
    figure.savefig(drawn, format="png")
    few = Image.open(drawn).convert("RGB").quantize(96, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def _told(window: Window) -> str:
    job = "" if window.job == ".+" else f" · job {window.job}"
    return (
        f"{_moment(window.start):%H:%M} to {_moment(window.end):%H:%M} UTC{job}"
        " · plotted from the dashboard's own queries; not Grafana's drawing"
    )


class _Canvas:
    """A page of cards, measured in pixels from its top left corner."""

    def __init__(self, figure: Figure, height: int, window: Window) -> None:
        self._figure, self._height, self._window = figure, height, window

    def heading(self, title: str, told: str) -> None:
        self._text(GAP, 22, title, size=14, weight="bold")
        self._text(GAP, 45, told, size=8.5, colour=FAINT)

    def row(self, panel: Json) -> None:
        place = panel["gridPos"]
        self._text(GAP, HEAD + place["y"] * CELL_H + CELL_H * 0.6, f"⌄  {panel['title']}", size=10.5)

    def panel(self, panel: Json, series: Sequence[Series]) -> None:
        """One card: its title, and what its kind shows."""
        place = panel["gridPos"]
        left, top = GAP + place["x"] * CELL_W, HEAD + place["y"] * CELL_H
        width, height = place["w"] * CELL_W - GAP, place["h"] * CELL_H - GAP
        self._figure.patches.append(self._card(left, top, width, height))
        self._text(left + 9, top + 14, panel["title"], size=8.5, weight="bold")
        inside = (left + 10, top + 28, width - 20, height - 36)
        if not series:
            self._text(
                left + width / 2,
                top + height / 2 + 6,
                panel["fieldConfig"]["defaults"]["noValue"],
                size=9,
                colour=FAINT,
                middle=True,
            )
            return
        _KINDS[panel["type"]](self, panel, series, inside)

    def stat(self, panel: Json, series: Sequence[Series], inside: "Box") -> None:
        left, top, width, height = inside
        last = series[-1].last
        colour = _colour(panel, last)
        if len(series[-1].points) > 1:
            axes = self._axes((left, top + height * 0.6, width, height * 0.4))
            axes.axis("off")
            self._line(axes, series[-1], colour, fill=0.15)
            low, high = axes.get_ylim()
            axes.set_ylim(min(0, low), max(high, 1e-9))
        text = _figure(panel, last)
        self._text(
            left + width / 2,
            top + height * (0.38 if len(series[-1].points) > 1 else 0.46),
            text,
            size=min(30, height * 0.3, 1.15 * width / len(text)),
            weight="bold",
            colour=colour,
            middle=True,
        )

    def timeseries(self, panel: Json, series: Sequence[Series], inside: "Box") -> None:
        left, top, width, height = inside
        names = [each.name for each in series]
        lines = _legend_lines(names, width)
        axes = self._axes((left + 52, top, width - 56, height - 20 - 14 * len(lines)))
        stacked = panel["fieldConfig"]["defaults"]["custom"]["stacking"]["mode"] == "normal"
        if stacked:
            self._stack(axes, series)
        else:
            for number, each in enumerate(series):
                self._line(axes, each, _of(number), fill=0.06)
        self._frame(axes, panel)
        for number, line in enumerate(lines):
            self._legend(line, left + 8, top + height - 14 * (len(lines) - number) + 4)

    def bargauge(self, panel: Json, series: Sequence[Series], inside: "Box") -> None:
        left, top, width, height = inside
        shown = sorted(series, key=lambda each: -each.last)[:MOST_BARS]
        each_height = min(26, height / len(shown))
        most = max(1e-9, *(each.last for each in shown)) if shown else 1
        for number, each in enumerate(shown):
            y = top + number * each_height
            self._text(left + width * 0.42, y + each_height / 2, each.name[:34], size=7.5, right=True)
            long = max(1.0, width * 0.42 * each.last / most)
            self._figure.patches.append(
                self._card(left + width * 0.44, y + 3, long, each_height - 6, fill=_colour(panel, each.last))
            )
            self._text(left + width * 0.45 + long, y + each_height / 2, _figure(panel, each.last), size=7.5)

    def table(self, panel: Json, series: Sequence[Series], inside: "Box") -> None:
        left, top, width, height = inside
        columns = sorted({name for each in series for name in each.labels})
        rows = sorted(series, key=lambda each: [each.labels.get(name, "") for name in columns])
        room = int(height // 18) - 1
        heads = [*columns, rows[0].name]
        cells = [
            [*(each.labels.get(name, "") for name in columns), _figure(panel, each.last)] for each in rows
        ]
        wide = [max(len(line[number]) for line in [heads, *cells]) + 3 for number in range(len(heads))]
        lefts = [left + width * sum(wide[:number]) / sum(wide) for number in range(len(heads))]
        for at, head in zip(lefts, heads, strict=True):
            self._text(at, top + 8, head, size=7.5, weight="bold", colour=FAINT)
        for number, (each, line) in enumerate(zip(rows[:room], cells, strict=False), start=1):
            for at, cell in zip(lefts[:-1], line, strict=False):
                self._text(at, top + 8 + 18 * number, cell, size=7.5)
            colour = _colour(panel, each.last)
            self._text(lefts[-1], top + 8 + 18 * number, line[-1], size=7.5, colour=colour)
        if len(rows) > room:
            self._text(
                left + width, top + 8, f"{room} of {len(rows)} lines", size=7, colour=FAINT, right=True
            )

    def _line(self, axes: Axes, series: Series, colour: str, *, fill: float) -> None:
        times, values = _columns(series, self._window.step)
        alone = "." if len(values) == 1 else None
        axes.plot(times, values, color=colour, linewidth=1.1, marker=alone, solid_capstyle="round")
        axes.fill_between(times, values, color=colour, alpha=fill, linewidth=0)

    def _stack(self, axes: Axes, series: Sequence[Series]) -> None:
        times = sorted({at for each in series for at, _ in each.points})
        floor = [0.0] * len(times)
        for number, each in enumerate(series):
            known = dict(each.points)
            roof = [below + known.get(at, 0.0) for at, below in zip(times, floor, strict=True)]
            axes.fill_between(times, floor, roof, color=_of(number), alpha=0.45, linewidth=0)
            axes.plot(times, roof, color=_of(number), linewidth=0.9)
            floor = roof

    def _frame(self, axes: Axes, panel: Json) -> None:
        """Scales, grid and limits."""
        field = panel["fieldConfig"]["defaults"]
        axes.set_xlim(self._window.start, self._window.end)
        highest = float(axes.dataLim.y1)
        axes.set_ylim(0, field.get("max", highest * 1.08 if highest > 0 else 1))
        for step in field["thresholds"]["steps"][1:]:
            if step["value"] <= axes.get_ylim()[1]:
                axes.axhline(step["value"], color=COLOURS[step["color"]], linewidth=0.9, linestyle="--")
        axes.xaxis.set_major_locator(MultipleLocator(self._minutes(axes) * 60))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: f"{_moment(at):%H:%M}"))
        axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: written(value, field["unit"])))
        axes.tick_params(length=0, labelsize=7, colors=FAINT)
        axes.grid(color=EDGE, linewidth=0.6)
        for side in axes.spines.values():
            side.set_visible(False)

    def _minutes(self, axes: Axes) -> int:
        """Minutes between two marks of the time, so that they stand some way apart."""
        room = max(2.0, axes.get_position().width * PAGE_W / 70)
        return next(
            each for each in (1, 2, 5, 10, 30, 60, 120, 360, 1440) if self._window.seconds / 60 / each <= room
        )

    def _legend(self, names: Sequence[tuple[int, str]], left: float, top: float) -> None:
        for number, name in names:
            self._figure.patches.append(self._card(left, top - 1.5, 12, 3, fill=_of(number)))
            self._text(left + 16, top, name, size=7, colour=INK)
            left += _wide(name)

    def _axes(self, box: "Box") -> Axes:
        left, top, width, height = box
        return self._figure.add_axes(
            (
                left / PAGE_W,
                1 - (top + height) / self._height,
                max(1.0, width) / PAGE_W,
                max(1.0, height) / self._height,
            ),
            facecolor=CARD,
        )

    def _card(
        self, left: float, top: float, width: float, height: float, fill: str | None = None
    ) -> Rectangle:
        return Rectangle(
            (left / PAGE_W, 1 - (top + height) / self._height),
            width / PAGE_W,
            height / self._height,
            transform=self._figure.transFigure,
            facecolor=fill or CARD,
            edgecolor="none" if fill else EDGE,
            linewidth=1,
            zorder=-1 if fill is None else 3,
        )

    def _text(
        self,
        left: float,
        top: float,
        text: str,
        *,
        size: float,
        weight: str = "normal",
        colour: str = INK,
        middle: bool = False,
        right: bool = False,
    ) -> None:
        self._figure.text(
            left / PAGE_W,
            1 - top / self._height,
            text,
            fontsize=size,
            fontweight=weight,
            color=colour,
            ha="center" if middle else "right" if right else "left",
            va="center",
        )


Box = tuple[float, float, float, float]
_KINDS: Final = {
    "stat": _Canvas.stat,
    "timeseries": _Canvas.timeseries,
    "bargauge": _Canvas.bargauge,
    "table": _Canvas.table,
}


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _columns(series: Series, step: float) -> tuple[list[float], list[float]]:
    """Times and values, with a break where points are missing."""
    times: list[float] = []
    values: list[float] = []
    before = None
    for at, value in series.points:
        if before is not None and at - before > 1.5 * step:
            times.append(before + step / 2)
            values.append(float("nan"))
        times.append(at)
        values.append(value)
        before = at
    return times, values


def _colour(panel: Json, value: float) -> str:
    chosen = "green"
    for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]:
        if step["value"] is None or value >= step["value"]:
            chosen = step["color"]
    return COLOURS[chosen]


def _figure(panel: Json, value: float) -> str:
    field = panel["fieldConfig"]["defaults"]
    for mapping in field.get("mappings", []):
        if (named := mapping["options"].get(f"{value:g}")) is not None:
            return str(named["text"])
    return written(value, field["unit"], whole=field.get("decimals") == 0)


def _of(number: int) -> str:
    return LINES[number % len(LINES)]


def _wide(name: str) -> float:
    return 30 + 5.4 * len(name)


def _legend_lines(names: Sequence[str], width: float) -> list[list[tuple[int, str]]]:
    """Names with their numbers, in at most three lines; what does not fit is said in a number."""
    lines: list[list[tuple[int, str]]] = [[]]
    used = 0.0
    for number, name in enumerate(names):
        if used + _wide(name) > width and lines[-1]:
            if len(lines) == 3:
                lines[-1][-1] = (lines[-1][-1][0], f"… and {len(names) - number} more")
                break
            lines.append([])
            used = 0.0
        lines[-1].append((number, name))
        used += _wide(name)
    return lines
