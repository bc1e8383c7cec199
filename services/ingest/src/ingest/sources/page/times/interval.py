"""An interval of moments: what is known of a time that a page only hints at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Interval:
    """The true moment lies between the two, ends included. Both are UTC, and `earliest` <= `latest`."""

    earliest: datetime
    latest: datetime

    @property
    def is_exact(self) -> bool:
        """Known to the minute, which is as exactly as pages print times."""
        return self.latest - self.earliest <= A_MINUTE
