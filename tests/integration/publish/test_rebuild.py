"""Rebuilding on a real Kafka and a real MongoDB: equal when all is well, and told by name when it is not."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from pymongo import MongoClient
from pymongo.collection import Collection

from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_PUBLISHED, FEED_UPDATES
from newsloom_schemas.public_state import of_document
from newsloom_store import MongoStore
from publish.rebuild.report import DIFFERENT, EQUAL, UNSETTLED, Report
from publish.rebuild.running import Plan, Refused, run
from publish.settings import Settings
from tests.conftest import Stack
from tests.eventually import eventually
from tests.integration.publish.test_service import lives, told_of
from tests.integration.publish.worlds import PublishWorld, publish_world
from tests.integration.store.databases import dropped_database
from tests.unit.publish.builders import edit, kill, revision, translation

STORIES = range(40)


@pytest.fixture
async def world(stack: Stack) -> AsyncIterator[PublishWorld]:
    async with publish_world(stack.kafka, stack.mongo) as world:
        with dropped_database(stack.mongo, world.name):
            yield world


async def rebuild(
    world: PublishWorld,
    *,
    source: str = ARTICLES_ENRICHED.name,
    article_events: Literal["v1", "v2"] = "v2",
    **options: Any,
) -> Report:
    """One run against the world's own topics, groups and database."""
    plan = Plan(
        source=source,
        enriched=world.topic(ARTICLES_ENRICHED),
        published=world.topic(ARTICLES_PUBLISHED),
        publisher=f"{world.name}-publish",
        proofreader=f"{world.name}-publish-proofreader",
        **{"within_s": 60.0} | options,
    )
    settings = Settings(
        kafka_bootstrap_servers=world.kafka,
        mongo_url=world.mongo,
        mongo_database=world.name,
        article_events=article_events,
    )
    return await run(plan, settings, progress=lambda _read, _of: None)


async def published(world: PublishWorld, events: list[Event]) -> None:
    await world.send(events)
    async with world.service():
        await world.settled()


def articles(world: PublishWorld, database: str | None = None) -> Collection[dict[str, Any]]:
    """The collection, for hands that do not go through publish."""
    client = MongoClient[dict[str, Any]](world.mongo, serverSelectionTimeoutMS=5000)
    return client[database or world.name]["articles"]


def databases(world: PublishWorld) -> set[str]:
    with MongoClient[dict[str, Any]](world.mongo) as client:
        return {name for name in client.list_database_names() if name.startswith("newsloom_rebuild_")}


BOTH = (ARTICLES_ENRICHED.name, ARTICLES_PUBLISHED.name)


@pytest.mark.parametrize("source", BOTH)
async def test_what_publish_stored_is_what_the_log_says(world: PublishWorld, source: str) -> None:
    events = lives(STORIES)
    await published(world, [*events, revision(1, story="story-2", headline="In conflict"), *events])
    before = [len(await world.told(topic)) for topic in (ARTICLES_PUBLISHED, FEED_UPDATES)]
    report = await rebuild(world, source=source)
    assert report.comparison is not None
    assert (report.code, report.comparison.documents, report.comparison.equal) == (EQUAL, 40, 40)
    assert report.counts.records >= len(STORIES)
    assert report.counts.conflicts == (1 if source == ARTICLES_ENRICHED.name else 0)
    after = [len(await world.told(topic)) for topic in (ARTICLES_PUBLISHED, FEED_UPDATES)]
    assert after == before, "a rebuild tells nobody"


async def test_every_kind_of_difference_is_found_and_named_without_its_text(world: PublishWorld) -> None:
    await published(world, [*lives(STORIES), edit(1, story="only-edited")])
    held, stranger_id = articles(world), "ffffffff-ffff-5fff-bfff-ffffffffffff"
    ids = {name: revision(1, story=name).article_id for name in ("story-1", "story-2", "story-3", "story-6")}
    held.update_one({"_id": ids["story-1"]}, {"$set": {"publication.content.lead": "Forged lead"}})
    held.delete_one({"_id": ids["story-2"]})
    held.update_one({"_id": ids["story-3"]}, {"$set": {"schema_version": 99}})
    copied = held.find_one({"_id": ids["story-6"]})
    assert copied is not None
    held.insert_one({**copied, "_id": stranger_id})
    report = await rebuild(world)
    assert report.comparison is not None
    assert report.code == DIFFERENT
    assert {each.article_id: each.kind for each in report.comparison.differences} == {
        ids["story-1"]: "differs",
        ids["story-2"]: "missing",
        ids["story-3"]: "unreadable",
        stranger_id: "unexpected",
    }
    [forged] = [each for each in report.comparison.differences if each.kind == "differs"]
    assert forged.fields == ("content/lead",)
    said = report.as_json() + "\n".join(report.lines())
    assert "Forged" not in said
    assert "Revision" not in said


async def test_the_database_made_to_compare_is_gone_afterwards(world: PublishWorld) -> None:
    await published(world, lives(range(3)))
    before = databases(world)
    await rebuild(world)
    with pytest.raises(Refused):
        await rebuild(world, into=world.name)
    assert databases(world) <= before


async def test_it_is_gone_also_when_the_run_is_stopped_half_way(world: PublishWorld) -> None:
    await world.send([revision(1)])  # which nobody publishes, so that the run waits
    before = databases(world)
    running = asyncio.create_task(rebuild(world))
    await eventually(lambda: databases(world) - before, what="the database")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert databases(world) <= before


async def test_a_rebuilt_database_is_kept_where_it_is_wanted_and_never_overwrites(
    world: PublishWorld,
) -> None:
    await published(world, lives(range(6)))
    name = f"{world.name}_again"
    with dropped_database(world.mongo, name):
        report = await rebuild(world, into=name, verify=False)
        assert (report.database, report.code, report.comparison) == (name, EQUAL, None)
        assert articles(world, name).count_documents({}) == 6
        async with MongoStore.connected(world.mongo, database=name) as store:
            await store.check_indexes()
        with pytest.raises(Refused, match="not empty"):
            await rebuild(world, into=name)


async def test_a_system_at_work_is_compared_again_until_both_have_come_to_the_same_point(
    world: PublishWorld,
) -> None:
    stop = asyncio.Event()

    async def work() -> None:
        number = 2
        while not stop.is_set():
            await world.send([revision(number, story=f"story-{n}") for n in (1, 2, number + 100)])
            number += 1

    await world.send(lives(range(20)))
    async with world.service():
        working = asyncio.create_task(work())
        try:
            reports = [await rebuild(world, source=source, within_s=5.0) for source in BOTH]
        finally:
            stop.set()
            await working
        assert [report.comparison and report.comparison.differences for report in reports] == [[], []]
        assert [(await rebuild(world, source=source)).code for source in BOTH] == [EQUAL, EQUAL]


async def test_what_publish_has_yet_to_do_is_not_called_a_difference(world: PublishWorld) -> None:
    await published(world, lives(range(5)))
    await world.send([revision(7, story="story-1")])
    report = await rebuild(world, within_s=0.1)
    assert report.comparison is not None
    assert (report.code, report.comparison.behind) == (UNSETTLED, 1)
    assert [each.kind for each in report.comparison.unsettled] == ["differs"]
    assert json.loads(report.as_json())["records_behind"] == 1


async def test_documents_older_than_the_log_are_counted_apart(world: PublishWorld) -> None:
    await published(world, lives(range(20)))
    await delete_everything(world)
    await published(world, [revision(9, story="story-4"), edit(5, story="story-2"), kill("story-3")])
    articles(world).update_one(
        {"_id": revision(1, story="story-4").article_id}, {"$set": {"publication.content.lead": "Forged"}}
    )
    report = await rebuild(world)
    assert report.comparison is not None
    # story-4 stands whole in the log, so its forgery shows; story-3 only needs its kill. The rest is older.
    [difference] = report.comparison.differences
    assert difference.article_id == revision(1, story="story-4").article_id
    untouched = {revision(1, story=f"story-{n}").article_id for n in range(20)} - {
        revision(1, story=f"story-{n}").article_id for n in (3, 4)
    }
    assert set(report.comparison.not_covered) == untouched
    assert report.comparison.equal == 1


async def test_a_lost_store_is_rebuilt_whole_from_both_topics(world: PublishWorld) -> None:
    await published(world, lives(range(20)))
    await delete_everything(world)
    await published(world, [revision(9, story="story-4"), edit(5, story="story-2"), kill("story-3")])
    name = f"{world.name}_again"
    with dropped_database(world.mongo, name):
        report = await rebuild(world, into=name, verify=False)
        assert report.continued is not None
        assert (report.continued.completed, report.continued.lost) == (18, 0)
        ids = [revision(1, story=f"story-{n}").article_id for n in range(20)]
        async with world.store() as live, MongoStore.connected(world.mongo, database=name) as store:
            before, after = await live.load(ids), await store.load(ids)
    assert {key: of_document(each).digest() for key, each in after.items()} == {
        key: of_document(each).digest() for key, each in before.items()
    }
    assert all(after[key].document_version >= before[key].document_version for key in ids)


async def delete_everything(world: PublishWorld) -> None:
    """What retention does to articles-enriched."""
    topic = world.topic(ARTICLES_ENRICHED)
    admin = AIOKafkaAdminClient(bootstrap_servers=world.kafka)
    await admin.start()
    try:
        every = {
            TopicPartition(topic.name, p): RecordsToDelete(before_offset=-1) for p in range(topic.partitions)
        }
        await admin.delete_records(every)
    finally:
        await admin.close()


async def test_an_old_state_left_as_the_last_word_of_the_compacted_topic_is_found(
    world: PublishWorld,
) -> None:
    await world.send([revision(1), revision(2), kill(), revision(1, story="other")])
    async with world.service():
        await world.settled()
    await world.append(ARTICLES_PUBLISHED, [told_of(revision(1))])
    waiting = await rebuild(world, source=ARTICLES_PUBLISHED.name, within_s=0.1)
    assert waiting.code == UNSETTLED, "the proofreader may still heal it"
    async with world.service("proofreader"):
        healed = await rebuild(world, source=ARTICLES_PUBLISHED.name)
    assert healed.code == EQUAL


async def test_an_embargo_that_ends_makes_no_difference(world: PublishWorld) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    await published(world, [revision(1, embargo_until=soon), translation(1), revision(1, story="other")])
    assert (await rebuild(world)).code == EQUAL
    assert (await rebuild(world, source=ARTICLES_PUBLISHED.name)).code == EQUAL
