"""The clock of embargoes: MongoDB's, held back by our own when the two disagree."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

TOLERANCE = timedelta(seconds=2)


class TimeServer(Protocol):
    """Whoever tells the time that all processes share."""

    async def server_time(self) -> datetime: ...


def uptime() -> float:
    """Seconds of a clock that is never set, and goes on while the machine sleeps where the system has one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class GuardedClock:
    """The earlier of MongoDB's time and our own: its start by the machine's clock, then counted, never set.

    So an embargo ends only when two clocks say so. One that is wrong, or is set forward while we run,
    ends none early; one that is behind delays them, which the log and `observe` (MongoDB's time minus ours,
    in seconds) tell.
    """

    def __init__(
        self,
        server: TimeServer,
        *,
        observe: Callable[[float], None] = lambda _seconds: None,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        uptime: Callable[[], float] = uptime,
    ) -> None:
        self._server = server
        self._observe = observe
        self._uptime = uptime
        self._started = wall() - timedelta(seconds=uptime())
        self._differs = False

    async def server_time(self) -> datetime:
        """The time, in UTC. Raises what the server raises."""
        theirs = await self._server.server_time()
        ours = self._started + timedelta(seconds=self._uptime())
        self._compare(theirs - ours)
        earlier = min(theirs, ours)
        return earlier.replace(microsecond=earlier.microsecond // 1000 * 1000)

    def _compare(self, difference: timedelta) -> None:
        self._observe(difference.total_seconds())
        differs = abs(difference) > TOLERANCE
        if differs and not self._differs:
            structlog.get_logger().error(
                "clocks_differ",
                seconds=round(difference.total_seconds(), 1),
                effect="the earlier one decides, so embargoes end late rather than early",
                fix="correct the clocks of this machine and of MongoDB's, then restart publish",
            )
        self._differs = differs
