"""Following topics undecoded: from any place on, past what was deleted, and never silently nowhere."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete

from newsloom_runtime.log_consumer import LogUnavailable
from newsloom_runtime.placement import partition_of
from newsloom_runtime.raw_follower import RawFollower
from newsloom_runtime.raw_reader import RawReader
from newsloom_runtime.records import RawRecord
from tests.factories import submitted
from tests.integration.runtime.members import World

RECORDS = 450
Place = tuple[str, int]


async def filled(world: World, records: int = RECORDS) -> Place:
    """Records of one article in the test's topic, with one in its dead-letter topic; where they lie."""
    events = [submitted("article", n + 1) for n in range(records)]
    await world.send(events)
    await replace(world, topic=world.dlq).send(events[:1])
    return world.topic.name, partition_of(events[0].record_key.encode(), world.topic.partitions)


async def read(world: World, start: Mapping[Place, int]) -> tuple[list[RawRecord], dict[Place, int]]:
    """What is followed from the start on until nothing is left, and how far that is."""
    records: list[RawRecord] = []
    reached: dict[Place, int] = {}
    topics = [world.topic.name, world.dlq.name]
    async with RawFollower(world.kafka, topics, name="test", wait_ms=50) as follower:
        async for stretch in follower.follow(start):
            records += stretch.records
            reached |= stretch.reached
            if not stretch.behind:
                break
        assert follower.halted() is None
        assert {place: end for place, end in (await follower.ends()).items() if place in reached} == reached
    return records, reached


async def test_every_topic_is_read_to_its_end_and_on_from_there(world: World) -> None:
    place = await filled(world)
    records, reached = await read(world, {})
    offsets = [record.offset for record in records if record.topic == world.topic.name]
    assert offsets == list(range(RECORDS))
    assert sum(record.topic == world.dlq.name for record in records) == 1
    assert reached[place] == RECORDS
    await world.send([submitted("article", RECORDS + 1)])
    records, reached = await read(world, reached)
    assert [(record.topic, record.offset) for record in records] == [(world.topic.name, RECORDS)]


async def test_a_place_that_the_log_does_not_have_is_its_oldest_record(world: World) -> None:
    """Deleted below it, or made anew and shorter than it."""
    place = await filled(world)
    admin = AIOKafkaAdminClient(bootstrap_servers=world.kafka)
    await admin.start()
    try:
        await admin.delete_records({TopicPartition(*place): RecordsToDelete(before_offset=400)})
    finally:
        await admin.close()
    for start in (0, 399, 100_000):
        records, reached = await read(world, {place: start})
        offsets = [record.offset for record in records if record.topic == world.topic.name]
        assert offsets == list(range(400, RECORDS))
        assert reached[place] == RECORDS


async def test_a_missing_topic_is_told_with_the_fix(world: World) -> None:
    topics = [world.topic.name, f"missing-{uuid4().hex}"]
    with pytest.raises(LogUnavailable, match="newsloom topics create"):
        async with RawFollower(world.kafka, topics, name="test"):
            pass


async def test_a_log_is_searched_from_a_moment_on(world: World) -> None:
    topic, partition = await filled(world, 3)
    records, _ = await read(world, {})
    [first, *_] = sorted(record.timestamp_ms for record in records if record.topic == topic)
    async with RawReader(world.kafka) as reader:
        assert await reader.since(topic, partition, first) == (0, 3)
        assert await reader.since(topic, partition, first + 3_600_000) == (3, 3)
        assert await reader.partitions(topic) == world.topic.partitions
        assert (await reader.spans([topic, world.dlq.name]))[topic, partition] == (0, 3)
