"""A role of its own for each service, tried on a mongod with --auth: what is not granted is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from newsloom_store import MongoStore, StoreUnavailable
from newsloom_store.access import ROLES
from newsloom_store.connection import COLLECTION
from newsloom_store.request_guards import ANSWERS
from newsloom_store.submissions import SUBMISSIONS
from newsloom_store.translations import SENTENCES
from newsloom_store.users import make_users, read_passwords
from tests.secured.newsroom import Newsroom

UNAUTHORIZED = 13
Database = Any
Attempt = Callable[[Database, str], object]

ATTEMPTS: dict[str, Attempt] = {
    "find": lambda db, name: db[name].find_one({"_id": "nobody"}),
    "insert": lambda db, name: db[name].insert_one({"_id": "smuggled"}),
    "update": lambda db, name: db[name].update_one({"_id": "nobody"}, {"$set": {"a": 1}}),
    "remove": lambda db, name: db[name].delete_one({"_id": "nobody"}),
    "createIndex": lambda db, name: db[name].create_index("smuggled"),
    "drop": lambda db, name: db[name].drop(),
}


def client_of(newsroom: Newsroom, user: str | None) -> MongoClient[dict[str, Any]]:
    known: dict[str, Any] = (
        {} if user is None else {"username": user, "password": newsroom.password("mongo", user)}
    )
    return MongoClient(newsroom.mongo, serverSelectionTimeoutMS=5_000, **known)


def denied(user: str) -> list[tuple[str, str]]:
    granted = {(each.collection, action) for each in ROLES[user] for action in each.actions}
    every = ((name, action) for name in (COLLECTION, SUBMISSIONS, ANSWERS, SENTENCES) for action in ATTEMPTS)
    return [pair for pair in every if pair not in granted]


@pytest.mark.parametrize("user", ROLES)
def test_no_service_does_what_its_role_does_not_have(newsroom: Newsroom, user: str) -> None:
    attempts = denied(user)
    assert (COLLECTION, "drop") in attempts
    with client_of(newsroom, user) as client:
        for collection, action in attempts:
            with pytest.raises(OperationFailure) as caught:
                ATTEMPTS[action](client.newsloom, collection)
            assert caught.value.code == UNAUTHORIZED, (user, collection, action)


@pytest.mark.parametrize("user", ["feeds", "ingest", "enrich"])
def test_only_publish_writes_articles(user: str) -> None:
    assert {(COLLECTION, action) for action in ("insert", "update", "remove", "createIndex")} <= set(
        denied(user)
    )


@pytest.mark.parametrize("user", [None, "publish"])
def test_nobody_looks_into_other_databases_or_makes_users(newsroom: Newsroom, user: str | None) -> None:
    with client_of(newsroom, user) as client:
        with pytest.raises(OperationFailure):
            client.other.things.find_one()
        with pytest.raises(OperationFailure):
            client.admin.command("createUser", "intruder", pwd="x" * 20, roles=["root"])
        with pytest.raises(OperationFailure):
            client.drop_database("newsloom")


async def test_who_has_no_right_is_told_what_to_correct(newsroom: Newsroom) -> None:
    name, password = "feeds", newsroom.password("mongo", "feeds")
    url = newsroom.mongo.replace("://", f"://{name}:{password}@")
    async with MongoStore.connected(url) as store:
        await store.check_indexes()
        with pytest.raises(StoreUnavailable, match="give the user its role"):
            await store.drop_database()
    async with MongoStore.connected(newsroom.mongo.replace("://", "://feeds:not-the-password@")) as store:
        with pytest.raises(StoreUnavailable, match="correct MONGO_USERNAME") as caught:
            await store.check_indexes()
    assert "not-the-password" not in str(caught.value)


def test_the_job_may_be_repeated_and_changes_nothing(newsroom: Newsroom) -> None:
    passwords = read_passwords(newsroom.password_file("mongo", "admin").parent)
    assert make_users(newsroom.mongo, passwords, database="newsloom", seconds=30) == list(ROLES)
