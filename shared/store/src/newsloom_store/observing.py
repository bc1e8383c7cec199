"""What the driver tells of its commands and connections, handed on to whoever observes the store.

The driver waits for its listeners, in whatever thread it is in: an observer only notes what it hears. One
that fails costs its own numbers; the driver goes on without it.
"""

from typing import Final, Literal, Protocol

from pymongo import monitoring

State = Literal["in_use", "idle"]
_MICROSECONDS: Final = 1_000_000


class Observer(Protocol):
    """Hears of what goes between a store and its MongoDB. Must return at once, from any thread."""

    def command(self, name: str, seconds: float, *, failed: bool) -> None:
        """A command has ended: `failed` when it was refused or got no answer."""

    def connections(self, state: State, change: int) -> None:
        """So many more, or fewer, connections are in this state."""

    def waited(self, seconds: float) -> None:
        """A connection was had, or given up, after this time."""


def listeners(observer: Observer) -> list[monitoring._EventListener]:
    """The listeners that a client is to be made with."""
    return [_Commands(observer), _Pool(observer)]


class _Commands(monitoring.CommandListener):
    def __init__(self, observer: Observer) -> None:
        self._observer = observer

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        return None

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        seconds = event.duration_micros / _MICROSECONDS
        self._observer.command(event.command_name, seconds, failed=False)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        seconds = event.duration_micros / _MICROSECONDS
        self._observer.command(event.command_name, seconds, failed=True)


class _Pool(monitoring.ConnectionPoolListener):
    def __init__(self, observer: Observer) -> None:
        self._observer = observer

    def connection_created(self, event: monitoring.ConnectionCreatedEvent) -> None:
        self._observer.connections("idle", 1)

    def connection_closed(self, event: monitoring.ConnectionClosedEvent) -> None:
        self._observer.connections("idle", -1)

    def connection_checked_out(self, event: monitoring.ConnectionCheckedOutEvent) -> None:
        self._observer.connections("idle", -1)
        self._observer.connections("in_use", 1)
        self._observer.waited(event.duration or 0.0)

    def connection_checked_in(self, event: monitoring.ConnectionCheckedInEvent) -> None:
        self._observer.connections("in_use", -1)
        self._observer.connections("idle", 1)

    def connection_check_out_failed(self, event: monitoring.ConnectionCheckOutFailedEvent) -> None:
        self._observer.waited(event.duration or 0.0)

    def connection_check_out_started(self, event: monitoring.ConnectionCheckOutStartedEvent) -> None:
        return None

    def connection_ready(self, event: monitoring.ConnectionReadyEvent) -> None:
        return None

    def pool_created(self, event: monitoring.PoolCreatedEvent) -> None:
        return None

    def pool_ready(self, event: monitoring.PoolReadyEvent) -> None:
        return None

    def pool_cleared(self, event: monitoring.PoolClearedEvent) -> None:
        return None

    def pool_closed(self, event: monitoring.PoolClosedEvent) -> None:
        return None
