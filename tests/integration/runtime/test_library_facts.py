"""What the libraries really do where our design leans on it: an upgrade that changes it shows here."""

import inspect
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.subscriber.usecase import BatchSubscriber

from newsloom_runtime.cluster import server_list
from newsloom_runtime.records import Received, Rejection
from newsloom_schemas.codec import encode
from tests.eventually import eventually
from tests.factories import MOMENT, submitted
from tests.integration.runtime.members import World


def default(function: Any, name: str) -> object:
    return inspect.signature(function).parameters[name].default


def test_the_producers_defaults_would_break_our_promises() -> None:
    assert default(AIOKafkaProducer.__init__, "enable_idempotence") is False
    assert default(AIOKafkaProducer.__init__, "max_batch_size") == 16 * 1024
    assert default(AIOKafkaProducer.__init__, "linger_ms") == 0


def test_the_subscribers_defaults_would_break_our_promises() -> None:
    broker = KafkaBroker("127.0.0.1:1")
    assert default(broker.subscriber, "auto_offset_reset") == "latest"
    assert default(KafkaBroker.__init__, "allow_auto_create_topics") is True
    assert default(KafkaBroker.__init__, "graceful_timeout") == 15.0


def test_the_batch_subscriber_sleeps_after_an_empty_poll_so_we_override_its_poll() -> None:
    source = inspect.getsource(BatchSubscriber.get_msg)
    assert "sleep" in source
    assert list(inspect.signature(BatchSubscriber.get_msg).parameters) == ["self", "consumer"]


def test_a_comma_separated_server_string_is_split_by_us() -> None:
    assert server_list("a:1, b:2,") == ["a:1", "b:2"]


async def test_a_record_with_a_null_header_never_reaches_a_naive_handler(world: World) -> None:
    seen: list[object] = []
    broker = KafkaBroker(world.kafka, logger=None, allow_auto_create_topics=False)

    @broker.subscriber(world.topic.name, group_id=f"{world.group}-naive", auto_offset_reset="earliest")
    async def naive(body: bytes) -> None:
        seen.append(body)

    async with world.producer() as producer:
        for name, value in (("first", b"lost"), ("second", b"seen")):
            headers = [("trace", None)] if name == "first" else []
            await producer.send_and_wait(world.topic.name, value, key=b"k", headers=headers, partition=0)
    async with broker:
        await broker.start()
        await eventually(lambda: seen, what="the second record")
    assert seen == [b"seen"]


async def test_a_batch_publish_puts_every_key_on_one_partition(world: World) -> None:
    broker = KafkaBroker(world.kafka, logger=None, allow_auto_create_topics=False)
    async with broker:
        await broker.start()
        await broker.publish_batch(*[f"value {n}" for n in range(20)], topic=world.topic.name)
    assert len(await world.ends()) == 1


async def test_under_manual_acknowledgement_nothing_is_committed_by_the_library(world: World) -> None:
    broker = KafkaBroker(world.kafka, logger=None, allow_auto_create_topics=False)
    seen: list[object] = []

    @broker.subscriber(
        world.topic.name,
        group_id=world.group,
        batch=True,
        batch_timeout_ms=20,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.MANUAL,
    )
    async def naive(bodies: list[Any]) -> None:
        seen.extend(bodies)

    await world.send([submitted()])
    async with broker:
        await broker.start()
        await eventually(lambda: seen)
    assert await world.committed() == {}


async def test_a_reply_to_header_makes_us_publish_nowhere(world: World) -> None:
    """With the library's default the handler's answer would go to a topic that the sender chose."""
    event = submitted()
    wire = encode(event, source="/x", time=MOMENT)
    async with world.producer() as producer:
        headers = [*wire.headers, ("reply_to", world.dlq.name.encode())]
        await producer.send_and_wait(world.topic.name, wire.value, key=wire.key, headers=headers)

    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        return []

    async with world.member(handle):
        await world.all_committed()
    assert not await world.dead_letters()


async def test_pausing_a_partition_loses_none_of_its_prefetched_records(world: World) -> None:
    await world.send(world.on(0, 10))
    consumer = AIOKafkaConsumer(
        world.topic.name,
        bootstrap_servers=world.kafka,
        group_id=world.group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        offsets: list[int] = []

        async def first() -> bool:
            polled = await consumer.getmany(timeout_ms=200, max_records=3)
            offsets.extend(record.offset for records in polled.values() for record in records)
            return bool(offsets)

        await eventually(first)
        paused = [tp for tp in consumer.assignment() if tp.partition == 0]
        consumer.pause(*paused)
        assert await consumer.getmany(timeout_ms=300) == {}
        consumer.resume(*paused)

        async def rest() -> bool:
            polled = await consumer.getmany(timeout_ms=200)
            offsets.extend(record.offset for records in polled.values() for record in records)
            return len(offsets) >= 10

        await eventually(rest)
        assert offsets == list(range(10))
    finally:
        await consumer.stop()
