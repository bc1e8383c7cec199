"""Readers of Kafka that trust nothing of ours: raw records, live followers, committed offsets."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from newsloom_runtime.cluster import server_list
from newsloom_runtime.records import RawRecord
from newsloom_schemas.catalog import TOPICS

POLL_MS = 500
AGAIN_S = 0.5
GROUPS = ("enrich", "publish", "publish-proofreader")
ALL_TOPICS = tuple(topic.name for topic in TOPICS)
Offsets = Mapping[tuple[str, int], int]


@dataclass(frozen=True, kw_only=True)
class CommitSnapshot:
    """What groups had committed, and how far all topics reached just after that was read.

    Everything below a committed offset must have its outcome below these ends.
    """

    committed: Mapping[str, Offsets]
    ends: Offsets


@asynccontextmanager
async def _consumer(bootstrap: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=server_list(bootstrap),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        request_timeout_ms=10_000,
        retry_backoff_ms=100,
        fetch_max_wait_ms=100,
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await _stopped(consumer)


async def _stopped(consumer: AIOKafkaConsumer) -> None:
    """Stop it. The client cancels its own tasks and lets that out to whoever stops it at an odd moment."""
    try:
        await consumer.stop()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise


def _partitions(topics: Sequence[str]) -> list[TopicPartition]:
    known = {topic.name: topic.partitions for topic in TOPICS}
    return [TopicPartition(name, partition) for name in topics for partition in range(known[name])]


async def end_offsets(bootstrap: str, topics: Sequence[str] = ALL_TOPICS) -> Offsets:
    """Offset of the next record of every partition."""
    async with _consumer(bootstrap) as consumer:
        ends = await consumer.end_offsets(_partitions(topics))
    return {(tp.topic, tp.partition): end for tp, end in ends.items()}


async def dump_topics(bootstrap: str, starts: Offsets) -> dict[str, tuple[RawRecord, ...]]:
    """Every record from these starts to the present end, in order within a partition."""
    ends = await end_offsets(bootstrap, sorted({topic for topic, _ in starts}))
    found: dict[str, list[RawRecord]] = {topic: [] for topic, _ in starts}
    wanted = {place: end for place, end in ends.items() if end > starts[place]}
    if wanted:
        async with _consumer(bootstrap) as consumer:
            async for record in _until(consumer, {place: starts[place] for place in wanted}, wanted):
                found[record.topic].append(_raw(record))
    return {topic: tuple(sorted(records, key=_place)) for topic, records in found.items()}


def _place(record: RawRecord) -> tuple[int, int]:
    return record.partition, record.offset


async def _until(consumer: AIOKafkaConsumer, starts: Offsets, ends: Offsets) -> AsyncIterator[ConsumerRecord]:
    consumer.assign([TopicPartition(*place) for place in ends])
    for place, start in starts.items():
        consumer.seek(TopicPartition(*place), start)
    left = dict(ends)
    while left:
        polled = await consumer.getmany(timeout_ms=POLL_MS, max_records=2000)
        for records in polled.values():
            for record in records:
                if record.offset < ends[record.topic, record.partition]:
                    yield record
        for place in list(left):
            if await consumer.position(TopicPartition(*place)) >= left[place]:
                del left[place]


def _raw(record: ConsumerRecord) -> RawRecord:
    return RawRecord(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp_ms=record.timestamp,
        key=record.key,
        value=record.value,
        headers=tuple(record.headers),
    )


@dataclass
class LiveLog:
    """Follows topics from their starts, through every outage, and notes when each record was first seen.

    What it saw must be in the dump: a record that readers saw and that then is gone was never durable.
    """

    bootstrap: str
    starts: Offsets
    seen: dict[tuple[str, int, int], float] = field(default_factory=dict)
    last_of_key: dict[tuple[str, bytes], int] = field(default_factory=dict)

    async def run(self) -> None:
        """Until cancelled."""
        positions = dict(self.starts)
        while True:
            try:
                await self._follow(positions)
            except (KafkaError, OSError, TimeoutError):
                await asyncio.sleep(AGAIN_S)

    async def _follow(self, positions: dict[tuple[str, int], int]) -> None:
        async with _consumer(self.bootstrap) as consumer:
            consumer.assign([TopicPartition(*place) for place in positions])
            for place, position in positions.items():
                consumer.seek(TopicPartition(*place), position)
            while True:
                for tp, records in (await consumer.getmany(timeout_ms=POLL_MS)).items():
                    now = time.time()
                    for record in records:
                        self.seen.setdefault((tp.topic, tp.partition, record.offset), now)
                        self.last_of_key[tp.topic, record.key or b""] = record.offset
                    positions[tp.topic, tp.partition] = records[-1].offset + 1


@dataclass
class CommitWatch:
    """Takes a snapshot of the committed offsets now and then, also while things break."""

    bootstrap: str
    every_s: float = 1.0
    snapshots: list[CommitSnapshot] = field(default_factory=list)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._watch()
            except (KafkaError, OSError, TimeoutError):
                await asyncio.sleep(AGAIN_S)

    async def _watch(self) -> None:
        async with _admin(self.bootstrap) as admin, _consumer(self.bootstrap) as consumer:
            while True:
                committed = {group: await _committed(admin, group) for group in GROUPS}
                ends = await consumer.end_offsets(_partitions(ALL_TOPICS))
                self.snapshots.append(
                    CommitSnapshot(
                        committed=committed, ends={(tp.topic, tp.partition): at for tp, at in ends.items()}
                    )
                )
                await asyncio.sleep(self.every_s)


@asynccontextmanager
async def _admin(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=server_list(bootstrap), request_timeout_ms=10_000)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def _committed(admin: AIOKafkaAdminClient, group: str) -> Offsets:
    offsets = await admin.list_consumer_group_offsets(group)
    return {(tp.topic, tp.partition): meta.offset for tp, meta in offsets.items() if meta.offset >= 0}


async def commit_snapshot(bootstrap: str) -> CommitSnapshot:
    """One snapshot, now. Raises KafkaError."""
    async with _admin(bootstrap) as admin:
        committed = {group: await _committed(admin, group) for group in GROUPS}
    return CommitSnapshot(committed=committed, ends=await end_offsets(bootstrap))
