"""A role whose topics come and go: what is wanted and there is read, and nothing else is held up."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from newsloom_runtime import bounded_unpacking, following, polling
from newsloom_runtime.chassis import Chassis
from newsloom_runtime.records import RawRecord, RawSubscription, Rejection
from newsloom_runtime.settings import ServiceSettings
from newsloom_runtime.topics import create_topics
from newsloom_schemas.catalog import Topic, editorial_inbox
from tests.conftest import Stack
from tests.eventually import eventually
from tests.integration.runtime.members import World


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "LOOK_EVERY_S", 0.2)
    monkeypatch.setattr(polling, "TRY_AGAIN_S", 0.5)


@dataclass
class Reader:
    """Takes every value, except those that say they are bad."""

    wanted: list[Topic] = field(default_factory=list)
    values: list[bytes] = field(default_factory=list)

    async def handle(self, records: Sequence[RawRecord]) -> Sequence[Rejection]:
        self.values += [record.value or b"" for record in records]
        return [
            Rejection(record=record, reason="bad", message="send a good one", by_stranger=True)
            for record in records
            if (record.value or b"").startswith(b"bad")
        ]

    def on(self, kafka: str, service: str) -> Chassis:
        chassis = Chassis(service, ServiceSettings(port=0, kafka_bootstrap_servers=kafka))
        subscription = RawSubscription(
            role="inbox", group=service, topics=(), handle=self.handle, any_partition=True, fuse_limit=3
        )
        chassis.follow(subscription, lambda: tuple(self.wanted))
        return chassis


def inbox() -> Topic:
    return replace(editorial_inbox(f"test-{uuid4().hex[:12]}"), partitions=2)


async def send(kafka: str, topic: Topic, *values: bytes, key: bytes | None = None, **where: int) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for value in values:
            await producer.send_and_wait(topic.name, value, key=key, **where)


async def test_topics_are_read_as_soon_as_they_are_wanted_and_there(stack: Stack) -> None:
    first, second, missing = inbox(), inbox(), inbox()
    await create_topics(stack.kafka, topics=[first, second])
    reader = Reader()
    async with reader.on(stack.kafka, f"test-{uuid4().hex[:12]}") as chassis:
        await eventually(lambda: not chassis.health.not_ready(), what="ready without any topic")
        reader.wanted.append(missing)
        await eventually(lambda: missing.name in str(chassis.health.notes()), what="the missing topic named")
        reader.wanted.append(first)
        await send(stack.kafka, first, b"one")
        await eventually(lambda: b"one" in reader.values, what="the record of a wanted topic")

        reader.wanted.append(second)
        await send(stack.kafka, second, b"two")
        await eventually(lambda: b"two" in reader.values, what="the record of one wanted later")

        await create_topics(stack.kafka, topics=[missing])
        await send(stack.kafka, missing, b"three")
        await eventually(lambda: b"three" in reader.values, what="the record of one created later")
        await eventually(lambda: not chassis.health.notes(), what="nothing is missing")

        await send(stack.kafka, first, b"four")
        await eventually(lambda: b"four" in reader.values, what="the first again")
    assert reader.values == [b"one", b"two", b"three", b"four"]  # nothing twice: each change committed


async def test_a_topic_that_is_wanted_again_goes_on_where_it_was_left(stack: Stack) -> None:
    kept, dropped = inbox(), inbox()
    await create_topics(stack.kafka, topics=[kept, dropped])
    reader = Reader(wanted=[kept, dropped])
    async with reader.on(stack.kafka, f"test-{uuid4().hex[:12]}"):
        await send(stack.kafka, dropped, b"before")
        await eventually(lambda: b"before" in reader.values)
        reader.wanted.remove(dropped)
        await send(stack.kafka, kept, b"kept")
        await eventually(lambda: b"kept" in reader.values)
        reader.wanted.append(dropped)
        await send(stack.kafka, dropped, b"after")
        await eventually(lambda: b"after" in reader.values)
    assert reader.values.count(b"before") == 1


async def test_a_stranger_s_partitioner_and_any_number_of_bad_records_stop_nothing(world: World) -> None:
    """Kafka's own partitioner puts a key elsewhere than librdkafka's; the fuse is for what we break."""
    topic = inbox()
    await create_topics(world.kafka, topics=[topic])
    reader = Reader(wanted=[topic])
    async with reader.on(world.kafka, world.service) as chassis:
        for partition in (0, 1):
            await send(world.kafka, topic, *[b"bad %d" % n for n in range(5)], key=b"21", partition=partition)
            await send(world.kafka, topic, b"good", key=b"21", partition=partition)
        await eventually(lambda: reader.values.count(b"good") == 2, what="what follows the bad ones")
        letters = await world.dead_letters(10)
        assert not chassis.health.not_ready()
    assert len(letters) == 10
    assert {dict(letter.headers)["dlq_error"] for letter in letters} == {b"bad"}


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
async def test_batches_are_read_in_every_compression_that_kafka_has(stack: Stack, codec: str) -> None:
    topic = inbox()
    await create_topics(stack.kafka, topics=[topic])
    reader = Reader(wanted=[topic])
    value = f"Паром снова ходит, {codec}. ".encode() * 200
    async with AIOKafkaProducer(bootstrap_servers=stack.kafka, compression_type=codec) as producer:
        await producer.send_and_wait(topic.name, value)
    async with reader.on(stack.kafka, f"test-{uuid4().hex[:12]}"):
        await eventually(lambda: reader.values, what=f"the {codec} record")
    assert reader.values == [value]


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
async def test_a_batch_that_would_fill_the_memory_halts_its_partition_and_no_other(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, codec: str
) -> None:
    monkeypatch.setattr(bounded_unpacking, "MAX_UNPACKED_BYTES", 100_000)
    topic = inbox()
    await create_topics(stack.kafka, topics=[topic])
    reader = Reader(wanted=[topic])
    async with AIOKafkaProducer(bootstrap_servers=stack.kafka, compression_type=codec) as producer:
        await producer.send_and_wait(topic.name, b"before", partition=0)
        await producer.send_and_wait(topic.name, bytes(500_000), partition=0)
        await producer.send_and_wait(topic.name, b"elsewhere", partition=1)
    async with reader.on(stack.kafka, f"test-{uuid4().hex[:12]}") as chassis:
        await eventually(lambda: {b"before", b"elsewhere"} <= set(reader.values), what="all others")
        await eventually(lambda: "unpacks to more" in str(chassis.health.notes()), what="the reason told")
        monkeypatch.setattr(bounded_unpacking, "MAX_UNPACKED_BYTES", 64 * 1024 * 1024)
        await eventually(lambda: bytes(500_000) in reader.values, what="it goes on when it may be read")
    assert len(reader.values) == 3
