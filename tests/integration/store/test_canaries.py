"""Old canaries are forgotten, and never anything else."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.collection import Collection

from newsloom_schemas.base import Event
from newsloom_schemas.identity import article_id
from newsloom_store import Change, MongoStore
from newsloom_store.canaries import PAGE, forget_canaries, main
from publish.publish import fold
from tests import factories
from tests.conftest import Stack
from tests.integration.store.databases import fresh_database


@pytest.fixture
def articles(stack: Stack) -> Iterator[Collection[dict[str, Any]]]:
    with fresh_database(stack.mongo) as database, MongoClient[dict[str, Any]](stack.mongo) as client:
        yield client[database].articles


def stored(*events: Event) -> Change:
    return Change(expected_version=None, document=fold(None, events, factories.MOMENT).document)


def shown(external_id: str, source: str) -> Event:
    return factories.enriched(factories.submitted(external_id, source=source))


async def test_only_canaries_killed_before_then_are_forgotten(
    stack: Stack, articles: Collection[dict[str, Any]]
) -> None:
    """A tombstone of an article stays for ever; a canary that is alive is the prober's to kill."""
    async with MongoStore.connected(stack.mongo, database=articles.database.name) as store:
        await store.write(
            [
                stored(shown("a", "meridian"), factories.killed("a", source="meridian")),
                stored(shown("b", "canary")),
                *(stored(factories.killed(f"c-{n}", source="canary")) for n in range(PAGE + 1)),
            ]
        )
    assert forget_canaries(articles, before=factories.MOMENT) == 0
    assert forget_canaries(articles, before=factories.MOMENT + timedelta(seconds=1)) == PAGE + 1
    left = {each["_id"] for each in articles.find({}, {"_id": 1})}
    assert left == {article_id("meridian", "a"), article_id("canary", "b")}


def test_the_command_tells_how_many_or_what_to_check(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    with fresh_database(stack.mongo) as database:
        assert main([stack.mongo, "--database", database]) == 0
    assert capsys.readouterr().out == "0 canaries forgotten\n"
    assert main(["mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100"]) == 1
    assert "check the address" in capsys.readouterr().err
