"""What lies in publish's topics from before authors were structured: read, stored, told and compared."""

from collections.abc import AsyncIterator

import pytest

from newsloom_schemas.article import Author
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_PUBLISHED
from newsloom_schemas.events import ArticleKilledV1, ArticlePublishedV2
from publish.rebuild.report import EQUAL
from tests.conftest import Stack
from tests.factories import authors, of_version_1
from tests.integration.publish.test_rebuild import rebuild
from tests.integration.publish.test_service import assert_all_agree, lives, told_of
from tests.integration.publish.worlds import PublishWorld, last_words, publish_world
from tests.integration.store.databases import dropped_database
from tests.unit.publish.builders import kill, revision

ANNA = Author(name="Анна Ко", role="фотограф", uri="https://kursor.example/ko")
SIGNED = authors("Анна Ко", "Bo Li")


@pytest.fixture
async def world(stack: Stack) -> AsyncIterator[PublishWorld]:
    async with publish_world(stack.kafka, stack.mongo) as world:
        with dropped_database(stack.mongo, world.name):
            yield world


def old(events: list[Event]) -> list[Event]:
    return [of_version_1(event) if hasattr(event, "content") else event for event in events]


async def types_told(world: PublishWorld) -> set[bytes]:
    records = await world.records(ARTICLES_PUBLISHED)
    return {dict(record.headers)["ce_type"] for record in records}


async def test_enriched_articles_of_version_1_become_documents_with_structured_authors(
    world: PublishWorld,
) -> None:
    events = [revision(1, story="signed", authors=SIGNED), *lives(range(1, 20))]
    await world.send(old(events))
    async with world.service():
        await world.settled()
    assert await world.dead_letters() == []
    [document] = (await world.documents(events[:1])).values()
    assert document.publication is not None
    assert document.publication.content.authors == SIGNED
    await assert_all_agree(world, events)
    assert b"newsloom.article.published.v1" not in await types_told(world)


async def test_the_same_articles_in_both_versions_are_the_same_events(world: PublishWorld) -> None:
    events = lives(range(1, 10))
    await world.send([*old(events), *events, *old(events)])
    async with world.service():
        await world.settled()
    assert await world.dead_letters() == [], "no conflict: the ids are the same"
    await assert_all_agree(world, events)


async def test_what_was_told_in_version_1_is_proofread_like_everything_else(world: PublishWorld) -> None:
    await world.send([revision(1), kill()])
    async with world.service():
        await world.settled()
        await world.append(ARTICLES_PUBLISHED, [of_version_1(told_of(revision(1)))])
        await world.settled()
        assert await world.dead_letters() == []
    words = last_words(await world.told(ARTICLES_PUBLISHED))
    assert isinstance(words[kill().record_key], ArticleKilledV1)


async def test_who_tells_version_1_keeps_what_he_knows_of_the_authors(
    world: PublishWorld,
) -> None:
    full = revision(1, story="signed", authors=(ANNA, Author(name="Bo Li")))
    await world.send([full, *lives(range(2, 12))])
    async with world.service(article_events="v1"):
        await world.settled()
    assert b"newsloom.article.published.v2" not in await types_told(world)
    told = last_words(await world.told(ARTICLES_PUBLISHED))[full.record_key]
    assert isinstance(told, ArticlePublishedV2), "read as the newest"
    assert told.content.authors == SIGNED

    again = full.model_copy(update={"run": 1, "content": told.content})  # as the archive's lane sends it
    await world.send([again])
    async with world.service(article_events="v1"):
        await world.settled()
    [document] = (await world.documents([full])).values()
    assert document.publication is not None
    assert (document.publication.run, document.publication.content.authors[0]) == (1, ANNA)
    for source in (ARTICLES_ENRICHED.name, ARTICLES_PUBLISHED.name):
        report = await rebuild(world, source=source, article_events="v1")
        assert report.code == EQUAL, report.lines()
