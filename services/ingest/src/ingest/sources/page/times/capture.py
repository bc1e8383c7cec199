"""When and where a page was copied: what its relative and its local times are counted from."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from ingest.sources.page.times.interval import Interval


class UnknownZone(ValueError):
    """There is no time zone of that name."""


def zone_named(name: str) -> ZoneInfo:
    """A time zone by its IANA name ("Europe/Kyiv"). Raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a folder, a path that leaves the data, a name that is not there
        raise UnknownZone("no time zone of this name: write it as in Europe/Kyiv") from None


@dataclass(frozen=True, kw_only=True)
class Capture:
    """`at` has an offset. `month_first` says that 5/11 may be the fifth month as well as the eleventh."""

    at: datetime
    zone: tzinfo = UTC
    month_first: bool = False

    @property
    def moment(self) -> datetime:
        """In UTC."""
        return self.at.astimezone(UTC)

    @property
    def today(self) -> date:
        """The day of the capture where the page is at home."""
        return self.at.astimezone(self.zone).date()

    def until_now(self, interval: Interval) -> Interval | None:
        """Nothing that a page tells of was still to come when it was copied; None when all of it was."""
        if interval.earliest > self.moment:
            return None
        return Interval(earliest=interval.earliest, latest=min(interval.latest, self.moment))


def on_day(day: date, zone: tzinfo, *, days: int = 1) -> Interval:
    """All of a day, or of several that begin with it."""
    midnight = time()
    return Interval(
        earliest=min(_moments(day, midnight, zone)),
        latest=max(_moments(day + timedelta(days=days), midnight, zone)),
    )


def at_clock(day: date, clock: time, zone: tzinfo, *, lasting: timedelta) -> Interval:
    """A time of day as a clock shows it.

    Where the clock is turned back the same time comes twice, and where it is turned forward it comes never:
    then the interval reaches over both readings that the zone's rules allow.
    """
    moments = _moments(day, clock, zone)
    return Interval(earliest=min(moments), latest=max(moments) + lasting)


def _moments(day: date, clock: time, zone: tzinfo) -> list[datetime]:
    local = datetime.combine(day, clock, tzinfo=zone)
    return [local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
