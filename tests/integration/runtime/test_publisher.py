"""The producer: acknowledged or an error within the deadline, order kept, recovery without a restart."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiokafka import AIOKafkaProducer

from newsloom_runtime.clock import SystemClock
from newsloom_runtime.log_reader import LogReader
from newsloom_runtime.metrics import PublisherMetrics, new_registry
from newsloom_runtime.publisher import EventPublisher, PublishFailed, RecordTooLarge, new_producer
from newsloom_schemas.catalog import ARTICLES_SUBMITTED
from newsloom_schemas.events import ArticleSubmittedV2
from tests.eventually import eventually
from tests.factories import submitted
from tests.integration.runtime.members import World


@asynccontextmanager
async def running(kafka: str, **options: object) -> AsyncIterator[EventPublisher]:
    publisher = EventPublisher(
        service="test",
        bootstrap=kafka,
        clock=SystemClock(),
        metrics=PublisherMetrics(new_registry()),
        **options,  # type: ignore[arg-type]
    )
    task = asyncio.create_task(publisher.run())
    try:
        yield publisher
    finally:
        task.cancel()
        await asyncio.wait({task})


async def test_events_of_one_key_arrive_in_the_order_they_were_published(world: World) -> None:
    revisions = [submitted("one-article", revision) for revision in range(1, 201)]
    async with running(world.kafka) as publisher, LogReader(world.kafka, world.topic) as reader:
        await publisher.publish([(world.topic, event) for event in revisions])
        partition = reader.partition_for(revisions[0].article_id)
        end = (await reader.end_offsets())[partition]
        entries = [entry async for part in reader.read(partition, 0, end) for entry in part]
    read = [entry.event for entry in entries]
    assert read == revisions


async def test_few_and_many_records_of_a_key_go_to_the_same_partition(world: World) -> None:
    events = [submitted(f"article-{number}") for number in range(100)]
    async with running(world.kafka) as publisher, LogReader(world.kafka, world.topic) as reader:
        for event in events[:20]:
            await publisher.publish([(world.topic, event)])
        await publisher.publish([(world.topic, event) for event in events])
        seen: dict[str, set[int]] = {}
        async for entries in reader.follow("beginning"):
            for entry in entries:
                seen.setdefault(entry.event.subject, set()).add(entry.partition)
            if not entries:
                break
    assert seen == {event.article_id: {reader.partition_for(event.article_id)} for event in events}


async def test_one_record_too_large_among_many_is_told_before_any_is_sent(world: World) -> None:
    huge = submitted(body_html="<p>" + "x" * (5 * 1024 * 1024) + "</p>")
    async with running(world.kafka) as publisher:
        with pytest.raises(RecordTooLarge):
            await publisher.publish(
                [(world.topic, event) for event in [submitted() for _ in range(50)] + [huge]]
            )
        await publisher.publish([(world.topic, submitted()) for _ in range(50)])
    assert sum((await world.ends()).values()) == 50


async def test_without_kafka_publishing_fails_within_the_deadline(world: World) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nowhere = f"127.0.0.1:{taken.getsockname()[1]}"
        async with running(nowhere, deadline_s=0.5) as publisher:
            with pytest.raises(PublishFailed):
                await asyncio.wait_for(publisher.publish([(world.topic, submitted())]), 2)
            assert publisher.not_ready()


async def test_a_missing_topic_is_an_error_within_the_deadline_and_never_created(world: World) -> None:
    missing = replace(ARTICLES_SUBMITTED, name=f"{world.service}-missing")
    async with running(world.kafka, deadline_s=1.0) as publisher:
        await eventually(lambda: not publisher.not_ready())
        with pytest.raises(PublishFailed):
            await asyncio.wait_for(publisher.publish([(missing, submitted())]), 5)
        await publisher.publish([(world.topic, submitted())])  # the others go on


async def test_a_stuck_producer_is_replaced(world: World) -> None:
    made: list[AIOKafkaProducer] = []

    class Stuck(AIOKafkaProducer):  # type: ignore[misc]
        """Takes records and never hears of them again."""

        async def send(self, *_args: object, **_options: object) -> "asyncio.Future[None]":
            return asyncio.get_running_loop().create_future()

    def factory(bootstrap: str, client_id: str) -> AIOKafkaProducer:
        made.append(new_producer(bootstrap, client_id) if made else Stuck(bootstrap_servers=bootstrap))
        return made[-1]

    event = submitted()
    async with running(world.kafka, deadline_s=0.3, producer_factory=factory) as publisher:
        for _ in range(2):
            with pytest.raises(PublishFailed):
                await publisher.publish([(world.topic, event)])
        await eventually(lambda: len(made) == 2 and not publisher.not_ready())
        await publisher.publish([(world.topic, event)])


async def test_a_record_too_large_is_a_permanent_error_and_the_producer_goes_on(world: World) -> None:
    huge = submitted(body_html="<p>" + "x" * (5 * 1024 * 1024) + "</p>")
    async with running(world.kafka) as publisher:
        with pytest.raises(RecordTooLarge):
            await publisher.publish([(world.topic, huge)])
        await publisher.publish([(world.topic, submitted())])


async def test_a_large_article_passes(world: World) -> None:
    large = submitted(body_html="<p>" + "ж" * 1_500_000 + "</p>")
    async with running(world.kafka) as publisher, LogReader(world.kafka, world.topic) as reader:
        await publisher.publish([(world.topic, large)])
        async for entries in reader.follow("beginning"):
            if entries:
                break
    event = entries[0].event
    assert isinstance(event, ArticleSubmittedV2)
    assert event == large
