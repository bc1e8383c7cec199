"""Figures as Grafana writes them, for the units that our panels have."""

from collections.abc import Callable, Mapping
from typing import Final

_SPANS: Final = ((86_400 * 7, "weeks"), (86_400, "days"), (3_600, "hours"), (60, "mins"), (1, "s"))
_SIZES: Final = ("B", "KiB", "MiB", "GiB", "TiB")


def written(value: float, unit: str, *, whole: bool = False) -> str:
    """The figure with its unit."""
    return _WRITERS[unit](round(value) if whole else value)


def _number(value: float) -> str:
    """At most three digits that say something."""
    size = abs(value)
    digits = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2 if size >= 0.1 else 3
    return f"{value:.{digits}f}"


def _short(value: float) -> str:
    for size, name in ((1e9, " Bil"), (1e6, " Mil"), (1e3, " K")):
        if abs(value) >= size:
            return _number(value / size) + name
    return _number(value)


def _seconds(value: float) -> str:
    if abs(value) < 1:
        return f"{_number(value * 1000)} ms" if value else "0 s"
    size, name = next((size, name) for size, name in _SPANS if abs(value) >= size)
    return f"{_number(value / size)} {name}"


def _bytes(value: float) -> str:
    step = 0
    while abs(value) >= 1024 and step < len(_SIZES) - 1:
        value, step = value / 1024, step + 1
    return f"{_number(value)} {_SIZES[step]}"


def _with(ending: str) -> Callable[[float], str]:
    return lambda value: f"{_short(value)} {ending}"


_WRITERS: Final[Mapping[str, Callable[[float], str]]] = {
    "s": _seconds,
    "bytes": _bytes,
    "percentunit": lambda value: f"{_number(value * 100)}%",
    "locale": lambda value: f"{value:,.0f}",
    "none": _number,
    "short": _short,
    "cps": _with("c/s"),
    "cpm": _with("c/m"),
    "reqps": _with("req/s"),
    "ops": _with("ops/s"),
}
