"""`newsloom reindex` on a real broker: what it asks for, what it leaves out, and that it can be repeated."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from newsloom.reindex.archive import Wanted
from newsloom.reindex.lane import Topics
from newsloom.reindex.running import cancelled, reindexed
from newsloom_runtime.log_reader import LogReader
from newsloom_runtime.publisher import new_producer
from newsloom_runtime.topics import create_topics
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_PUBLISHED, ARTICLES_REINDEX
from newsloom_schemas.codec import encode
from newsloom_schemas.enrichment import Translation
from newsloom_schemas.events import ArticlePublishedV2, ArticleWithheldV1, ReindexRequestedV2
from newsloom_schemas.identity import event_id
from tests.conftest import Stack
from tests.factories import MOMENT, authors, killed, of_version_1, skipped, submitted


def published(name: str, version: int = 1, run: int = 0, **fields: Any) -> ArticlePublishedV2:
    of = submitted(name)
    return ArticlePublishedV2(
        **{
            "event_id": event_id(of.article_id, version, ArticlePublishedV2.EVENT_TYPE),
            "article_id": of.article_id,
            "source": of.source,
            "external_id": name,
            "document_version": version,
            "submission_event_id": of.event_id,
            "revision": of.revision,
            "run": run,
            "published_at": MOMENT,
            "accepted_at": MOMENT,
            "url": "https://news.example/a",
            "content": of.content,
            "language": "en",
            "enrichment": skipped(),
        }
        | fields
    )


def withheld(name: str) -> ArticleWithheldV1:
    of = submitted(name)
    return ArticleWithheldV1(
        event_id=event_id(of.article_id, 2, ArticleWithheldV1.EVENT_TYPE),
        article_id=of.article_id,
        source=of.source,
        external_id=name,
        document_version=2,
        withheld_until=MOMENT,
    )


class World:
    """Topics of one test, written as publish does and read as enrich does."""

    def __init__(self, kafka: str) -> None:
        name = uuid4().hex[:12]
        self.kafka = kafka
        self.topics = Topics(
            published=replace(ARTICLES_PUBLISHED, name=f"published-{name}"),
            reindex=replace(ARTICLES_REINDEX, name=f"reindex-{name}"),
            group=f"lane-{name}",
        )

    async def tell(self, *events: Event) -> None:
        producer = new_producer(self.kafka, "tests")
        await producer.start()
        try:
            for event in events:
                wire = encode(event, source="/newsloom/tests", time=MOMENT)
                await producer.send_and_wait(
                    self.topics.published.name, wire.value, key=wire.key, headers=list(wire.headers)
                )
        finally:
            await producer.stop()

    async def run(self, run: int, *, dry: bool = False, **wanted: Any) -> dict[str, Any]:
        return await reindexed(self.kafka, Wanted(run=run, **wanted), self.topics, dry, detach=True)

    async def wishes(self) -> list[ReindexRequestedV2]:
        found: list[Any] = []
        async with LogReader(self.kafka, self.topics.reindex) as log:
            first, ends = await log.beginning_offsets(), await log.end_offsets()
            for partition, end in ends.items():
                async for entries in log.read(partition, first[partition], end):
                    found += [entry.event for entry in entries]
        return found

    async def gone_over(self) -> None:
        """Commits the lane's group at the end, as enrich does when it has gone over everything."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.kafka, group_id=self.topics.group, enable_auto_commit=False
        )
        await consumer.start()
        try:
            partitions = [
                TopicPartition(self.topics.reindex.name, p) for p in range(self.topics.reindex.partitions)
            ]
            consumer.assign(partitions)
            await consumer.commit(await consumer.end_offsets(partitions))
        finally:
            await consumer.stop()


@pytest.fixture
async def world(stack: Stack) -> World:
    world = World(stack.kafka)
    await create_topics(stack.kafka, topics=[world.topics.published, world.topics.reindex])
    return world


def names(wishes: Sequence[ReindexRequestedV2]) -> list[str]:
    return sorted(each.external_id for each in wishes)


async def test_only_the_last_word_on_an_article_counts_and_killed_or_withheld_ones_are_left_out(
    world: World,
) -> None:
    await world.tell(
        published("a"),
        published("a", 2, revision=2),
        published("gone"),
        published("later"),
        published("b"),
        killed("gone"),
        withheld("later"),
    )
    counts = await world.run(1)
    wishes = await world.wishes()
    assert [
        (each.external_id, each.revision, each.run) for each in sorted(wishes, key=lambda w: w.external_id)
    ] == [
        ("a", 2, 1),
        ("b", 1, 1),
    ]
    assert (counts["to_do"], counts["killed"], counts["withheld"]) == (2, 1, 1)


async def test_articles_told_in_version_1_are_asked_for_with_structured_authors(world: World) -> None:
    article = submitted("old", authors=authors("Анна Ко", "Bo Li"))
    await world.tell(of_version_1(published("old", content=article.content)))
    await world.run(1)
    (wish,) = await world.wishes()
    assert wish.content.authors == authors("Анна Ко", "Bo Li")


async def test_the_span_of_time_and_the_sources_choose(world: World) -> None:
    day = timedelta(days=1)
    await world.tell(
        published("old", published_at=MOMENT - 3 * day),
        published("now"),
        published("next", published_at=MOMENT + day),
        published("other", source="elsewhere"),
    )
    counts = await world.run(1, since=MOMENT, until=MOMENT + day, sources=("meridian",))
    assert names(await world.wishes()) == ["now"]
    assert counts["outside"] == 3


async def test_a_repeat_asks_for_nothing_twice_and_goes_on_where_it_was_left(world: World) -> None:
    await world.tell(*(published(f"story-{n}") for n in range(250)))
    assert (await world.run(3))["to_do"] == 250
    again = await world.run(3)
    assert (again["to_do"], again["waiting"]) == (0, 250)

    await world.gone_over()
    await world.tell(*(published(f"story-{n}", 2, run=3) for n in range(200)))
    last = await world.run(3)
    assert (last["to_do"], last["done"], last["waiting"]) == (50, 200, 0)
    assert len(await world.wishes()) == 300
    assert len({each.event_id for each in await world.wishes()}) == 250, "the same wish is the same event"


async def test_a_higher_run_is_another_wish_and_a_lower_one_is_none(world: World) -> None:
    await world.tell(published("a", run=4))
    assert (await world.run(4))["to_do"] == 0
    assert (await world.run(5))["to_do"] == 1
    assert (await world.run(2, dry=True))["highest_run"] == 4


async def test_a_dry_run_counts_and_asks_for_nothing(world: World) -> None:
    await world.tell(published("a"), published("b", run=2))
    counts = await world.run(2, dry=True)
    assert (counts["to_do"], counts["done"]) == (1, 1)
    assert await world.wishes() == []


async def test_a_wish_names_the_translations_that_are_there(world: World) -> None:
    made = {
        "es": Translation(language="es", status="published", headline="X"),
        "ru": Translation(language="ru", status="failed", reason="no engine"),
    }
    await world.tell(published("a", translations=made))
    await world.run(1)
    assert [each.translated for each in await world.wishes()] == [("es",)]


async def test_what_waits_can_be_taken_back_and_asked_for_anew(world: World) -> None:
    await world.tell(*(published(f"story-{n}") for n in range(30)))
    await world.run(1)
    assert await cancelled(world.kafka, world.topics) == {"cancelled": 30}
    assert await world.wishes() == []
    assert (await world.run(1))["to_do"] == 30
