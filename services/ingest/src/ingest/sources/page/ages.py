"""The times on the lines of a page: alone on a line, or glued to text because a line break was lost."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.sources.page.times import read_time
from ingest.sources.page.times.elapsed import AGO, SINCE, Elapsed
from ingest.sources.page.times.reading import PHRASE_CHARS, may_end_in_time

_BULLETS = "·•|–—- "
_LOWER = "a-zа-яёіїєґñáéíóúü"
# The other lost break: "2 minutes agoNext title". Prose never goes on with a capital or a digit and no space.
_RUN_ON = re.compile(rf"(?i:\d{AGO}|{SINCE})(?=[«“\"¿¡]|[^\W_{_LOWER}])")
# The same behind a time that opens the line: "14:05Next title", "вчераNext title".
_AFTER_OPENING = re.compile(rf"(?<=[{_LOWER}\d.])(?=[«“\"¿¡]|[^\W\d_{_LOWER}])")
# A time may begin without a space before it after the end of a sentence, at a figure behind a letter, and at
# a capital inside a word; nowhere else, for "player" ends in the Spanish for yesterday.
_STARTS = re.compile(
    rf"(?<=[.!?…»”\")\]])(?=\w)|(?<=[^\W\d_])(?=\d)|(?<=[{_LOWER}])(?=[^\W\d_{_LOWER}][{_LOWER}])"
)
_SINCE_END = re.compile(rf"{SINCE}$", re.IGNORECASE)
_COUNTED_END = re.compile(rf"(?P<n>\d{{1,6}})(?P<ago>{AGO})$", re.IGNORECASE)
_FULL_STOP = re.compile(r"(?<=\d)\.$|(?<=[^\W\d_]{3})\.$")  # but the dot of "p.m." stays
_LOOSE_CLOCK = re.compile(r"\d[.:]\d\d|\d\d\.\d\d")  # glued, "5:14" is a verse and "14.05" a price
_LARGEST = {1: 59, 60: 59, 3600: 23}  # by the seconds of a unit
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d$")
_SEPARATOR = re.compile(r"\s[|·•]\s")
_MOST_PARTS = 6


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the page: its text without a time, and the time phrase when there is one.

    `number` is its place on the page; what is cut out is told in that order.
    """

    text: str
    age: str | None = None
    number: int = 0

    @property
    def is_age(self) -> bool:
        """Nothing but a time."""
        return self.age is not None and not self.text


def read_lines(lines: Iterable[str]) -> tuple[Line, ...]:
    """Every line with its time set apart, and a new line wherever text runs on behind a time."""
    parts = (part.strip() for line in lines for piece in _parted(line) for part in _columns(piece))
    return tuple(read_line(part, number=number) for number, part in enumerate(filter(None, parts)))


def _parted(line: str) -> Iterator[str]:
    start = _opening_time(line)
    if start:
        yield line[:start]
    for found in _RUN_ON.finditer(line, start):
        yield line[start : found.end()]
        start = found.end()
    yield line[start:]


def _opening_time(line: str) -> int:
    opening = line[:PHRASE_CHARS]
    cuts = (found.start() for found in _AFTER_OPENING.finditer(opening))
    return next((cut for cut in cuts if read_time(opening[:cut]) is not None), 0)


def _columns(line: str) -> list[str]:
    """ "By Ann Lee | 12 November 2026": a time beside something else stands for itself."""
    if len(line) > 2 * PHRASE_CHARS:
        return [line]
    parts = _SEPARATOR.split(line)
    timed = 1 < len(parts) <= _MOST_PARTS and any(read_time(part) is not None for part in parts)
    return parts if timed else [line]


def read_line(line: str, *, number: int = 0) -> Line:
    """Separates a time that fills the line or is glued to its end; prose about times stays whole."""
    if read_time(line) is not None:
        return Line(text="", age=_FULL_STOP.sub("", line.strip(_BULLETS)), number=number)
    cut = _glued(line) if may_end_in_time(line) else None
    if cut is None or not line[:cut].strip():
        return Line(text=line, number=number)
    return Line(text=line[:cut].rstrip(), age=line[cut:], number=number)


def _glued(line: str) -> int | None:
    """Where a time begins that no space sets apart from the text before it."""
    from_here = max(0, len(line) - PHRASE_CHARS)
    tail = line[from_here:]
    cut = _counted(tail)
    if cut is None and (found := _SINCE_END.search(tail)) and not tail[: found.start()].endswith(" "):
        cut = found.start() or None
    if cut is None:
        cut = next(
            (found.start() for found in _STARTS.finditer(tail) if _is_time(tail[found.start() :])), None
        )
    return cut + from_here if cut is not None else None


def _is_time(tail: str) -> bool:
    return read_time(tail) is not None and _LOOSE_CLOCK.fullmatch(tail) is None


def _counted(tail: str) -> int | None:
    found = _COUNTED_END.search(tail)
    if found is None:
        return None
    start, digits, limit = found.start("n"), found["n"], _largest(found["ago"])
    glued = start > 0 and not tail[start - 1].isspace()
    if int(digits) <= limit and not digits.startswith("0"):
        return start if glued else None
    return _split_digits(tail, start, digits, limit)


def _largest(ago: str) -> int:
    """The largest number that pages put before a unit: nobody writes 61 minutes."""
    reading = read_time(f"1{ago}")
    said = reading.said if reading is not None else None
    return _LARGEST.get(said.least.seconds, 366) if isinstance(said, Elapsed) else 366


def _split_digits(tail: str, start: int, digits: str, limit: int) -> int | None:
    """ "GTA 614 minutes": no page says 614 minutes, so the 6 belongs to the title."""
    cuts = [
        start + taken
        for taken in range(1, len(digits))
        if digits[taken] != "0" and int(digits[taken:]) <= limit
    ]
    after_year = (cut for cut in cuts if _YEAR.search(tail[:cut]))
    return next(after_year, cuts[0] if cuts else None)
