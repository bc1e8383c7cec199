"""Relative times ("5 minutes ago", "hace media hora"): an amount of time before the capture."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ingest.sources.page.times.capture import Capture
from ingest.sources.page.times.english import ENGLISH
from ingest.sources.page.times.interval import Interval
from ingest.sources.page.times.russian import RUSSIAN
from ingest.sources.page.times.spanish import SPANISH
from ingest.sources.page.times.ukrainian import UKRAINIAN
from ingest.sources.page.times.words import Unit, Words

LANGUAGES = (RUSSIAN, UKRAINIAN, ENGLISH, SPANISH)
_FIRST_YEAR = 1900


@dataclass(frozen=True, kw_only=True)
class Amount:
    """A length of time in calendar months and seconds."""

    months: int = 0
    seconds: int = 0

    def of(self, count: int, unit: Unit) -> "Amount":
        months, seconds = unit.value
        return Amount(months=self.months + count * months, seconds=self.seconds + count * seconds)

    def before(self, capture: Capture) -> datetime | None:
        """The moment that long before a capture; None when it lies beyond what a page can tell of."""
        local = capture.at.astimezone(capture.zone)
        years, month = divmod(local.year * 12 + local.month - 1 - self.months, 12)
        if years < _FIRST_YEAR or self.seconds > 86_400 * 366 * 100:
            return None
        day = min(local.day, monthrange(years, month + 1)[1])
        shifted = local.replace(year=years, month=month + 1, day=day).astimezone(UTC)
        earlier = (shifted if self.months else capture.moment) - timedelta(seconds=self.seconds)
        return earlier if earlier.year >= _FIRST_YEAR else None


@dataclass(frozen=True, kw_only=True)
class Elapsed:
    """At least `least` and at most `most` ago."""

    least: Amount
    most: Amount

    def at(self, capture: Capture) -> Interval | None:
        """When that was; None for an age that no page has."""
        earliest, latest = self.most.before(capture), self.least.before(capture)
        if earliest is None or latest is None:
            return None
        return Interval(earliest=earliest, latest=latest)


NOW = Elapsed(least=Amount(), most=Amount(seconds=60))


def read_elapsed(phrase: str) -> Elapsed | None:
    """An amount of time before now. `phrase` is in lower case with single spaces."""
    if phrase in _NOW:
        return NOW
    return next((found for grammar in _GRAMMARS if (found := grammar.read(phrase))), None)


def any_of(words: "list[str] | tuple[str, ...] | set[str]") -> str:
    """A pattern for any of the words, the longest first, so that none hides behind its own beginning."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


class _Grammar:
    """How one language puts an amount and "ago" together."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._units = {word: unit for unit, names in words.units.items() for word in names.split()}
        hedges = [*words.about, *words.over, *words.under]
        unit = any_of([*self._units])
        counted = rf"(?:(?:(?P<n>\d{{1,6}})\s?|(?P<count>{any_of([*words.counts])})\s)?(?P<unit>{unit})\.?)"
        more = rf"(?:,?\s?(?:(?:и|і|й|та|and|y)\s)?(?P<n2>\d{{1,2}})\s?(?P<unit2>{unit})\.?)?"
        amount = rf"(?:(?P<hedge>{any_of(hedges)})\s)?(?:(?P<whole>{any_of([*words.whole])})|{counted}{more})"
        self._form = re.compile(
            rf"{amount}\s?{any_of(words.ago)}" if words.ago else rf"{any_of(words.since)}\s{amount}"
        )

    def read(self, phrase: str) -> Elapsed | None:
        found = self._form.fullmatch(phrase)
        if found is None:
            return None
        whole = self._words.whole.get(found["whole"] or "")
        low, high = (whole[0], whole[0]) if whole else self._count(found)
        unit = whole[1] if whole else self._units[found["unit"]]
        if found["n2"] is not None:
            base, count, step = Amount().of(high, unit), int(found["n2"]), self._units[found["unit2"]]
            return Elapsed(least=base.of(count, step), most=base.of(count + 1, step))
        return self._hedged(found["hedge"], low, high, unit)

    def _count(self, found: re.Match[str]) -> tuple[int, int]:
        if found["n"] is not None:
            return int(found["n"]), int(found["n"])
        # "hace unos minutos": without a number behind it, the hedge is the count.
        return self._words.counts.get(found["count"] or found["hedge"] or "", (1, 1))

    def _hedged(self, hedge: str | None, low: int, high: int, unit: Unit) -> Elapsed:
        """Pages cut an age down to whole units, so "2 minutes" may be anything short of 3."""
        least, most = low, high + 1
        if hedge in self._words.under:
            least, most = max(low - 1, 0), high
        elif hedge in self._words.about and low == high:
            least = max(low - 1, 0)
        return Elapsed(least=Amount().of(least, unit), most=Amount().of(most, unit))


_NOW = frozenset(phrase for words in LANGUAGES for phrase in words.now)
_GRAMMARS = tuple(_Grammar(words) for words in LANGUAGES)


def _end_of(words: Words) -> str:
    """What follows the number in "5 minutes ago" or "1 hour 5 minutes ago"."""
    unit = any_of([name for names in words.units.values() for name in names.split()])
    return rf"\s?{unit}\.?(?:\s\d{{1,2}}\s?{unit}\.?)?\s?{any_of(words.ago)}"


def _after_since(words: Words) -> str:
    """The whole of "hace 5 minutos", "hace media hora"."""
    unit = any_of([name for names in words.units.values() for name in names.split()])
    amount = rf"(?:{any_of([*words.whole])}|(?:\d{{1,3}}|{any_of([*words.counts])})\s?{unit}\.?)"
    return rf"{any_of(words.since)}\s(?:{any_of(words.about)}\s)?{amount}"


AGO = "(?:" + "|".join(_end_of(words) for words in LANGUAGES if words.ago) + ")"
SINCE = "(?:" + "|".join(_after_since(words) for words in LANGUAGES if words.since) + ")"
