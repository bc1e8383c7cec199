"""What lies in a dead-letter topic, read back: letters, and resolutions that say what became of them.

Nothing in such a topic is ever changed or deleted by us. A letter is open until a resolution in the same
partition refers to it; reading the topic from its start and folding it gives the present state (ADR 0010).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, NamedTuple, cast, get_args

from newsloom_runtime.records import RawRecord

ORIGINAL = "original-"  # prefix of the original record's own headers
VALUE_OMITTED = "dlq_value_omitted"
VALUE_NULL = "dlq_value_null"
RESOLUTION = "dlq_resolution"  # no letter can carry it: a record's own headers are prefixed

Outcome = Literal["replayed", "discarded"]
Headers = tuple[tuple[str, bytes | None], ...]


class Place(NamedTuple):
    """Where a record lies."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A dead letter without its value. What its writer did not say, or said badly, is None or empty."""

    place: Place
    buried_at: datetime
    origin: Place | None
    origin_at: datetime | None
    service: str
    version: str
    stage: str
    reason: str
    message: str
    attempts: int | None
    key: bytes | None
    value_bytes: int
    value_omitted: bool
    value_null: bool
    headers: Headers  # those of the original record

    @property
    def id(self) -> str:
        """How people name it: `publish:3:117`."""
        return f"{self.place.topic.removesuffix('-dlq')}:{self.place.partition}:{self.place.offset}"

    def header(self, name: str) -> str | None:
        """The first header of the original record with this name, as far as it is text."""
        found = next((value for key, value in self.headers if key == name), None)
        return None if found is None else found.decode(errors="replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The word of an operator on one letter of the same topic."""

    place: Place
    of: Place
    outcome: Outcome
    by: str
    why: str
    at: str
    to: str | None = None

    @property
    def headers(self) -> Headers:
        """What a record that says so carries."""
        said = {
            RESOLUTION: self.outcome,
            "dlq_of": f"{self.of.partition}:{self.of.offset}",
            "dlq_by": self.by,
            "dlq_why": self.why,
            "dlq_at": self.at,
            **({"dlq_to": self.to} if self.to else {}),
        }
        return tuple((name, text.encode(errors="replace")) for name, text in said.items())


@dataclass(slots=True, kw_only=True)
class Case:
    """One failed record and what became of it.

    A record that was read again before its commit, or in a replay of its whole topic, is buried again: those
    letters are copies, and a resolution of any of them stands for all.
    """

    letter: Letter
    copies: list[Letter] = field(default_factory=list)
    resolution: Resolution | None = None

    @property
    def open(self) -> bool:
        return self.resolution is None

    @property
    def ids(self) -> tuple[str, ...]:
        return (self.letter.id, *(copy.id for copy in self.copies))


def read_record(raw: RawRecord) -> Letter | Resolution:
    """What a record of a dead-letter topic is. Total: what nobody of us has written is a letter, too."""
    return _resolution(raw) or _letter(raw)


def fold(records: Iterable[Letter | Resolution]) -> list[Case]:
    """The cases in a dead-letter topic, in the order of their first letters.

    `records` are in order within each partition.
    """
    cases: dict[object, Case] = {}
    by_letter: dict[Place, Case] = {}
    for read in records:
        if isinstance(read, Letter):
            case = cases.setdefault(_of_one_case(read), Case(letter=read))
            if case.letter is not read:
                case.copies.append(read)
            by_letter[read.place] = case
        elif read.of in by_letter:
            by_letter[read.of].resolution = read
    return list(cases.values())


def _of_one_case(letter: Letter) -> object:
    """What letters of the same failed record have in common. The place alone would not do: a topic that was
    made anew counts from 0 again, and a new failure must not hide behind an old one."""
    if letter.origin is None:
        return letter.place
    same_record = (letter.origin, letter.origin_at, letter.key, letter.value_bytes)
    return (letter.place.topic, letter.stage, *same_record)


def original_of(raw: RawRecord) -> tuple[bytes | None, bytes | None, Headers]:
    """Key, value and headers of the record that a letter was made of, byte for byte."""
    value = None if raw.header(VALUE_NULL) is not None else raw.value
    return raw.key, value, _original_headers(raw)


def _letter(raw: RawRecord) -> Letter:
    return Letter(
        place=Place(raw.topic, raw.partition, raw.offset),
        buried_at=_moment(raw.timestamp_ms),
        origin=_origin(raw),
        origin_at=_moment_of(_number(raw, "dlq_timestamp")),
        service=_text(raw, "dlq_service"),
        version=_text(raw, "dlq_version"),
        stage=_text(raw, "dlq_stage"),
        reason=_text(raw, "dlq_error"),
        message=_text(raw, "dlq_message"),
        attempts=_number(raw, "dlq_attempts"),
        key=raw.key,
        value_bytes=len(raw.value or b""),
        value_omitted=raw.header(VALUE_OMITTED) is not None,
        value_null=raw.header(VALUE_NULL) is not None,
        headers=_original_headers(raw),
    )


def _original_headers(raw: RawRecord) -> Headers:
    return tuple(
        (name.removeprefix(ORIGINAL), value) for name, value in raw.headers if name.startswith(ORIGINAL)
    )


def _origin(raw: RawRecord) -> Place | None:
    topic, partition, offset = (
        _text(raw, "dlq_topic"),
        _number(raw, "dlq_partition"),
        _number(raw, "dlq_offset"),
    )
    if not topic or partition is None or offset is None:
        return None
    return Place(topic, partition, offset)


def _resolution(raw: RawRecord) -> Resolution | None:
    outcome = _text(raw, RESOLUTION)
    of = _partition_and_offset(_text(raw, "dlq_of"))
    if outcome not in get_args(Outcome) or of is None:
        return None
    return Resolution(
        place=Place(raw.topic, raw.partition, raw.offset),
        of=Place(raw.topic, *of),
        outcome=cast(Outcome, outcome),
        by=_text(raw, "dlq_by"),
        why=_text(raw, "dlq_why"),
        at=_text(raw, "dlq_at"),
        to=_text(raw, "dlq_to") or None,
    )


def _partition_and_offset(text: str) -> tuple[int, int] | None:
    partition, _, offset = text.partition(":")
    return (int(partition), int(offset)) if _is_number(partition) and _is_number(offset) else None


def _text(raw: RawRecord, name: str) -> str:
    return (raw.header(name) or b"").decode(errors="replace")


def _number(raw: RawRecord, name: str) -> int | None:
    text = _text(raw, name)
    return int(text) if _is_number(text) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20


def _moment_of(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else _moment(milliseconds)


def _moment(milliseconds: int) -> datetime:
    """The time of a record; Kafka also lets producers write times that no calendar has."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
