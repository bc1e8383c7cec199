"""Embargoes on a real Kafka and a real MongoDB: kept to the second, lifted once, whoever dies."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from newsloom_runtime.chassis import Chassis
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_PUBLISHED, FEED_UPDATES
from newsloom_schemas.events import ArticleKilledV1, ArticlePublishedV2, ArticleWithheldV1
from newsloom_store import Change
from publish.lift import UNTOLD_FOR, lift
from publish.publish import fold
from tests.conftest import Stack
from tests.eventually import eventually
from tests.integration.publish.worlds import (
    ALL,
    PublishWorld,
    folded_feeds,
    last_words,
    publish_world,
    stored_feeds,
)
from tests.integration.store.databases import dropped_database
from tests.unit.publish.builders import edit, kill, revision, translation

SECRET = "Xanthomera"
WITHIN_S = 5.0
AHEAD = timedelta(seconds=10)  # enough for a busy machine to publish and look at what the test sends


@pytest.fixture
async def world(stack: Stack) -> AsyncIterator[PublishWorld]:
    async with publish_world(stack.kafka, stack.mongo) as world:
        with dropped_database(stack.mongo, world.name):
            yield world


async def server_time(world: PublishWorld) -> datetime:
    async with world.store() as store:
        return await store.server_time()


def secret(story: str, until: datetime, number: int = 1) -> Event:
    """A revision whose every text would give it away."""
    return revision(
        number,
        story=story,
        embargo_until=until,
        headline=f"{SECRET} headline",
        lead=f"{SECRET} lead",
        body_html=f"<p>{SECRET} body</p>",
        keywords=(SECRET,),
        note=f"{SECRET} note",
    )


def value(chassis: Chassis, name: str, **labels: str) -> float:
    return chassis.registry.get_sample_value(f"newsloom_publish_{name}", labels) or 0.0


async def leaks(world: PublishWorld) -> list[str]:
    """Where the secret stands on a public topic, in a value, a key or a header."""
    found = []
    for topic in (ARTICLES_PUBLISHED, FEED_UPDATES):
        for record in await world.records(topic):
            parts = [record.key or b"", record.value or b"", *(each or b"" for _, each in record.headers)]
            if any(SECRET.encode() in part for part in parts):
                found.append(f"{topic.name} {record.partition}:{record.offset}")
    return found


async def last_word(world: PublishWorld, event: Event) -> Event | None:
    return last_words(await world.told(ARTICLES_PUBLISHED)).get(event.subject)


async def assert_agreed(world: PublishWorld, events: Sequence[Event]) -> None:
    """I4: what the log says of feeds and what the store says is the same."""
    documents = await world.documents(events)
    assert folded_feeds(await world.told(FEED_UPDATES)) == stored_feeds(documents)
    assert not any(document.withheld or document.untold_since for document in documents.values())


async def all_lifted(world: PublishWorld, events: Sequence[Event]) -> bool:
    documents = await world.documents(events)
    return not any(document.withheld or document.untold_since for document in documents.values())


async def test_two_processes_keep_embargoes_to_the_second_and_lift_each_once(world: PublishWorld) -> None:
    async with world.service(*ALL) as one, world.service(*ALL) as other:
        await eventually(lambda: not (one.health.not_ready() or other.health.not_ready()), what="readiness")
        until = await server_time(world) + AHEAD
        held = [secret(f"story-{n}", until) for n in range(40)]
        recalled = [secret(f"story-{n}", until, 2) for n in range(40, 50)]
        await world.send([*held, *(revision(1, story=f"story-{n}") for n in range(40, 50)), *recalled])
        await world.settled(proofread=False)
        words = {type(await last_word(world, each)) for each in (held[0], recalled[0])}
        leaked = await leaks(world)
        assert await server_time(world) < until, "the machine is too slow for this test to see anything"
        assert (words, leaked) == ({ArticleWithheldV1}, [])
        await eventually(lambda: all_lifted(world, [*held, *recalled]), what="every lift")
        assert await server_time(world) >= until
        await world.settled()
        lifted = [value(each, "embargoes_lifted_total") for each in (one, other)]
        in_time = [value(each, "embargo_lateness_seconds_bucket", le="5.0") for each in (one, other)]
    assert sum(lifted) == sum(in_time) == len(held) + len(recalled)
    await assert_agreed(world, [*held, *recalled])
    word = await last_word(world, held[0])
    assert isinstance(word, ArticlePublishedV2)
    assert word.published_at == word.content.embargo_until


async def test_kills_edits_translations_and_newer_revisions_work_meanwhile(world: PublishWorld) -> None:
    until = await server_time(world) + timedelta(days=1)
    killed, edited, replaced, prolonged = (secret(f"story-{n}", until) for n in range(4))
    await world.send(
        [
            *(killed, edited, replaced, prolonged),
            *(kill("story-0"), edit(1, story="story-1"), translation(1, story="story-1", text=SECRET)),
            *(revision(2, story="story-2"), secret("story-3", until + timedelta(days=1), 2)),
        ]
    )
    async with world.service(*ALL):
        await world.settled()
    documents = await world.documents([killed, edited, replaced, prolonged])
    assert documents[killed.subject].killed
    assert documents[edited.subject].editor_tags is not None
    assert not documents[replaced.subject].withheld
    assert documents[prolonged.subject].withheld_until == until + timedelta(days=1)
    words = [type(await last_word(world, each)) for each in (killed, edited, replaced, prolonged)]
    assert words == [ArticleKilledV1, ArticleWithheldV1, ArticlePublishedV2, ArticleWithheldV1]
    assert await leaks(world) == []


async def test_an_article_that_was_public_is_taken_back_from_feeds_and_topic(world: PublishWorld) -> None:
    until = await server_time(world) + timedelta(days=1)
    await world.send([revision(1), secret("story-1", until, 2)])
    async with world.service(*ALL):
        await world.settled()
    assert isinstance(await last_word(world, revision(1)), ArticleWithheldV1)
    assert not any(folded_feeds(await world.told(FEED_UPDATES)).values())


async def test_a_lift_that_nobody_told_is_told_by_the_next_process(world: PublishWorld) -> None:
    """What a process leaves that is killed between its write and its emission."""
    until = await server_time(world)
    event = secret("story-1", until)
    document = fold(None, [event], until - timedelta(seconds=1)).final
    assert document is not None
    lifted = lift(document, now=until)
    assert lifted is not None
    async with world.store() as store:
        await store.write([Change(expected_version=None, document=lifted.document)])
    async with world.service("embargo") as chassis:
        began = asyncio.get_running_loop().time()
        await eventually(lambda: all_lifted(world, [event]), what="the lift being told")
        took = asyncio.get_running_loop().time() - began
        assert value(chassis, "embargoes_retold_total") == 1
    assert took < UNTOLD_FOR.total_seconds() + WITHIN_S
    assert isinstance(await last_word(world, event), ArticlePublishedV2)


async def test_an_embargo_that_ended_while_nothing_ran_is_lifted_at_the_start(world: PublishWorld) -> None:
    until = await server_time(world) + timedelta(seconds=1)
    event = secret("story-1", until)
    await world.send([event])
    async with world.service("publisher"):
        await world.settled(proofread=False)
    await eventually(lambda: passed(world, until), what="the end of the embargo")
    async with world.service("embargo"):
        await eventually(lambda: all_lifted(world, [event]), within=WITHIN_S * 2, what="the lift")
    assert isinstance(await last_word(world, event), ArticlePublishedV2)


async def passed(world: PublishWorld, moment: datetime) -> bool:
    return await server_time(world) > moment


@pytest.fixture
def spoilt(world: PublishWorld) -> Iterator[Any]:
    """A collection in which another index has the name of one of ours."""
    with MongoClient[dict[str, Any]](world.mongo) as client:
        articles = client[world.name].articles
        articles.create_index([("source", -1)], name="feed_page")
        yield articles


async def test_with_a_wrong_index_nothing_is_consumed_until_it_is_mended(
    world: PublishWorld, spoilt: Any
) -> None:
    events: list[Event] = [revision(1, story=f"story-{n}") for n in range(5)]
    await world.send(events)
    async with world.service(*ALL) as chassis:
        reason = await eventually(
            lambda: "drop it" in chassis.health.not_ready().get("store", ""), what="readiness naming the fix"
        )
        assert reason
        await eventually(
            lambda: chassis.health.not_ready().get("consumer-publisher"), what="the consumer not taking part"
        )
        assert spoilt.count_documents({}) == 0
        assert await world.told(ARTICLES_PUBLISHED) == []
        spoilt.drop_index("feed_page")
        await world.settled()
        assert "store" not in chassis.health.not_ready()
    assert spoilt.count_documents({}) == len(events)


async def test_missing_indexes_are_made_before_the_first_record_is_taken(world: PublishWorld) -> None:
    await world.send([revision(1)])
    async with world.service(*ALL), world.store() as store:
        await world.settled()
        await store.check_indexes()
