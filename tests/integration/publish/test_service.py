"""publish on a real Kafka and a real MongoDB: what is stored, what is told, and that both stay one."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from newsloom.stack import LocalStack
from newsloom_runtime.chassis import Chassis
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_PUBLISHED, FEED_UPDATES
from newsloom_schemas.events import ArticleKilledV1, ArticlePublishedV2
from publish.feeds import emissions_for
from publish.publish import fold
from tests import factories
from tests.conftest import Stack
from tests.eventually import eventually
from tests.integration.publish.worlds import (
    PublishWorld,
    folded_feeds,
    last_words,
    publish_world,
    stored_feeds,
)
from tests.integration.store.databases import dropped_database
from tests.local_stack import own_stack
from tests.unit.publish.builders import URL, edit, kill, revision, translation


@pytest.fixture
async def world(stack: Stack) -> AsyncIterator[PublishWorld]:
    async with publish_world(stack.kafka, stack.mongo) as world:
        with dropped_database(stack.mongo, world.name):
            yield world


def lives(stories: range) -> list[Event]:
    """Articles that live: published, corrected, moved to another section, edited, translated, some killed."""
    events: list[Event] = []
    for n in stories:
        story = f"story-{n}"
        events += [revision(1, story=story), translation(1, story=story)]
        if n % 2:
            events += [revision(2, story=story, section="Sport"), edit(1, story=story)]
        if n % 5 == 0:
            events += [kill(story), revision(3, story=story)]
    return events


async def assert_all_agree(world: PublishWorld, events: list[Event]) -> None:
    """I4 and I5: feeds folded from the log, the compacted topic and the store say the same."""
    documents = await world.documents(events)
    assert len(documents) == len({event.subject for event in events})
    assert folded_feeds(await world.told(FEED_UPDATES)) == stored_feeds(documents)
    words = last_words(await world.told(ARTICLES_PUBLISHED))
    for article_id, document in documents.items():
        expected = last_words([e for topic, e in emissions_for(document, URL) if topic is ARTICLES_PUBLISHED])
        assert words[article_id] == expected[article_id]


def told_of(event: Event) -> ArticlePublishedV2:
    """The public state after one event."""
    document = fold(None, [event], factories.MOMENT).document
    [state] = [told for _, told in emissions_for(document, URL) if isinstance(told, ArticlePublishedV2)]
    return state


async def waits_for_mongodb(chassis: Chassis) -> None:
    """Until readiness says that a dependency is away."""
    await eventually(
        lambda: "StoreUnavailable" in str(chassis.health.not_ready()), what="readiness naming the store"
    )


async def test_store_feeds_and_compacted_topic_agree(world: PublishWorld) -> None:
    events = lives(range(60))
    await world.send(events)
    async with world.service():
        await world.settled()
    await assert_all_agree(world, events)
    assert await world.dead_letters() == []


async def test_a_killed_article_stays_killed_when_everything_is_replayed(world: PublishWorld) -> None:
    events = lives(range(20))
    await world.send(events)
    async with world.service():
        await world.settled()
    before = await world.documents(events)
    async with world.service(generation="-again"):
        await world.settled(generation="-again")
    assert await world.documents(events) == before
    await assert_all_agree(world, events)
    killed = [document for document in before.values() if document.killed]
    assert len(killed) == 4
    words = last_words(await world.told(ARTICLES_PUBLISHED))
    assert all(isinstance(words[document.article_id], ArticleKilledV1) for document in killed)


async def test_a_conflict_goes_to_the_dead_letters_and_the_first_content_stays(world: PublishWorld) -> None:
    first, second = revision(1), revision(1, headline="Something else")
    await world.send([first, second, revision(1, story="next")])
    async with world.service():
        await world.settled()
        [letter] = await world.dead_letters(1)
    assert letter.key == first.article_id.encode()
    assert b"conflict" in [value for _, value in letter.headers]
    [document] = (await world.documents([first])).values()
    assert document.publication is not None
    assert document.publication.submission_event_id == first.submission_event_id


async def test_the_proofreader_corrects_what_a_replaced_publisher_tells_too_late(world: PublishWorld) -> None:
    await world.send([revision(1), kill()])
    async with world.service():
        await world.settled()
    late = told_of(revision(1))
    await world.append(ARTICLES_PUBLISHED, [late])
    async with world.service("proofreader") as chassis:
        await world.settled()
        assert chassis.registry.get_sample_value("newsloom_publish_healed_total") == 1
    words = last_words(await world.told(ARTICLES_PUBLISHED))
    assert isinstance(words[late.article_id], ArticleKilledV1)


async def test_without_the_proofreader_the_late_state_would_stay(world: PublishWorld) -> None:
    """That the test above can fail."""
    await world.send([revision(1), kill()])
    async with world.service("publisher"):
        await world.settled(proofread=False)
    late = told_of(revision(1))
    await world.append(ARTICLES_PUBLISHED, [late])
    assert isinstance(last_words(await world.told(ARTICLES_PUBLISHED))[late.article_id], ArticlePublishedV2)


async def test_a_document_of_a_newer_newsloom_is_waited_for_and_costs_no_event(world: PublishWorld) -> None:
    """A rolling upgrade, or its rollback: the older service must not bury what it cannot read yet."""
    await world.send([revision(1)])
    async with world.service():
        await world.settled()
    with MongoClient[dict[str, Any]](world.mongo) as client:
        articles = client[world.name].articles
        articles.update_one({"_id": revision(1).article_id}, {"$set": {"schema_version": 99}})
        await world.send([revision(2), revision(1, story="other")])
        async with world.service() as chassis:
            await eventually(
                lambda: "NewerDocument" in str(chassis.health.not_ready()), what="readiness naming it"
            )
            articles.update_one({"_id": revision(1).article_id}, {"$set": {"schema_version": 2}})
            await world.settled()
    assert await world.dead_letters() == []
    await assert_all_agree(world, [revision(2), revision(1, story="other")])


async def test_two_members_share_the_work_and_agree(world: PublishWorld) -> None:
    events = lives(range(60))
    async with world.service(), world.service():
        await world.send(events)
        await world.settled()
    await assert_all_agree(world, events)


@pytest.fixture(scope="module")
def fragile_mongod() -> Iterator[LocalStack]:
    """A mongod of our own, to be killed."""
    with own_stack("mongo") as stack:
        yield stack


async def test_mongod_killed_and_away_for_a_while_costs_no_document(
    stack: Stack, fragile_mongod: LocalStack
) -> None:
    events = lives(range(40))
    async with publish_world(stack.kafka, fragile_mongod.addresses().need("mongo")) as world:
        async with world.service() as chassis:
            await world.send(events[:40])
            fragile_mongod.kill("mongo", start_again=False)
            await world.send(events[40:])
            await waits_for_mongodb(chassis)
            fragile_mongod.restart("mongo")
            await world.settled()
        await assert_all_agree(world, events)
        assert await world.dead_letters() == []
