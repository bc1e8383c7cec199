"""Reads a topic as a log, without a group: for live readers and for indexes rebuilt from the start."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from newsloom_runtime.cluster import Cluster
from newsloom_runtime.log_consumer import LogUnavailable as LogUnavailable
from newsloom_runtime.log_consumer import log_consumer
from newsloom_runtime.log_identity import log_identity
from newsloom_runtime.log_pages import LogPages
from newsloom_runtime.placement import partition_of
from newsloom_runtime.polling import Poller
from newsloom_runtime.rights import explained
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic
from newsloom_schemas.codec import decode_record
from newsloom_schemas.envelope import UndecodableEvent

IDLE_MS = 1_000
READ_RECORDS = 500
DECODED_AT_ONCE = 50  # about half a millisecond of the event loop's time


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """A decoded event with its place. `timestamp_ms` is milliseconds since 1970."""

    event: Event
    partition: int
    offset: int
    timestamp_ms: int


class LogReader:
    """One topic, all partitions, no commits. Records that do not decode are passed over and counted.

    It holds at most two connections a broker: one that follows, and one for everything read back, begun
    when first needed.
    """

    def __init__(self, bootstrap: Cluster, topic: Topic) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._consumer: AIOKafkaConsumer | None = None
        self._pages = LogPages(bootstrap, topic.name)
        self._partitions: list[TopicPartition] = []
        self._poller = Poller(role=f"reader of {topic.name}")
        self.undecodable = 0

    async def __aenter__(self) -> Self:
        self._consumer = await log_consumer(self._bootstrap, self._topic.name)
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
        await self._pages.close()
        if self._consumer is not None:
            await self._consumer.stop()

    @property
    def _client(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise RuntimeError("enter the LogReader with `async with` before reading")
        return self._consumer

    def partition_for(self, key: str) -> int:
        """The partition that records of this key lie in (Kafka's default partitioner)."""
        return partition_of(key.encode(), len(self._partitions))

    async def identity(self) -> str:
        """Which log this is: the same for as long as its offsets mean the same. Raises LogUnavailable."""
        return await log_identity(self._bootstrap, self._topic.name)

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
            raise LogUnavailable(f"Kafka at {self._bootstrap} gave no offsets: {explained(error)}") from error

    async def follow(
        self, start: Mapping[int, int] | Literal["beginning", "end"]
    ) -> AsyncIterator[Sequence[LogEntry]]:
        """Entries from the start on, without end, in order within a partition; empty after an idle second.

        Raises LogUnavailable when Kafka refuses; start again from the offsets you have reached.
        """
        offsets = start if isinstance(start, Mapping) else await self._offsets(start)
        positions = {tp: offsets[tp.partition] for tp in self._partitions}
        for tp, position in positions.items():
            self._client.seek(tp, position)
        self._poller.assigned(positions)
        while True:
            yield self._decoded(await self._poll())

    def halted(self) -> str | None:
        """Which partitions cannot be read on and what to do, or None; the others are followed meanwhile."""
        return self._poller.reason()

    def behind(self) -> int:
        """Records that `follow` has still to hand out, as far as the broker has told."""
        if self._consumer is None:
            return 0
        places = ((self._consumer.highwater(tp), self._poller.reached(tp)) for tp in self._partitions)
        return sum(max(0, end - at) for end, at in places if end is not None and at is not None)

    async def page(self, partition: int, start: int, end: int) -> Sequence[LogEntry] | None:
        """Entries of one partition with start <= offset < end, all at once; `end` is at most the log's end.

        None when the log no longer holds `start`. Pages that are asked for at the same time are read one
        after the other. Raises LogUnavailable when Kafka refuses or is silent.
        """
        records = await self._pages.page(partition, start, end)
        if records is None:
            return None
        entries: list[LogEntry] = []
        for first in range(0, len(records), DECODED_AT_ONCE):
            entries += self._decoded(records[first : first + DECODED_AT_ONCE])
            await asyncio.sleep(0)
        return entries

    async def read(self, partition: int, start: int, end: int) -> AsyncIterator[Sequence[LogEntry]]:
        """Entries of one partition with start <= offset < end; those removed or compacted away are missing.

        Raises LogUnavailable when Kafka refuses.
        """
        position = start
        while position < end:
            upto = min(position + READ_RECORDS, end)
            entries = await self.page(partition, position, upto)
            if entries is None:
                position = (await self.beginning_offsets())[partition]
                continue
            position = upto
            if entries:
                yield entries

    async def _offsets(self, start: Literal["beginning", "end"]) -> dict[int, int]:
        return await self.end_offsets() if start == "end" else await self.beginning_offsets()

    async def _poll(self) -> list[ConsumerRecord]:
        try:
            polled = await self._poller.poll(self._client, timeout_ms=IDLE_MS, max_records=READ_RECORDS)
        except KafkaError as error:
            raise LogUnavailable(
                f"reading {self._topic.name} failed ({type(error).__name__}); is Kafka running?"
            ) from error
        return [record for records in polled.values() for record in records]

    def _decoded(self, records: Sequence[ConsumerRecord]) -> list[LogEntry]:
        entries = []
        for record in records:
            try:
                event = decode_record(record.key, record.value, record.headers)
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
