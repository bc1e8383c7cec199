"""The clock of embargoes is never ahead of either of two clocks, whatever is done to one of them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from publish.guarded_clock import GuardedClock, uptime
from tests.factories import MOMENT

HOUR = timedelta(hours=1)


@dataclass
class TwoClocks:
    """MongoDB's clock and this machine's, both at MOMENT at the start."""

    ahead: timedelta = timedelta()
    wall: datetime = MOMENT
    counted: float = 100.0
    differences: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = GuardedClock(
            self, observe=self.differences.append, wall=lambda: self.wall, uptime=lambda: self.counted
        )
        self._began = self.counted

    async def server_time(self) -> datetime:
        return MOMENT + self.ahead + timedelta(seconds=self.counted - self._began)


async def test_it_is_mongodb_s_time_when_both_agree() -> None:
    clocks = TwoClocks(ahead=timedelta(milliseconds=-300))
    clocks.counted += 60
    assert await clocks.clock.server_time() == MOMENT + timedelta(seconds=59.7)
    assert clocks.differences == [pytest.approx(-0.3)]


async def test_a_step_forward_of_mongodb_s_clock_ends_no_embargo() -> None:
    clocks = TwoClocks()
    clocks.ahead = HOUR
    clocks.counted += 10
    assert await clocks.clock.server_time() == MOMENT + timedelta(seconds=10)


async def test_a_step_of_our_own_clock_counts_for_nothing() -> None:
    clocks = TwoClocks()
    clocks.wall += HOUR
    clocks.counted += 10
    assert await clocks.clock.server_time() == MOMENT + timedelta(seconds=10)


async def test_a_machine_that_starts_with_a_clock_ahead_follows_mongodb() -> None:
    clocks = TwoClocks(wall=MOMENT + HOUR)
    assert await clocks.clock.server_time() == MOMENT


async def test_a_step_back_holds_embargoes_longer() -> None:
    clocks = TwoClocks()
    clocks.ahead = -HOUR
    assert await clocks.clock.server_time() == MOMENT - HOUR


async def test_a_difference_is_logged_once_with_the_fix_and_measured_each_time() -> None:
    clocks = TwoClocks(ahead=timedelta(seconds=2))
    with capture_logs() as logs:
        await clocks.clock.server_time()
        assert logs == []
        clocks.ahead = timedelta(seconds=30)
        await clocks.clock.server_time()
        await clocks.clock.server_time()
    [line] = logs
    assert (line["event"], line["seconds"], line["log_level"]) == ("clocks_differ", 30.0, "error")
    assert "restart publish" in line["fix"]
    assert clocks.differences == [2.0, 30.0, 30.0]


def test_what_is_counted_never_goes_back() -> None:
    assert uptime() <= uptime()
