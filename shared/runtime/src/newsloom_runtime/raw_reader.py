"""Reads ranges of a log as they lie there, undecoded, and past records that the client cannot unpack."""

import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from newsloom_runtime.cluster import Cluster
from newsloom_runtime.decoding import raw_record
from newsloom_runtime.log_consumer import LogUnavailable, new_log_consumer
from newsloom_runtime.records import RawRecord
from newsloom_runtime.rights import explained

POLL_MS = 500
READ_RECORDS = 500
FETCH_WAIT_MS = 50  # a fetch that waits at the log's end would hold up the next one
SILENT_FOR_S = 30.0


class RawReader:
    """One consumer without a group, for one reader at a time. `unreadable` counts offsets passed over.

    Every method raises LogUnavailable when Kafka refuses or stays silent.
    """

    def __init__(self, bootstrap: Cluster) -> None:
        self._bootstrap = bootstrap
        self._consumer: AIOKafkaConsumer | None = None
        self.unreadable = 0

    async def __aenter__(self) -> Self:
        self._consumer = new_log_consumer(self._bootstrap, fetch_wait_ms=FETCH_WAIT_MS)
        try:
            await self._consumer.start()
        except KafkaError as error:
            await self._consumer.stop()
            raise LogUnavailable(f"no Kafka at {self._bootstrap}") from error
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._client.stop()

    @property
    def _client(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise RuntimeError("enter the RawReader with `async with` before reading")
        return self._consumer

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except KafkaError as error:
            raise LogUnavailable(f"Kafka at {self._bootstrap} answered {explained(error)}") from error

    async def topics(self) -> frozenset[str]:
        """The names of all topics there are."""
        with self._refusals():
            return frozenset(await self._client.topics())

    async def bounds(self, topic: str) -> dict[int, tuple[int, int]]:
        """The oldest offset kept and the next to be written, by partition; empty partitions are left out."""
        if topic not in await self.topics():
            raise LogUnavailable(f"the topic {topic} is missing; run `newsloom topics create`")
        spans = await self.spans([topic])
        return {partition: span for (_, partition), span in sorted(spans.items())}

    async def spans(self, topics: Sequence[str]) -> dict[tuple[str, int], tuple[int, int]]:
        """As `bounds`, of several topics in one go, by topic and partition."""
        with self._refusals():
            tps = [
                TopicPartition(topic, partition)
                for topic in topics
                for partition in await self._client._client._wait_on_metadata(topic)
            ]
            starts, ends = await self._client.beginning_offsets(tps), await self._client.end_offsets(tps)
        return {(tp.topic, tp.partition): (starts[tp], ends[tp]) for tp in tps if starts[tp] < ends[tp]}

    async def partitions(self, topic: str) -> int:
        """How many partitions a topic has."""
        with self._refusals():
            return len(await self._client._client._wait_on_metadata(topic))

    async def since(self, topic: str, partition: int, moment_ms: int) -> tuple[int, int]:
        """The offsets of the first record that is not older than `moment_ms`, and of the log's end."""
        tp = TopicPartition(topic, partition)
        with self._refusals():
            end = (await self._client.end_offsets([tp]))[tp]
            found = (await self._client.offsets_for_times({tp: moment_ms}))[tp]
        return (end if found is None else found.offset), end

    async def read(
        self, topic: str, partition: int, start: int, end: int
    ) -> AsyncGenerator[Sequence[RawRecord], None]:
        """Records of one partition with start <= offset < end, in order."""
        tp, position, heard = TopicPartition(topic, partition), start, time.monotonic()
        self._client.assign([tp])
        self._client.seek(tp, start)
        while position < end:
            records, position = await self._poll(tp, position)
            if records:
                heard = time.monotonic()
                yield [record for record in records if start <= record.offset < end]
            elif time.monotonic() - heard > SILENT_FOR_S:
                raise LogUnavailable(
                    f"Kafka has sent nothing of {topic}/{partition} for {SILENT_FOR_S:.0f} s"
                )

    async def _poll(self, tp: TopicPartition, position: int) -> tuple[list[RawRecord], int]:
        try:
            with self._refusals():
                polled = await self._client.getmany(timeout_ms=POLL_MS, max_records=READ_RECORDS)
                reached = await self._client.position(tp)
        except UnicodeDecodeError:
            return await self._poll_carefully(tp, position)
        return [raw_record(record) for records in polled.values() for record in records], reached

    async def _poll_carefully(self, tp: TopicPartition, position: int) -> tuple[list[RawRecord], int]:
        """One record, or past one: the client raises on a header name that is not UTF-8, for good.

        It also loses the records that it had unpacked before, so they are fetched again, one by one. Those
        behind the bad one in the same batch cannot be had.
        """
        self._client.seek(tp, position)
        try:
            with self._refusals():
                polled = await self._client.getmany(timeout_ms=POLL_MS, max_records=1)
        except UnicodeDecodeError:
            self.unreadable += 1
            self._client.seek(tp, position + 1)
            return [], position + 1
        records = [raw_record(record) for records in polled.values() for record in records]
        return records, records[-1].offset + 1 if records else position
