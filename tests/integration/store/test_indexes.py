"""Without its indexes the store is not to be used; on a real mongod, through either driver."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.collection import Collection

from newsloom_store import IndexesMissing, MongoStore, StoreMisconfigured
from newsloom_store.connection import Driver
from newsloom_store.embargo import oldest_query
from newsloom_store.indexes import INDEXES
from newsloom_store.migrate import outdated_query
from newsloom_store.migrations import NEWEST, STEPS
from tests import factories
from tests.conftest import Stack
from tests.integration.store.databases import fresh_database

NAMES = [index.name for index in INDEXES]


@pytest.fixture
def articles(stack: Stack) -> Iterator[Collection[dict[str, Any]]]:
    """The collection as an administrator sees it."""
    with fresh_database(stack.mongo) as database, MongoClient[dict[str, Any]](stack.mongo) as client:
        yield client[database].articles


@pytest.fixture(params=["pymongo", "motor"])
def driver(request: pytest.FixtureRequest) -> Driver:
    chosen: Driver = request.param
    return chosen


async def made(stack: Stack, articles: Collection[dict[str, Any]], driver: Driver = "pymongo") -> None:
    async with MongoStore.connected(stack.mongo, database=articles.database.name, driver=driver) as store:
        await store.ensure_indexes()


async def checked(stack: Stack, articles: Collection[dict[str, Any]], driver: Driver = "pymongo") -> None:
    async with MongoStore.connected(stack.mongo, database=articles.database.name, driver=driver) as store:
        await store.check_indexes()


@pytest.mark.parametrize("name", NAMES)
async def test_each_missing_index_is_named_and_made_again(
    name: str, stack: Stack, articles: Collection[dict[str, Any]], driver: Driver
) -> None:
    await made(stack, articles, driver)
    await checked(stack, articles, driver)
    articles.drop_index(name)
    with pytest.raises(IndexesMissing, match=rf"{name}; start publish"):
        await checked(stack, articles, driver)
    await made(stack, articles, driver)
    await checked(stack, articles, driver)


@pytest.mark.parametrize(
    ("keys", "options"),
    [
        ([("feeds", 1)], {}),
        ([("feeds", 1), ("publication.published_at", -1), ("_id", 1)], {"sparse": True}),
        ([("feeds", 1), ("publication.published_at", -1), ("_id", 1)], {"hidden": True}),
        (
            [("feeds", 1), ("publication.published_at", -1), ("_id", 1)],
            {"partialFilterExpression": {"source": "meridian"}},
        ),
    ],
    ids=["keys", "sparse", "hidden", "partial"],
)
async def test_another_index_under_a_name_of_ours_is_refused_by_all(
    keys: list[tuple[str, int]],
    options: dict[str, Any],
    stack: Stack,
    articles: Collection[dict[str, Any]],
) -> None:
    articles.create_index(keys, name="feed_page", **options)
    for call in (made, checked):
        with pytest.raises(StoreMisconfigured, match=r"feed_page .*; drop it"):
            await call(stack, articles)


async def test_our_index_under_another_name_is_as_good(
    stack: Stack, articles: Collection[dict[str, Any]]
) -> None:
    articles.create_index([("source", 1), ("external_id", 1)], name="made_by_hand")
    await made(stack, articles)
    await checked(stack, articles)


@pytest.mark.parametrize("harm", [{"expireAfterSeconds": 3600}, {"unique": True}], ids=["expiring", "unique"])
async def test_an_index_that_can_cost_articles_is_refused(
    harm: dict[str, Any], stack: Stack, articles: Collection[dict[str, Any]]
) -> None:
    await made(stack, articles)
    articles.create_index([("publication.published_at", 1)], name="somebodys", **harm)
    for call in (made, checked):
        with pytest.raises(StoreMisconfigured, match=r"somebodys .*can cost articles"):
            await call(stack, articles)


async def test_an_index_of_somebody_elses_that_only_helps_him_is_let_be(
    stack: Stack, articles: Collection[dict[str, Any]]
) -> None:
    articles.create_index([("publication.content.section", 1)], name="somebodys")
    await made(stack, articles)
    await checked(stack, articles)


@pytest.mark.parametrize(
    ("query", "order", "index"),
    [
        (oldest_query("withheld_until", factories.MOMENT), "withheld_until", "withheld_until"),
        (oldest_query("untold_since", factories.MOMENT - timedelta(1)), "untold_since", "untold_since"),
        (outdated_query("0"), "_id", "schema_1"),
    ],
    ids=["due", "untold", "outdated"],
)
async def test_what_is_asked_again_and_again_is_read_from_its_own_small_index(
    query: dict[str, Any], order: str, index: str, stack: Stack, articles: Collection[dict[str, Any]]
) -> None:
    await made(stack, articles)
    articles.insert_many({"_id": str(n), "schema_version": NEWEST} for n in range(50))
    plan = str(articles.find(query).sort(order, 1).explain()["queryPlanner"]["winningPlan"])
    assert f"'{index}'" in plan
    assert "'SORT'" not in plan
    assert "'COLLSCAN'" not in plan


async def test_indexes_of_rare_things_hold_nothing_of_the_others(
    stack: Stack, articles: Collection[dict[str, Any]]
) -> None:
    await made(stack, articles)
    articles.insert_many({"_id": str(n), "schema_version": NEWEST} for n in range(50))
    checked_by_server = articles.database.validate_collection(articles.name)["keysPerIndex"]
    rare = ["withheld_until", "untold_since", *(f"schema_{version}" for version in STEPS)]
    assert {name: checked_by_server[name] for name in rare} == dict.fromkeys(rare, 0)
