"""Logs in memory, written as the services write them."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from newsloom.journey.search import Found, Wanted, search
from newsloom_runtime.placement import partition_of
from newsloom_runtime.records import RawRecord
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import TOPICS, Topic
from newsloom_schemas.codec import encode
from tests.factories import MOMENT

PARTITIONS = 8
CLIENTS = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
Header = tuple[str, bytes | None]


@dataclass
class MemoryLog:
    """As newsloom_runtime's RawReader reads them. A record is written a second after the one before."""

    lanes: dict[tuple[str, int], list[RawRecord]] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    now: datetime = MOMENT

    def write(self, topic: Topic, event: Event, *, traceparent: str | None = CLIENTS) -> RawRecord:
        wire = encode(event, source="/newsloom/test", time=self.now, traceparent=traceparent)
        return self.append(topic.name, wire.key, wire.value, list(wire.headers))

    def append(self, topic: str, key: bytes, value: bytes | None, headers: Sequence[Header]) -> RawRecord:
        self.now += timedelta(seconds=1)
        partition = partition_of(key, PARTITIONS)
        lane = self.lanes.setdefault((topic, partition), [])
        at = int(self.now.timestamp() * 1000)
        lane.append(RawRecord(topic, partition, len(lane), at, key, value, tuple(headers)))
        return lane[-1]

    def bury(self, topic: str, raw: RawRecord, *, reason: str, stage: str = "publisher") -> RawRecord:
        """A dead letter as the harness writes it."""
        report = {
            "dlq_topic": raw.topic,
            "dlq_partition": str(raw.partition),
            "dlq_offset": str(raw.offset),
            "dlq_timestamp": str(raw.timestamp_ms),
            "dlq_service": topic.removesuffix("-dlq"),
            "dlq_stage": stage,
            "dlq_error": reason,
            "dlq_message": "what to do",
        }
        headers: list[Header] = [(name, text.encode()) for name, text in report.items()]
        headers += [(f"original-{name}", value) for name, value in raw.headers]
        return self.append(topic, raw.key or b"", raw.value, headers)

    def resolve(self, letter: RawRecord, outcome: str) -> None:
        said = {
            "dlq_resolution": outcome,
            "dlq_of": f"{letter.partition}:{letter.offset}",
            "dlq_by": "operator",
            "dlq_why": "mended",
            "dlq_at": "2026-11-05T10:00:00Z",
        }
        headers = [(name, text.encode()) for name, text in said.items()]
        self.append(letter.topic, letter.key or b"", b"", headers)

    async def topics(self) -> frozenset[str]:
        return frozenset(topic.name for topic in TOPICS) - self.gone

    async def partitions(self, topic: str) -> int:
        return PARTITIONS

    async def since(self, topic: str, partition: int, moment_ms: int) -> tuple[int, int]:
        lane = self.lanes.get((topic, partition), [])
        start = next((raw.offset for raw in lane if raw.timestamp_ms >= moment_ms), len(lane))
        return start, len(lane)

    async def read(
        self, topic: str, partition: int, start: int, end: int
    ) -> AsyncGenerator[Sequence[RawRecord], None]:
        yield self.lanes.get((topic, partition), [])[start:end]


async def found_in(log: MemoryLog, wanted: Wanted, *, feeds: Sequence[str] = ()) -> Found:
    """Everything that a search from the beginning of time finds."""
    found = Found()
    beginning = datetime(2020, 1, 1, tzinfo=UTC)
    await search(log, wanted, found, since=beginning, feeds=feeds, tell=lambda *_: None)
    return found
