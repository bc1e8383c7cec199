"""Whether the producer can take more: what it cannot take now is refused before it is read into memory."""

from collections.abc import Callable
from typing import Protocol

from ingest.refusal import Refused


class Pending(Protocol):
    """Records without an acknowledgement, and the bytes of their values."""

    @property
    def records(self) -> int: ...

    @property
    def bytes(self) -> int: ...


class Producing(Protocol):
    """The shared producer, as far as it is asked here."""

    def is_away(self) -> bool: ...

    def backlog(self) -> Pending: ...


def closed_by(producer: Producing, *, max_records: int, max_bytes: int) -> Callable[[], Refused | None]:
    """Why nothing more can be let in now, or None."""

    def closed() -> Refused | None:
        if producer.is_away():
            return Refused("unavailable", "Kafka is away: send the same again after the time in Retry-After")
        pending = producer.backlog()
        if pending.records >= max_records or pending.bytes >= max_bytes:
            return Refused("overloaded", "Kafka is behind: repeat the request after the time in Retry-After")
        return None

    return closed
