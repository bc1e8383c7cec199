"""The times that a page shows of itself, and those that open an entry of a live report and are text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from itertools import pairwise

from ingest.sources.page.ages import Line
from ingest.sources.page.model import Stamp
from ingest.sources.page.shape import is_sentence
from ingest.sources.page.times import Capture, Reading, read_time
from ingest.sources.page.times.calendar_time import CalendarTime, Date

_ENTRIES = 2


@dataclass(frozen=True, kw_only=True)
class Stamped:
    """The page as text alone, and the lines whose times were taken off."""

    lines: tuple[Line, ...]
    stamps: tuple[Line, ...]


def take_stamps(lines: Sequence[Line]) -> Stamped:
    """Takes every time off that is not an entry of a live report."""
    entries = set(_entries(lines))
    kept = [_as_text(line) if line.number in entries else replace(line, age=None) for line in lines]
    stamps = [
        Line(text="", age=line.age, number=line.number)
        for line in lines
        if line.age is not None and line.number not in entries
    ]
    return Stamped(lines=tuple(line for line in kept if line.text), stamps=tuple(stamps))


def is_live_report(lines: Sequence[Line]) -> bool:
    """Times by the clock with nothing but prose between them are entries; teasers would have titles."""
    clocked = all(is_entry(line) for line in lines if line.age is not None)
    texts = [line.text for line in lines if line.text]
    return clocked and bool(texts) and all(is_sentence(text) for text in texts)


def is_entry(line: Line) -> bool:
    """Nothing but a time by the clock or the calendar."""
    reading = read_time(line.age) if line.age is not None and not line.text else None
    return reading is not None and reading.is_calendar and reading.role is None


def _entries(lines: Sequence[Line]) -> Iterator[int]:
    """The numbers of the times that open an entry: below the first prose, and more than one of a kind.

    A time with its year is the article's own, for a report that still goes on has no need of one; and so
    is a single one with a date among others without.
    """
    prose = next((at for at, line in enumerate(lines) if is_sentence(line.text)), len(lines))
    below = [
        line
        for line, following in pairwise(lines[prose:])
        if is_entry(line) and is_sentence(following.text) and _year_of(line) is None
    ]
    for kind in (True, False):
        alike = [line.number for line in below if _is_dated(line) is kind]
        if len(alike) >= _ENTRIES:
            yield from alike


def _is_dated(line: Line) -> bool:
    return _date_of(line) is not None


def _year_of(line: Line) -> int | None:
    dated = _date_of(line)
    return dated.year if dated is not None else None


def _date_of(line: Line) -> Date | None:
    reading = read_time(line.age or "")
    return reading.said.dated if reading and isinstance(reading.said, CalendarTime) else None


def _as_text(line: Line) -> Line:
    return Line(text=line.age or "", number=line.number)


@dataclass(frozen=True, kw_only=True)
class OwnTimes:
    """When the page says that it was published and updated, and the times that are neither."""

    published: Stamp | None
    updated: Stamp | None
    others: tuple[Line, ...]


def read_own_times(stamps: Iterable[Line], *, head_ends: int, capture: Capture | None) -> OwnTimes:
    """A labelled time counts anywhere, a bare one only above line `head_ends`. The first of each counts."""
    found: dict[str, Stamp] = {}
    others: list[Line] = []
    for line in stamps:
        reading = read_time(line.age or "")
        role = (reading.role or ("published" if line.number < head_ends else None)) if reading else None
        if reading is None or role is None or role in found:
            others.append(line)
        else:
            found[role] = _stamp(line.age or "", reading, capture)
    return OwnTimes(published=found.get("published"), updated=found.get("updated"), others=tuple(others))


def _stamp(phrase: str, reading: Reading, capture: Capture | None) -> Stamp:
    return Stamp(
        phrase=phrase,
        interval=reading.at(capture) if capture is not None else None,
        exact=reading.exact(capture.zone if capture is not None else UTC),
    )
