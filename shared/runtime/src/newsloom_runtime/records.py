"""What passes between the harness and a service's handler."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic


class RawRecord(NamedTuple):
    """A Kafka record as it lies in the log. `timestamp_ms` is milliseconds since 1970.

    A tuple, because a busy service makes ten thousand a second.
    """

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]

    def header(self, name: str) -> bytes | None:
        """The first value of a header, None when it is absent or null."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A decoded event with its place in the log."""

    event: Event
    raw: RawRecord

    @property
    def topic(self) -> str:
        return self.raw.topic

    @property
    def partition(self) -> int:
        return self.raw.partition

    @property
    def offset(self) -> int:
        return self.raw.offset

    @property
    def timestamp_ms(self) -> int:
        return self.raw.timestamp_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A handler's verdict that a record can never be processed: it goes to the dead letters.

    `reason` is a stable code, `message` says what to do and never holds the payload. With `by_stranger` the
    fault is that of a sender whom we do not control: however many of them come, nothing here is broken.
    """

    record: Received | RawRecord
    reason: str
    message: str
    attempts: int = 1
    by_stranger: bool = False

    @property
    def raw(self) -> RawRecord:
        return self.record.raw if isinstance(self.record, Received) else self.record


Handler = Callable[[Sequence[Received]], Awaitable[Sequence[Rejection]]]
RawHandler = Callable[[Sequence[RawRecord]], Awaitable[Sequence[Rejection]]]


def at_once() -> float:
    """Never hold back."""
    return 0.0


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """A role of a service that reads topics in a consumer group.

    The handler gets all decoded records of a poll, those of one key in order, and returns the ones it
    rejects. An exception of a class in `transient` means: the same again after a back-off. Any other
    exception is a bug: each record is tried alone, three times, and then goes to the dead letters.
    `after_commit` is told of each batch whose offsets the broker has taken. `hold` says, before each poll,
    for how many seconds nothing is to be taken, so that work that can wait makes room; 0 is go on.
    """

    role: str
    group: str
    topics: tuple[Topic, ...]
    handle: Handler
    transient: tuple[type[Exception], ...] = ()
    max_records: int = 500
    fuse_limit: int = 50
    after_commit: Callable[[], None] | None = None
    hold: Callable[[], float] = at_once


@dataclass(frozen=True, kw_only=True)
class RawSubscription:
    """Like Subscription, for a handler that wants the records undecoded.

    `any_partition`: records are taken from wherever they lie. Right for strangers' producers, whose
    partitioners are not Kafka's, and only where no order within a key is needed.
    """

    role: str
    group: str
    topics: tuple[Topic, ...]
    handle: RawHandler
    transient: tuple[type[Exception], ...] = ()
    max_records: int = 500
    fuse_limit: int = 50
    after_commit: Callable[[], None] | None = None
    hold: Callable[[], float] = at_once
    any_partition: bool = False
