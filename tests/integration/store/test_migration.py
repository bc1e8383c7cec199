"""Old documents on a real mongod: read at once, rewritten in the background, by many, while others write."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from pymongo import MongoClient
from pymongo.collection import Collection

from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.identity import article_id
from newsloom_store import Change, MongoStore, UnreadableDocument
from newsloom_store.connection import Driver
from publish.metrics import PublishMetrics
from publish.migration import Migration
from tests import factories
from tests.conftest import Stack
from tests.integration.store.databases import fresh_database
from tests.unit.store.test_migrations import NEWEST, frozen

NAMES = (
    "public",
    "corrected",
    "stub",
    "killed",
    "embargoed",
    "embargo-over",
    "embargoed-after-it-was-public",
)
OF_BOTH = ("public", "corrected", "stub", "killed")
LATER = factories.MOMENT + timedelta(days=2)


@pytest.fixture
def articles(stack: Stack) -> Iterator[Collection[dict[str, Any]]]:
    with fresh_database(stack.mongo) as database, MongoClient[dict[str, Any]](stack.mongo) as client:
        yield client[database].articles


@pytest.fixture(params=["pymongo", "motor"])
async def store(
    request: pytest.FixtureRequest, stack: Stack, articles: Collection[dict[str, Any]]
) -> AsyncIterator[MongoStore]:
    driver: Driver = request.param
    async with MongoStore.connected(stack.mongo, database=articles.database.name, driver=driver) as connected:
        await connected.ensure_indexes()
        yield connected


def old(number: int) -> dict[str, Any]:
    """A document of another article each, of version 1 or, where there is one of its kind, of version 2."""
    name = f"old-{number}"
    kind = NAMES[number % len(NAMES)]
    version = 2 if kind in OF_BOTH and number % 2 else 1
    return {**frozen(version, kind), "_id": article_id("meridian", name), "external_id": name}


def fill(articles: Collection[dict[str, Any]], count: int) -> list[str]:
    raws = [old(number) for number in range(count)]
    articles.insert_many(raws)
    return [raw["_id"] for raw in raws]


def outdated(articles: Collection[dict[str, Any]]) -> int:
    return articles.count_documents({"schema_version": {"$lt": NEWEST}})


async def migrate(store: MongoStore) -> int:
    return await Migration(store, PublishMetrics(CollectorRegistry())).migrate_all()


async def test_an_old_document_is_read_as_a_new_one_and_rewritten_as_what_was_read(
    store: MongoStore, articles: Collection[dict[str, Any]]
) -> None:
    ids = fill(articles, 14)
    before = await store.load(ids)
    assert len(before) == 14
    assert await migrate(store) == 14
    assert outdated(articles) == 0
    assert await store.load(ids) == before


async def test_every_older_version_is_brought_up_with_its_authors(
    store: MongoStore, articles: Collection[dict[str, Any]]
) -> None:
    articles.insert_many(
        {**frozen(version, "public"), "_id": article_id("meridian", f"of-version-{version}")}
        for version in range(1, NEWEST)
    )
    assert await migrate(store) == NEWEST - 1
    for raw in articles.find():
        assert raw["schema_version"] == NEWEST
        assert raw["publication"]["content"]["authors"] == [{"name": "Ann Lee"}]


async def test_what_is_due_is_found_when_it_is_rewritten(
    store: MongoStore, articles: Collection[dict[str, Any]]
) -> None:
    fill(articles, len(NAMES))
    assert await store.due(LATER, limit=10) == []
    await migrate(store)
    assert len(await store.due(LATER, limit=10)) == 2
    assert len(await store.untold(LATER, limit=10)) == 1


async def test_a_swap_decided_from_an_old_document_is_not_hindered_by_its_migration(
    store: MongoStore, articles: Collection[dict[str, Any]]
) -> None:
    [key] = fill(articles, 1)
    seen = (await store.load([key]))[key]
    await migrate(store)
    newer = seen.model_copy(update={"document_version": seen.document_version + 1, "feeds": ()})
    assert await store.write([Change(expected_version=seen.document_version, document=newer)]) == frozenset()
    assert await store.get(key) == newer


async def test_a_migration_takes_nothing_back_that_others_wrote_meanwhile(
    store: MongoStore, articles: Collection[dict[str, Any]]
) -> None:
    """Writers and several migrations at once: every write counts, and all documents end up new."""
    ids = fill(articles, 300)

    async def raise_versions(keys: list[str]) -> dict[str, StoredArticleV3]:
        written = {}
        for key in keys:
            held = (await store.load([key]))[key]
            changed = held.model_copy(update={"document_version": held.document_version + 7})
            lost = await store.write([Change(expected_version=held.document_version, document=changed)])
            assert lost == frozenset()
            written[key] = changed
        return written

    done = await asyncio.gather(
        raise_versions(ids[::3]), raise_versions(ids[1::3]), migrate(store), migrate(store), migrate(store)
    )
    assert outdated(articles) == 0
    written: dict[str, StoredArticleV3] = {**done[0], **done[1]}
    assert await store.load(list(written)) == written
    rewritten = sum(each for each in done if isinstance(each, int))
    assert 100 <= rewritten <= 300, "each document once, and none that a writer had brought up first"


async def test_a_broken_off_migration_goes_on_where_it_was(
    store: MongoStore, articles: Collection[dict[str, Any]]
) -> None:
    fill(articles, 30)
    page = await store.migrate(limit=10)
    assert (page.rewritten, outdated(articles)) == (10, 20)
    assert await migrate(store) == 20


async def test_what_cannot_be_read_stays_as_it_is_and_stops_nothing(
    store: MongoStore, articles: Collection[dict[str, Any]]
) -> None:
    ids = fill(articles, 10)
    articles.update_one({"_id": ids[3]}, {"$set": {"feeds": "edited by hand"}})
    assert await migrate(store) == 9
    with pytest.raises(UnreadableDocument, match=ids[3]):
        await store.get(ids[3])
    left = articles.find_one({"_id": ids[3]}, {"schema_version": 1})
    assert left == {"_id": ids[3], "schema_version": old(3)["schema_version"]}


async def test_feeds_and_links_show_old_documents_too(
    store: MongoStore, articles: Collection[dict[str, Any]]
) -> None:
    ids = fill(articles, len(NAMES))
    page = await store.feed_page("all", limit=10)
    assert {each.external_id for each in page} == {"old-0", "old-1", "old-5"}
    assert len(await store.summaries(ids)) == 3
