"""Reads a topic as a log, without a group: for live readers and for indexes rebuilt from the start."""

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.partitioner import murmur2

from newsloom_runtime.errors import TransientError
from newsloom_runtime.settings import server_list
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic
from newsloom_schemas.codec import decode
from newsloom_schemas.envelope import UndecodableEvent

IDLE_MS = 1_000
READ_RECORDS = 500


class LogUnavailable(TransientError):
    """Kafka cannot be reached, or the topic does not exist; the message names the fix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """A decoded event with its place. `timestamp_ms` is milliseconds since 1970."""

    event: Event
    partition: int
    offset: int
    timestamp_ms: int


class LogReader:
    """One topic, all partitions, no commits. Records that do not decode are passed over and counted."""

    def __init__(self, bootstrap: str, topic: Topic) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._consumer: AIOKafkaConsumer | None = None
        self._partitions: list[TopicPartition] = []
        self.undecodable = 0

    async def __aenter__(self) -> Self:
        self._consumer = await self._start()
        known = self._consumer.partitions_for_topic(self._topic.name)
        if not known:
            await self._consumer.stop()
            raise LogUnavailable(f"the topic {self._topic.name} is missing; run `newsloom topics create`")
        self._partitions = [TopicPartition(self._topic.name, p) for p in sorted(known)]
        self._consumer.assign(self._partitions)
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._consumer is not None:
            await self._consumer.stop()

    async def _start(self) -> AIOKafkaConsumer:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=server_list(self._bootstrap),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            request_timeout_ms=10_000,
            retry_backoff_ms=50,
        )
        try:
            await consumer.start()
            await consumer._client._wait_on_metadata(self._topic.name)
        except KafkaError as error:
            await consumer.stop()
            raise LogUnavailable(f"no Kafka at {self._bootstrap}, or no topic {self._topic.name}") from error
        return consumer

    @property
    def _client(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise RuntimeError("enter the LogReader with `async with` before reading")
        return self._consumer

    def partition_for(self, key: str) -> int:
        """The partition that records of this key lie in (Kafka's default partitioner)."""
        return int((murmur2(key.encode()) & 0x7FFFFFFF) % len(self._partitions))

    async def end_offsets(self) -> dict[int, int]:
        """Offset of the next record to be written, by partition."""
        return _by_partition(await self._asked(self._client.end_offsets(self._partitions)))

    async def beginning_offsets(self) -> dict[int, int]:
        """Offset of the oldest record kept, by partition."""
        return _by_partition(await self._asked(self._client.beginning_offsets(self._partitions)))

    async def _asked(self, answer: Awaitable[dict[TopicPartition, int]]) -> dict[TopicPartition, int]:
        try:
            return await answer
        except KafkaError as error:
            raise LogUnavailable(
                f"Kafka at {self._bootstrap} gave no offsets: {type(error).__name__}"
            ) from error

    async def follow(
        self, start: Mapping[int, int] | Literal["beginning", "end"]
    ) -> AsyncIterator[Sequence[LogEntry]]:
        """Entries from the start on, without end, in order within a partition; empty after an idle second.

        Raises LogUnavailable when Kafka refuses; start again from the offsets you have reached.
        """
        offsets = start if isinstance(start, Mapping) else await self._offsets(start)
        for tp in self._partitions:
            self._client.seek(tp, offsets[tp.partition])
        while True:
            yield self._decoded(await self._poll(self._client))

    async def read(self, partition: int, start: int, end: int) -> AsyncIterator[Sequence[LogEntry]]:
        """Entries of one partition with start <= offset < end; compacted-away offsets are simply missing.

        Raises LogUnavailable when Kafka refuses.
        """
        position = start
        tp = TopicPartition(self._topic.name, partition)
        async with self._one_partition(tp) as consumer:
            consumer.seek(tp, start)
            while position < end:
                records = await self._poll(consumer)
                position = await consumer.position(tp)
                entries = self._decoded([record for record in records if record.offset < end])
                if entries:
                    yield entries

    @asynccontextmanager
    async def _one_partition(self, tp: TopicPartition) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = await self._start()
        try:
            consumer.assign([tp])
            yield consumer
        except KafkaError as error:
            raise self._failed(error) from error
        finally:
            await consumer.stop()

    async def _offsets(self, start: Literal["beginning", "end"]) -> dict[int, int]:
        return await self.end_offsets() if start == "end" else await self.beginning_offsets()

    async def _poll(self, consumer: AIOKafkaConsumer) -> list[ConsumerRecord]:
        try:
            polled = await consumer.getmany(timeout_ms=IDLE_MS, max_records=READ_RECORDS)
        except KafkaError as error:
            raise self._failed(error) from error
        return [record for records in polled.values() for record in records]

    def _failed(self, error: KafkaError) -> LogUnavailable:
        return LogUnavailable(
            f"reading {self._topic.name} failed ({type(error).__name__}); is Kafka running?"
        )

    def _decoded(self, records: Sequence[ConsumerRecord]) -> list[LogEntry]:
        entries = []
        for record in records:
            try:
                event = decode(record.key, record.value, record.headers)
            except UndecodableEvent:
                self.undecodable += 1
                continue
            entries.append(
                LogEntry(
                    event=event,
                    partition=record.partition,
                    offset=record.offset,
                    timestamp_ms=record.timestamp,
                )
            )
        return entries


def _by_partition(offsets: Mapping[TopicPartition, int]) -> dict[int, int]:
    return {tp.partition: offset for tp, offset in offsets.items()}
