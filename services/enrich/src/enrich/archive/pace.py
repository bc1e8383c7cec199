"""When the archive's lane may take its next articles: at its quota, and never while anything live waits."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, Literal, Protocol

Reason = Literal["switched-off", "live", "translations", "loading", "quota", "busy"]
Gate = Callable[[], bool]

# How soon the lane looks again: short, so that it takes what live articles leave between them.
STEP_S: Final = 0.05
SWITCHED_OFF_S: Final = 1.0


class HeldMeter(Protocol):
    """Counts the seconds for which the lane was held back, by the reason."""

    def held(self, reason: Reason, seconds: float) -> None: ...


class Pace:
    """Asked before each poll of the lane. `rate` is articles a second; 0 switches the lane off.

    A gate that is shut (true) holds the lane back under its name; the first one counts.
    """

    def __init__(
        self,
        *,
        rate: float,
        gates: Mapping[Reason, Gate],
        clock: Callable[[], float],
        meter: HeldMeter,
    ) -> None:
        self._rate = rate
        self._gates = gates
        self._clock = clock
        self._meter = meter
        self._due = clock()
        self._in_work = 0
        self._held: tuple[Reason, float] | None = None

    def hold(self) -> float:
        """Seconds for which to take nothing; 0 for go on."""
        now = self._clock()
        self._account(now)
        reason = self._reason(now)
        self._held = None if reason is None else (reason, now)
        if reason is None:
            return 0.0
        if reason == "quota":
            return self._due - now
        return SWITCHED_OFF_S if reason == "switched-off" else STEP_S

    @contextmanager
    def work(self, articles: int) -> Iterator[None]:
        """Around the work on articles that were taken; they count against the quota from here."""
        self._in_work += 1
        self._due = max(self._due, self._clock()) + articles / self._rate if self._rate else self._due
        try:
            yield
        finally:
            self._in_work -= 1

    def _reason(self, now: float) -> Reason | None:
        if self._rate <= 0:
            return "switched-off"
        if self._in_work:
            return "busy"
        if shut := next((name for name, is_shut in self._gates.items() if is_shut()), None):
            return shut
        return "quota" if now < self._due else None

    def _account(self, now: float) -> None:
        if self._held is not None:
            reason, since = self._held
            self._meter.held(reason, now - since)
