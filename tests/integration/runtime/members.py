"""Consumer group members on the real broker, for tests of the harness."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from newsloom_runtime.chassis import Chassis
from newsloom_runtime.placement import partition_of
from newsloom_runtime.records import Handler, Subscription
from newsloom_runtime.settings import ServiceSettings
from newsloom_runtime.topics import create_topics
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_SUBMITTED, Topic
from newsloom_schemas.codec import encode
from tests.eventually import eventually
from tests.factories import MOMENT, submitted


@dataclass(frozen=True, kw_only=True)
class World:
    """A topic, a dead-letter topic and a group that belong to one test."""

    kafka: str
    service: str
    topic: Topic
    dlq: Topic

    @property
    def group(self) -> str:
        return self.service

    def subscription(self, handle: Handler, **options: object) -> Subscription:
        return replace(
            Subscription(role="tester", group=self.group, topics=(self.topic,), handle=handle),
            **options,  # type: ignore[arg-type]
        )

    @asynccontextmanager
    async def member(self, handle: Handler, **options: object) -> AsyncIterator[Chassis]:
        """A running member of the group; left gracefully."""
        chassis = Chassis(self.service, ServiceSettings(port=0, kafka_bootstrap_servers=self.kafka))
        chassis.subscribe(self.subscription(handle, **options))
        async with chassis:
            yield chassis

    @asynccontextmanager
    async def producer(self) -> AsyncIterator[AIOKafkaProducer]:
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka, acks="all", enable_idempotence=True)
        await producer.start()
        try:
            yield producer
        finally:
            await producer.stop()

    async def send(self, events: Sequence[Event], *, partition: int | None = None) -> None:
        """Put events on the test's topic, where their keys belong unless a partition is given."""
        async with self.producer() as producer:
            for event in events:
                wire = encode(event, source="/newsloom/test", time=MOMENT)
                await producer.send(
                    self.topic.name, wire.value, key=wire.key, headers=list(wire.headers), partition=partition
                )
            await producer.flush()

    def on(self, partition: int, count: int = 1) -> list[Event]:
        """Fresh submissions whose key belongs on a partition of the test's topic."""
        found: list[Event] = []
        while len(found) < count:
            event = submitted()
            if partition_of(event.record_key.encode(), self.topic.partitions) == partition:
                found.append(event)
        return found

    async def committed(self) -> dict[int, int]:
        """The group's committed offsets, by partition; partitions without a commit are missing."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.kafka, group_id=self.group, enable_auto_commit=False
        )
        await consumer.start()
        try:
            offsets = {}
            for partition in range(self.topic.partitions):
                offset = await consumer.committed(TopicPartition(self.topic.name, partition))
                if offset is not None:
                    offsets[partition] = offset
            return offsets
        finally:
            await consumer.stop()

    async def ends(self) -> dict[int, int]:
        """End offsets of the partitions that hold records."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka)
        await consumer.start()
        try:
            partitions = [TopicPartition(self.topic.name, p) for p in range(self.topic.partitions)]
            return {tp.partition: end for tp, end in (await consumer.end_offsets(partitions)).items() if end}
        finally:
            await consumer.stop()

    async def all_committed(self, *, within: float = 60) -> None:
        """Wait until every record of the topic has a committed outcome."""

        async def done() -> bool:
            return await self.committed() == await self.ends()

        await eventually(done, within=within, what="every record committed")

    async def dead_letters(self, at_least: int = 0, *, within: float = 30) -> list[ConsumerRecord]:
        """Everything in the dead-letter topic, after waiting for `at_least` records."""
        consumer = AIOKafkaConsumer(
            self.dlq.name, bootstrap_servers=self.kafka, auto_offset_reset="earliest", group_id=None
        )
        await consumer.start()
        letters: list[ConsumerRecord] = []

        async def enough() -> bool:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                letters.extend(records)
            return len(letters) >= at_least

        try:
            await eventually(enough, within=within, what=f"{at_least} dead letters")
            await enough()
            return letters
        finally:
            await consumer.stop()


async def new_world(kafka: str, *, with_dlq: bool = True, partitions: int = 8) -> World:
    """Fresh topics under names nobody else uses."""
    service = f"test-{uuid4().hex[:12]}"
    topic = replace(ARTICLES_SUBMITTED, name=f"{service}-in", partitions=partitions)
    dlq = replace(ARTICLES_SUBMITTED, name=f"{service}-dlq", partitions=1, events=())
    await create_topics(kafka, topics=[topic, dlq] if with_dlq else [topic])
    return World(kafka=kafka, service=service, topic=topic, dlq=dlq)
