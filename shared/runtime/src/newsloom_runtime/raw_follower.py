"""Follows several topics as they lie there, undecoded and without a group: for indexes over the log."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from newsloom_runtime.cluster import Cluster
from newsloom_runtime.decoding import raw_record
from newsloom_runtime.log_consumer import LogUnavailable, log_consumer
from newsloom_runtime.polling import Poller
from newsloom_runtime.records import RawRecord
from newsloom_runtime.rights import explained

WAIT_MS = 1_000
# A fetch that waits at the end of one partition holds up the next one for another that has more.
FETCH_WAIT_MS = 250
READ_RECORDS = 200  # what is done with them may hold the event loop for some milliseconds

Offsets = Mapping[tuple[str, int], int]  # by topic and partition


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Records in the order of their partitions, and how far these have now been read.

    `behind` is how many offsets are still to be read over all partitions, as far as the broker has told.
    """

    records: Sequence[RawRecord]
    reached: Offsets
    behind: int


class RawFollower:
    """All partitions of the topics, no commits: where to go on after a restart is the reader's affair.

    Every method raises LogUnavailable when Kafka refuses; begin again from the offsets you have reached.
    """

    def __init__(
        self, bootstrap: Cluster, topics: Sequence[str], *, name: str, wait_ms: int = WAIT_MS
    ) -> None:
        self._bootstrap = bootstrap
        self._wait_ms = wait_ms
        self._topics = tuple(topics)
        self._consumer: AIOKafkaConsumer | None = None
        self._partitions: list[TopicPartition] = []
        self._ends: dict[TopicPartition, int] = {}
        self._positions: dict[TopicPartition, int] = {}
        self._poller = Poller(role=name)

    async def __aenter__(self) -> Self:
        consumer = await log_consumer(self._bootstrap, self._topics[0], fetch_wait_ms=FETCH_WAIT_MS)
        try:
            self._partitions = await self._found(consumer)
        except BaseException:
            await consumer.stop()
            raise
        consumer.assign(self._partitions)
        self._consumer = consumer
        return self

    async def _found(self, consumer: AIOKafkaConsumer) -> list[TopicPartition]:
        try:
            missing = set(self._topics) - await consumer.topics()
            if missing:
                raise LogUnavailable(f"the topic {min(missing)} is missing; run `newsloom topics create`")
            return [
                TopicPartition(topic, partition)
                for topic in self._topics
                for partition in sorted(await consumer._client._wait_on_metadata(topic))
            ]
        except KafkaError as error:
            raise LogUnavailable(f"Kafka at {self._bootstrap} named no topics: {explained(error)}") from error

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._client.stop()

    @property
    def _client(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise RuntimeError("enter the RawFollower with `async with` before reading")
        return self._consumer

    def halted(self) -> str | None:
        """Which partitions cannot be read on and what to do, or None; the others are followed meanwhile."""
        return self._poller.reason()

    async def ends(self) -> Offsets:
        """Offset of the next record to be written, by topic and partition."""
        try:
            found = await self._client.end_offsets(self._partitions)
        except KafkaError as error:
            raise LogUnavailable(f"Kafka at {self._bootstrap} gave no offsets: {explained(error)}") from error
        return {(tp.topic, tp.partition): end for tp, end in found.items()}

    async def follow(self, start: Offsets) -> AsyncIterator[Stretch]:
        """Stretches from the start on, without end; an empty one when nothing came in `wait_ms`.

        A partition that `start` does not name, or whose log has been made anew since (it ends before that
        offset), is read from its oldest record.
        """
        try:
            await self._place(start)
            while True:
                yield await self._poll()
        except KafkaError as error:
            raise LogUnavailable(
                f"following {', '.join(self._topics)} failed ({type(error).__name__}); is Kafka running?"
            ) from error

    async def _place(self, start: Offsets) -> None:
        oldest = await self._client.beginning_offsets(self._partitions)
        ends = await self._client.end_offsets(self._partitions)
        positions = {}
        for tp in self._partitions:
            wanted = start.get((tp.topic, tp.partition), 0)
            positions[tp] = wanted if oldest[tp] <= wanted <= ends[tp] else oldest[tp]
            self._client.seek(tp, positions[tp])
        self._poller.assigned(positions)
        self._ends, self._positions = ends, positions

    async def _poll(self) -> Stretch:
        polled = await self._poller.poll(self._client, timeout_ms=self._wait_ms, max_records=READ_RECORDS)
        reached = {tp: await self._client.position(tp) for tp in polled}
        self._positions |= reached
        return Stretch(
            records=[raw_record(record) for records in polled.values() for record in records],
            reached={(tp.topic, tp.partition): offset for tp, offset in reached.items()},
            behind=sum(max(0, self._end(tp) - at) for tp, at in self._positions.items()),
        )

    def _end(self, tp: TopicPartition) -> int:
        return max(self._ends[tp], self._client.highwater(tp) or 0)
