"""Times by the calendar ("yesterday at 14:05", "5 ноября", "14:05"): a day, a time of day, or both."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from ingest.sources.page.times.capture import Capture, at_clock, on_day
from ingest.sources.page.times.elapsed import LANGUAGES, any_of
from ingest.sources.page.times.interval import A_MINUTE, Interval

_AN_HOUR = timedelta(hours=1)
_CENTURY = 100
_LEAP_CYCLE = 8  # years: the longest that a 29 February is away, as around 1900

DAYS = {word: back for words in LANGUAGES for word, back in words.days.items()}
WEEKDAYS = {
    word: number
    for words in LANGUAGES
    for number, names in enumerate(words.weekdays)
    for word in names.split()
}
MONTHS = {
    word: number
    for words in LANGUAGES
    for number, names in enumerate(words.months, start=1)
    for word in names.split()
}
# Too short to stand alone: "Sun" is a headline, "Sun 14:05" is a time.
SHORT_WEEKDAYS = {
    word: number
    for names in (
        "пн вт ср чт пт сб вс",
        "пн вт ср чт пт сб нд",
        "mon tue wed thu fri sat sun",
        "lun - mié jue vie sáb dom",
    )
    for number, word in enumerate(names.split())
}


def _east(hours: int) -> timezone:
    return timezone(timedelta(hours=hours))


ZONES: dict[str, tzinfo] = {
    "gmt": UTC,
    "utc": UTC,
    "z": UTC,
    "bst": _east(1),
    "cet": _east(1),
    "cest": _east(2),
    "eet": _east(2),
    "eest": _east(3),
    "msk": _east(3),
    "мск": _east(3),
    "est": _east(-5),
    "edt": _east(-4),
    "pst": _east(-8),
    "pdt": _east(-7),
    "et": ZoneInfo("America/New_York"),
    "pt": ZoneInfo("America/Los_Angeles"),
}

_AT = any_of({word for words in LANGUAGES for word in words.at})
_ON = any_of({word for words in LANGUAGES for word in words.on})
_OFFSET = r"(?P<offset>[+-](?:0\d|1[0-4]):?[0-5]\d)"
_CLOCK = (
    r"(?:(?P<h>[01]?\d|2[0-3])[:.](?P<m>[0-5]\d)(?::[0-5]\d(?:\.\d{1,9})?)?(?:\s?(?P<half>[ap])\.?\s?m\.?)?"
    r"(?:\s?(?:h|hrs|horas)\.?)?|(?P<h2>1[0-2]|0?[1-9])\s?(?P<half2>[ap])\.?\s?m\.?)"
    rf"(?:\s?\(?(?:(?P<zone>{any_of([*ZONES])})|(?:utc|gmt)?{_OFFSET})\)?)?"
)
_DAY_NUMBER = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:19|20)\d\d"
_MONTH = rf"{any_of([*MONTHS])}\.?"
_DATE = (
    rf"(?:(?P<d>{_DAY_NUMBER})(?:-?(?:st|nd|rd|th|го|е)|º|°|\.)?(?:\sde)?\s(?P<mon>{_MONTH})"
    rf"(?:,?\s(?:de\s|del\s)?(?P<y>{_YEAR})(?:\s?(?:года|году|року|рік|г|р)\b\.?)?)?"
    rf"|(?P<mon2>{_MONTH})\s(?P<d2>{_DAY_NUMBER})(?:st|nd|rd|th)?(?:,?\s(?P<y2>{_YEAR}))?"
    rf"|(?P<d3>{_DAY_NUMBER})(?P<mark>[./-])(?P<mon3>{_DAY_NUMBER})(?P=mark)(?P<y3>{_YEAR}|\d\d)"
    rf"|(?P<y4>{_YEAR})[-/](?P<mon4>0\d|1[0-2])[-/](?P<d4>[0-3]\d))"
)
_ANY_WEEKDAY = rf"{any_of([*WEEKDAYS, *SHORT_WEEKDAYS])}\.?"
_FULL_DATE = rf"{_DATE}(?:,?\s\(?{_ANY_WEEKDAY}\)?)?"
_DAY = rf"(?:(?P<day>{any_of([*DAYS])})|(?:{_ON}\s)?(?:(?P<weekday>{_ANY_WEEKDAY})|{_FULL_DATE}))"
_BETWEEN = r"(?:,?\s(?:[-–—|·•/]\s)?|,|t)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_DAY}(?:{_BETWEEN}(?:{_AT}\s)?{_CLOCK})?",
        rf"(?:{_AT}\s)?{_CLOCK}(?:{_BETWEEN}{_DAY})?",
    )
)
# "Thu, 12 Nov 2026": the date says it all.
_WEEKDAY_BEFORE_A_DATE = re.compile(
    rf"^{_ANY_WEEKDAY},?\s(?={_DATE.replace('?P<', '?P<_')})".replace("(?P=mark)", "(?P=_mark)")
)


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A time of day; without a minute it is known to the hour. `zone` only where the page names one."""

    hour: int
    minute: int | None
    zone: tzinfo | None

    def on(self, day: date, capture: Capture) -> Interval:
        shown = time(self.hour, self.minute or 0)
        lasting = _AN_HOUR if self.minute is None else A_MINUTE
        return at_clock(day, shown, self.zone or capture.zone, lasting=lasting)


@dataclass(frozen=True, kw_only=True)
class Date:
    """A day of a month. A `year` below 100 is the last of its century's years that fits.

    `may_swap` says that in some countries the same figures are month and day.
    """

    day: int
    month: int
    year: int | None = None
    may_swap: bool = False

    def in_year(self, year: int) -> date | None:
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None

    @property
    def swapped(self) -> "Date":
        return Date(day=self.month, month=self.day, year=self.year)


@dataclass(frozen=True, kw_only=True)
class CalendarTime:
    """At most one of `back` (days before today), `weekday` (Monday is 0) and `dated` is set; none: today."""

    back: int | None = None
    weekday: int | None = None
    dated: Date | None = None
    clock: Clock | None = None

    @property
    def exact(self) -> bool:
        """Says the same whenever it is read: date, year and minute."""
        if self.dated is None or self.clock is None or self.clock.minute is None:
            return False
        return (self.dated.year or 0) > _CENTURY and not self.dated.may_swap

    def at(self, capture: Capture) -> Interval | None:
        """When that was: the last time before the capture that the words allow; None when there was none."""
        readings = [
            found for each in self._readings(capture) if (found := self._newest(each, capture)) is not None
        ]
        if not readings:
            return None
        return Interval(
            earliest=min(found.earliest for found in readings),
            latest=max(found.latest for found in readings),
        )

    def _readings(self, capture: Capture) -> Iterator[Iterator[date]]:
        if self.dated is None:
            yield self._days(capture)
            return
        yield _dates(self.dated, capture)
        if self.dated.may_swap and capture.month_first:
            yield _dates(self.dated.swapped, capture)

    def _days(self, capture: Capture) -> Iterator[date]:
        """The days that are meant, the newest first."""
        today = capture.today
        if self.weekday is not None:
            last = today - timedelta(days=(today.weekday() - self.weekday) % 7)
            yield from (last, last - timedelta(days=7))
        elif self.back is not None:
            yield today - timedelta(days=self.back)
        else:
            # A clock in a zone east of the page's own may already show tomorrow.
            yield from (today + timedelta(days=days) for days in (1, 0, -1))

    def _newest(self, days: Iterator[date], capture: Capture) -> Interval | None:
        return next((found for day in days if (found := self._on(day, capture)) is not None), None)

    def _on(self, day: date, capture: Capture) -> Interval | None:
        whole = on_day(day, capture.zone) if self.clock is None else self.clock.on(day, capture)
        return capture.until_now(whole)


def _dates(named: Date, capture: Capture) -> Iterator[date]:
    year = capture.today.year
    years: Sequence[int] = range(year, year - _LEAP_CYCLE - 1, -1) if named.year is None else (named.year,)
    if named.year is not None and named.year < _CENTURY:
        years = (2000 + named.year, 1900 + named.year)
    return (day for each in years if (day := named.in_year(each)) is not None)


def read_calendar_time(phrase: str) -> CalendarTime | None:
    """A day, a time of day or both. `phrase` is in lower case with single spaces."""
    found = _match(phrase) or _match(_WEEKDAY_BEFORE_A_DATE.sub("", phrase, count=1))
    if found is None:
        return None
    weekday = (found["weekday"] or "").rstrip(".")
    if weekday in SHORT_WEEKDAYS and found["h"] is None:
        return None
    return CalendarTime(
        back=DAYS.get(found["day"] or ""),
        weekday=WEEKDAYS.get(weekday, SHORT_WEEKDAYS.get(weekday)),
        dated=_date(found),
        clock=_clock(found),
    )


def _match(phrase: str) -> re.Match[str] | None:
    return next((found for form in _FORMS if (found := form.fullmatch(phrase))), None)


def _date(found: re.Match[str]) -> Date | None:
    day = found["d"] or found["d2"] or found["d3"] or found["d4"]
    month = found["mon"] or found["mon2"] or found["mon3"] or found["mon4"]
    if day is None or month is None:
        return None
    year = found["y"] or found["y2"] or found["y3"] or found["y4"]
    number = MONTHS.get(month.rstrip(".")) or int(month)
    if number > 12:  # 11/25/2026 can only be read one way
        return Date(day=number, month=int(day), year=_year(year))
    may_swap = found["mark"] == "/" and int(day) <= 12 and int(day) != number
    return Date(day=int(day), month=number, year=_year(year), may_swap=may_swap)


def _year(written: str | None) -> int | None:
    return int(written) if written is not None else None


def _clock(found: re.Match[str]) -> Clock | None:
    hour = found["h"] or found["h2"]
    if hour is None:
        return None
    half = found["half"] or found["half2"]
    minute = int(found["m"]) if found["m"] is not None else None
    return Clock(hour=_of_24(int(hour), half), minute=minute, zone=_zone(found["zone"], found["offset"]))


def _of_24(hour: int, half: str | None) -> int:
    if half is None or hour > 12:
        return hour
    return hour % 12 + (12 if half == "p" else 0)


def _zone(name: str | None, offset: str | None) -> tzinfo | None:
    if offset is None:
        return ZONES.get(name or "")
    sign = -1 if offset[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:])))
