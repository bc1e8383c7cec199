"""Switches off what fails again and again, and tries it again after a pause."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

FAILURES: Final = 5
FIRST_PAUSE: Final = 60.0
LONGEST_PAUSE: Final = 900.0


class Breaker:
    """Counts failures in a row. Times in seconds of the clock given, which must be monotonic.

    After the pause it lets work through again; one failure then switches off at once, for twice as long.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        failures: int = FAILURES,
        first_pause: float = FIRST_PAUSE,
        longest_pause: float = LONGEST_PAUSE,
    ) -> None:
        self._clock = clock
        self._threshold = failures
        self._first_pause, self._longest_pause = first_pause, longest_pause
        self._failures = 0
        self._pause = first_pause
        self._off_until: float | None = None
        self._reason = ""

    def off(self) -> str | None:
        """Why nothing may be tried now, for the facet of an article; None when it may."""
        if self._off_until is None or self._clock() >= self._off_until:
            return None
        return f"switched off for a while after {self._failures} failures in a row, the last: {self._reason}"

    @property
    def tripped(self) -> bool:
        """Whether it has switched off and nothing has succeeded since."""
        return self._off_until is not None

    def failed(self, reason: str) -> None:
        """One more failure. Those of work begun before the switching off change nothing."""
        if self.off() is not None:
            return
        self._failures += 1
        self._reason = reason
        if self._failures >= self._threshold:
            self._off_until = self._clock() + self._pause
            self._pause = min(2 * self._pause, self._longest_pause)

    def succeeded(self) -> None:
        """All is well again. A success of work begun before the switching off does not count."""
        if self.off() is None:
            self._failures, self._pause, self._off_until = 0, self._first_pause, None


class Breakers:
    """A breaker for each enricher, made when it first fails."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._by_name: dict[str, Breaker] = {}

    def off(self) -> dict[str, str]:
        """The names of those that are switched off, each with the reason."""
        reasons = ((name, breaker.off()) for name, breaker in self._by_name.items())
        return {name: reason for name, reason in reasons if reason is not None}

    def failed(self, name: str, reason: str) -> None:
        self._by_name.setdefault(name, Breaker(self._clock)).failed(reason)

    def ran(self, names: Iterable[str], faults: Mapping[str, str]) -> None:
        """All of these ran, those in `faults` without success."""
        for name, reason in faults.items():
            self.failed(name, reason)
        for name in self._by_name.keys() & set(names) - faults.keys():
            self._by_name[name].succeeded()
