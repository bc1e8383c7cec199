"""From a phrase of a page to what it says, and with the moment of the capture to when that was."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Literal

from ingest.sources.page.times.calendar_time import (
    DAYS,
    MONTHS,
    SHORT_WEEKDAYS,
    WEEKDAYS,
    ZONES,
    CalendarTime,
    read_calendar_time,
)
from ingest.sources.page.times.capture import Capture
from ingest.sources.page.times.elapsed import LANGUAGES, Elapsed, any_of, read_elapsed
from ingest.sources.page.times.interval import Interval

PHRASE_CHARS = 60
_AFTER_ALL_PAGES = datetime(9000, 1, 1, tzinfo=UTC)
Role = Literal["published", "updated"]

_PUBLISHED = {word for words in LANGUAGES for word in words.published}
_UPDATED = {word for words in LANGUAGES for word in words.updated}
_LABEL = re.compile(rf"(?P<label>{any_of(_PUBLISHED | _UPDATED)})\s?(?::|\s)\s?")
_BULLETS = "·•|–—- "
# Every phrase ends in one of these, which is cheap to see: most lines of a page are no times.
_ENDINGS = (
    *{word for words in LANGUAGES for word in (*words.ago, *words.now, *words.whole)},
    *{name for words in LANGUAGES for names in words.units.values() for name in names.split()},
    *DAYS,
    *WEEKDAYS,
    *SHORT_WEEKDAYS,
    *MONTHS,
    *ZONES,
    *"0123456789)",
    *("am", "pm", "a.m", "p.m", "p. m", "a. m", "hrs", "horas", "года", "году", "року", "рік", "г", "р"),
)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A time as a page has it. `role` is set when the page says of what it is the time."""

    said: Elapsed | CalendarTime
    role: Role | None = None

    def at(self, capture: Capture) -> Interval | None:
        """When that was; None when the words do not fit the capture: a 31 February, a day yet to come."""
        return self.said.at(capture)

    def exact(self, zone: tzinfo) -> datetime | None:
        """The moment in UTC, to the minute, when the words alone say it; None when it takes a capture."""
        if not isinstance(self.said, CalendarTime) or not self.said.exact:
            return None
        interval = self.said.at(Capture(at=_AFTER_ALL_PAGES, zone=zone))
        return interval.earliest if interval is not None and interval.is_exact else None

    @property
    def is_calendar(self) -> bool:
        """By the clock or the calendar, not counted from the capture."""
        return isinstance(self.said, CalendarTime)


def may_end_in_time(line: str) -> bool:
    """Whether it is worth while to look for a time at the end of a line."""
    return line[-PHRASE_CHARS:].casefold().rstrip(_BULLETS + ".").endswith(_ENDINGS)


def read_time(phrase: str) -> Reading | None:
    """What a phrase says, if all of it is a time. Costs next to nothing for a phrase that is none."""
    if len(phrase) > PHRASE_CHARS or not may_end_in_time(phrase):
        return None
    plain = " ".join(phrase.casefold().split()).strip(_BULLETS).removesuffix(".")
    label = _LABEL.match(plain)
    bare = plain[label.end() :] if label else plain
    said = read_elapsed(bare) or read_calendar_time(bare)
    return Reading(said=said, role=_role(label)) if said is not None else None


def _role(label: re.Match[str] | None) -> Role | None:
    if label is None:
        return None
    return "updated" if label["label"] in _UPDATED else "published"
