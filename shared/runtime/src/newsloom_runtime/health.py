"""Whether a process is alive and ready, asked of everyone who can know."""

from collections.abc import Callable

Check = Callable[[], str | None]


class Health:
    """Collects checks. A check returns None when all is well, else the reason and what to do."""

    def __init__(self) -> None:
        self._ready: dict[str, Check] = {}
        self._alive: dict[str, Check] = {}
        self._notes: dict[str, Check] = {}

    def add_check(self, name: str, check: Check) -> None:
        """The process takes no traffic while the check gives a reason."""
        self._ready[name] = check

    def add_liveness_check(self, name: str, check: Check) -> None:
        """The process should be restarted when the check gives a reason. It is then not ready either."""
        self._alive[name] = check

    def add_note(self, name: str, check: Check) -> None:
        """The process is ready all the same, but works without something that it should have."""
        self._notes[name] = check

    def notes(self) -> dict[str, str]:
        """What the process works without, by name of the note; empty when it has everything."""
        return _reasons(self._notes)

    def not_alive(self) -> dict[str, str]:
        """Reasons to restart the process, by name of the check; empty when there are none."""
        return _reasons(self._alive)

    def not_ready(self) -> dict[str, str]:
        """Reasons to send no traffic, by name of the check; empty when there are none."""
        return {**_reasons(self._ready), **_reasons(self._alive)}

    def checks(self) -> dict[str, bool]:
        """Every check that readiness rests on, by name, and whether it fails now."""
        failing = self.not_ready()
        return {name: name in failing for name in {**self._ready, **self._alive}}


def _reasons(checks: dict[str, Check]) -> dict[str, str]:
    reasons = ((name, check()) for name, check in checks.items())
    return {name: reason for name, reason in reasons if reason is not None}
