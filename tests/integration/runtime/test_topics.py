"""Topics made on a real broker: there for all when the call returns, and held against the catalogue."""

from dataclasses import replace
from uuid import uuid4

from newsloom_runtime.log_reader import LogReader
from newsloom_runtime.topics import check_topics, create_topics
from newsloom_schemas.catalog import FEED_UPDATES, TOPICS
from tests.conftest import Stack


async def test_topics_that_have_been_created_can_be_read_at_once(stack: Stack) -> None:
    topics = [replace(topic, name=f"{topic.name}-{uuid4().hex[:12]}", partitions=40) for topic in TOPICS[:4]]
    assert await create_topics(stack.kafka, topics=topics) == [topic.name for topic in topics]
    assert await check_topics(stack.kafka, topics=topics) == []
    async with LogReader(stack.kafka, topics[0]) as log:
        assert set((await log.end_offsets()).values()) == {0}


async def test_a_topic_that_is_there_is_left_as_it_is_and_said_to_differ(stack: Stack) -> None:
    small = replace(FEED_UPDATES, name=f"small-{uuid4().hex[:12]}", partitions=1)
    await create_topics(stack.kafka, topics=[small])
    wanted = replace(small, partitions=8, retention_ms=1000)
    assert await create_topics(stack.kafka, topics=[wanted]) == []
    partitions, retention = await check_topics(stack.kafka, topics=[wanted])
    assert "has 1 partitions, not 8" in partitions
    assert "retention.ms=604800000, not 1000" in retention
