"""What the store does when MongoDB does not: every failure has our name, and none costs a document."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pymongo import MongoClient

from newsloom.stack import LocalStack
from newsloom_schemas.document import StoredArticleV3
from newsloom_store import (
    Change,
    DocumentRefused,
    IndexesMissing,
    MongoStore,
    StoreMisconfigured,
    StoreUnavailable,
    UnreadableDocument,
)
from newsloom_store.connection import Driver, open_collection
from newsloom_store.read import PUBLISHED_AT, page_query
from publish.publish import fold
from tests import factories
from tests.eventually import eventually
from tests.integration.store.databases import fresh_database
from tests.local_stack import own_stack
from tests.unit.publish.builders import revision

NOWHERE = "mongodb://127.0.0.1:1/?replicaSet=rs0"
PATIENCE_S = 6.0


@pytest.fixture(scope="module")
def mongod() -> Iterator[LocalStack]:
    """A mongod of our own, which may be broken and killed."""
    with own_stack("mongo") as stack:
        yield stack


@pytest.fixture(scope="module")
def url(mongod: LocalStack) -> str:
    return mongod.addresses().need("mongo")


@pytest.fixture(params=["pymongo", "motor"])
def driver(request: pytest.FixtureRequest) -> Driver:
    chosen: Driver = request.param
    return chosen


@pytest.fixture
def database(url: str) -> Iterator[str]:
    with fresh_database(url) as name:
        yield name


@pytest.fixture
async def store(url: str, database: str, driver: Driver) -> AsyncIterator[MongoStore]:
    soon_again = f"{url}&heartbeatFrequencyMS=500"  # after an injected fault, see the server again soon
    async with MongoStore.connected(soon_again, database=database, driver=driver) as connected:
        await connected.ensure_indexes()
        yield connected


@contextmanager
def failing(url: str, *commands: str, **how: Any) -> Iterator[None]:
    """While inside, these commands fail as told, every time."""
    with MongoClient[dict[str, Any]](url) as client:
        fault = {"failCommands": list(commands), **how}
        client.admin.command({"configureFailPoint": "failCommand", "mode": "alwaysOn", "data": fault})
        try:
            yield
        finally:
            client.admin.command({"configureFailPoint": "failCommand", "mode": "off"})


def document(story: str = "story-1", **content: Any) -> StoredArticleV3:
    final = fold(None, [revision(1, story=story, **content)], factories.MOMENT).final
    assert final is not None
    return final


def new(of: StoredArticleV3) -> Change:
    return Change(expected_version=None, document=of)


def newer(of: StoredArticleV3) -> Change:
    raised = of.model_copy(update={"document_version": of.document_version + 1})
    return Change(expected_version=of.document_version, document=raised)


CALLS: dict[str, Callable[[MongoStore], Awaitable[object]]] = {
    "load": lambda store: store.load(["a"]),
    "write": lambda store: store.write([new(document())]),
    "heads": lambda store: store.heads(["a"]),
    "versions": lambda store: store.versions(["a"]),
    "get": lambda store: store.get("a"),
    "summaries": lambda store: store.summaries(["a"]),
    "feed_page": lambda store: store.feed_page("all", limit=1),
    "feed_ids": lambda store: store.feed_ids(),
    "ensure_indexes": lambda store: store.ensure_indexes(),
    "check_indexes": lambda store: store.check_indexes(),
    "ping": lambda store: store.ping(),
}


async def test_durability_is_not_a_setting(driver: Driver) -> None:
    weak = "mongodb://127.0.0.1:1/?w=0&journal=false&readConcernLevel=local&readPreference=secondary"
    async with open_collection(weak, database="any", driver=driver) as articles:
        assert articles.write_concern.document == {"w": "majority", "j": True, "wtimeout": 8000}
        assert articles.read_concern.document == {"level": "majority"}
        assert articles.read_preference.mongos_mode == "primary"


@pytest.mark.parametrize("call", ["load", "write", "ping"])
async def test_without_mongodb_a_call_ends_within_its_deadline(call: str, driver: Driver) -> None:
    async with MongoStore.connected(NOWHERE, driver=driver) as store:
        started = time.monotonic()
        with pytest.raises(StoreUnavailable, match="check that it is running"):
            await CALLS[call](store)
        assert time.monotonic() - started < PATIENCE_S


@pytest.mark.parametrize("call", sorted(CALLS))
async def test_every_call_answers_a_lost_connection_with_unavailable(
    call: str, store: MongoStore, url: str
) -> None:
    commands = ("find", "insert", "aggregate", "createIndexes", "listIndexes", "ping")
    with failing(url, *commands, closeConnection=True), pytest.raises(StoreUnavailable):
        await CALLS[call](store)


@pytest.mark.parametrize("code", [10107, 189, 91, 11602, 11600, 6, 50, 13, 18, 262])
async def test_whatever_speaks_of_the_server_s_state_is_worth_waiting_for(
    code: int, store: MongoStore, url: str
) -> None:
    held = document("held")
    await store.write([new(held)])
    for command, call in (
        ("find", store.load([held.article_id])),
        ("insert", store.write([new(document())])),
        ("update", store.write([newer(held)])),
    ):
        with failing(url, command, errorCode=code), pytest.raises(StoreUnavailable):
            await call
    assert await store.get(held.article_id) == held


async def test_a_write_that_no_majority_has_confirmed_is_not_reported_as_done(
    store: MongoStore, url: str
) -> None:
    missed = {"code": 64, "errmsg": "waiting for replication timed out"}
    with failing(url, "insert", writeConcernError=missed), pytest.raises(StoreUnavailable):
        await store.write([new(document())])
    assert await store.write([new(document())]) == {document().article_id}, "the repeat finds it stored"


def test_no_write_is_ever_slow_enough_for_the_log_of_mongodb(url: str) -> None:
    """Left alone, mongod writes each slow command into its log, with the article that it stores in it."""
    with MongoClient[dict[str, Any]](url) as client:
        profiling = client["any"].command("profile", -1)
    assert profiling["was"] == 0
    assert profiling["slowms"] > 1_000_000


async def test_a_document_over_the_limit_is_refused_for_good(store: MongoStore) -> None:
    too_large = document(body_html="x" * (17 * 1024 * 1024))
    with pytest.raises(DocumentRefused, match="shorten"):
        await store.write([new(too_large)])


async def test_a_document_of_a_newer_newsloom_is_named_and_not_guessed_at(
    store: MongoStore, url: str, database: str
) -> None:
    with MongoClient[dict[str, Any]](url) as client:
        client[database].articles.insert_one({"_id": "a-1", "schema_version": 99, "document_version": 1})
    with pytest.raises(UnreadableDocument, match=r"a-1.*newer newsloom"):
        await store.load(["a-1"])


async def test_missing_indexes_are_noticed_with_the_fix(url: str, database: str, driver: Driver) -> None:
    async with MongoStore.connected(url, database=database, driver=driver) as store:
        with pytest.raises(IndexesMissing, match=r"feed_page.*start publish"):
            await store.check_indexes()


async def test_another_index_in_the_way_is_named(url: str, database: str, driver: Driver) -> None:
    with MongoClient[dict[str, Any]](url) as client:
        client[database].articles.create_index([("source", -1)], name="feed_page")
    async with MongoStore.connected(url, database=database, driver=driver) as store:
        with pytest.raises(StoreMisconfigured, match="drop it"):
            await store.ensure_indexes()


@pytest.mark.parametrize("within", [(), ("language/en", "source/meridian")])
async def test_a_feed_page_is_read_from_its_index_in_order(
    store: MongoStore, url: str, database: str, within: tuple[str, ...]
) -> None:
    await store.write([new(document(f"s{n}")) for n in range(50)])
    with MongoClient[dict[str, Any]](url) as client:
        query = page_query("all", (factories.MOMENT, "m"), within)
        plan = client[database].articles.find(query).sort([(PUBLISHED_AT, -1), ("_id", 1)]).explain()
    shown = str(plan["queryPlanner"]["winningPlan"])
    assert "'feed_page'" in shown
    assert "'SORT'" not in shown
    assert "'COLLSCAN'" not in shown


async def test_a_page_with_an_unreadable_document_is_filled_from_what_follows(
    store: MongoStore, url: str, database: str
) -> None:
    documents = [document(f"s{n}") for n in range(6)]
    await store.write([new(each) for each in documents])
    first, *rest = sorted(documents, key=lambda each: each.article_id)
    with MongoClient[dict[str, Any]](url) as client:
        broken = {"$set": {"publication.revision": "edited by hand"}}
        client[database].articles.update_one({"_id": first.article_id}, broken)
    page = await store.feed_page("all", limit=4)
    assert [each.article_id for each in page] == [each.article_id for each in rest[:4]]


@pytest.mark.parametrize("wrong", ["http://news.example", "mongodb://127.0.0.1:99999", "mongodb://a:b@"])
async def test_a_url_that_cannot_work_is_refused_at_once(wrong: str, driver: Driver) -> None:
    with pytest.raises(StoreMisconfigured, match="MONGO_URL"):
        async with MongoStore.connected(wrong, driver=driver):
            pass


async def test_what_was_written_survives_kill_minus_9(store: MongoStore, mongod: LocalStack) -> None:
    documents = [document(f"s{n}") for n in range(200)]
    assert await store.write([new(each) for each in documents]) == frozenset()
    mongod.kill("mongo")

    async def loaded() -> dict[str, StoredArticleV3]:
        try:
            return await store.load([each.article_id for each in documents])
        except StoreUnavailable:
            return {}

    found = await eventually(loaded, what="the store answering again")
    assert found == {each.article_id: each for each in documents}
