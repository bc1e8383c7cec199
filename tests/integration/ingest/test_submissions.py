"""What became of a submission, on a real log and a real store: found by its id, never a wrong 404."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from pymongo import MongoClient

from newsloom_runtime.topics import create_topics
from newsloom_store.submissions import POSITIONS, SUBMISSIONS
from tests.conftest import Stack
from tests.eventually import eventually
from tests.integration.ingest.front_door import KEY, KILLLESS_KEY, bearer, submission
from tests.integration.ingest.processes import ingest_process
from tests.integration.store.databases import fresh_database

NOWHERE = "mongodb://127.0.0.1:9/"


@asynccontextmanager
async def ingest_on(
    stack: Stack, *, mongo: str | None = None, database: str | None = None
) -> AsyncIterator[httpx2.AsyncClient]:
    """Ingest with a database of its own, or this one."""
    await create_topics(stack.kafka)
    with fresh_database(stack.mongo) if database is None else nullcontext(database) as name:
        async with ingest_process(stack, name, "front-door", "register", mongo=mongo) as client:
            yield client


async def is_known(client: httpx2.AsyncClient, event_id: str, key: str = KEY) -> bool:
    """Whether the register, which may have a long log to read first, knows an event."""
    return (await asked(client, event_id, **bearer(key))).status_code == 200


async def asked(client: httpx2.AsyncClient, event_id: str, **headers: str) -> httpx2.Response:
    return await client.get(f"/v1/submissions/{event_id}", headers=headers or bearer())


@pytest.mark.timeout(120)
async def test_the_id_of_a_202_is_never_unknown(stack: Stack) -> None:
    async with ingest_on(stack) as client:
        first = await client.post("/v1/articles", json=submission(external_id=uuid4().hex), headers=bearer())
        assert first.headers["location"] == f"/v1/submissions/{first.json()['event_id']}"
        await eventually(
            lambda: is_known(client, first.json()["event_id"]), what="the log has been read up", within=60
        )

        async def sent_and_asked(number: int) -> tuple[int, str]:
            article = submission(external_id=uuid4().hex, revision=number)
            receipt = (await client.post("/v1/articles", json=article, headers=bearer())).json()
            return (await asked(client, receipt["event_id"])).status_code, receipt["event_id"]

        answers = await asyncio.gather(*(sent_and_asked(n) for n in range(1, 60)))
        # A machine that is too busy may say "not yet"; never that there is no such submission.
        assert {status for status, _ in answers} <= {200, 503}
        event_id = answers[6][1]
        await eventually(lambda: is_known(client, event_id), what="the seventh is known")
        found = (await asked(client, event_id)).json()
        assert (found["state"], found["kind"], found["revision"]) == ("accepted", "article", 7)
        assert [hop["hop"] for hop in found["hops"]] == ["accepted", "logged"]
        await eventually(lambda: is_unknown(client, str(uuid4())), what="an id that nobody has is unknown")


async def is_unknown(client: httpx2.AsyncClient, event_id: str) -> bool:
    answer = await asked(client, event_id)
    assert answer.status_code in (404, 503)
    return answer.status_code == 404


async def test_another_source_s_submission_is_like_none(stack: Stack) -> None:
    async with ingest_on(stack) as client:
        of_river = await client.post(
            "/v1/articles?source=river",
            json=submission(external_id=uuid4().hex),
            headers=bearer(KILLLESS_KEY),
        )
        event_id = of_river.json()["event_id"]
        await eventually(
            lambda: is_known(client, event_id, KILLLESS_KEY), what="the log has been read up", within=60
        )
        theirs = await asked(client, event_id)  # with a key of harbour alone
        nobody_s = await asked(client, "not-an-id")
        assert (theirs.status_code, theirs.text) == (404, nobody_s.text)
        for headers in ({"X": "y"}, bearer("a-key-that-nobody-has")):
            assert (await asked(client, event_id, **headers)).status_code == 401


async def test_a_kill_and_an_edit_of_tags_can_be_asked_for(stack: Stack) -> None:
    async with ingest_on(stack) as client:
        name = uuid4().hex
        killed = await client.post(f"/v1/articles/kill?external_id={name}", headers=bearer())
        edited = await client.put(
            f"/v1/articles/tags?external_id={name}", json={"edit": 3, "removed": ["x"]}, headers=bearer()
        )
        await eventually(
            lambda: is_known(client, edited.json()["event_id"]), what="the log has been read up", within=60
        )
        about_kill = (await asked(client, killed.json()["event_id"])).json()
        about_edit = (await asked(client, edited.json()["event_id"])).json()
        assert (about_kill["kind"], about_kill["state"]) == ("kill", "accepted")
        assert (about_edit["kind"], about_edit["edit"]) == ("tags", 3)


@pytest.mark.timeout(120)
async def test_without_mongodb_articles_are_taken_in_and_only_the_answer_waits(stack: Stack) -> None:
    async with ingest_on(stack, mongo=NOWHERE) as client:
        taken = await client.post("/v1/articles", json=submission(external_id=uuid4().hex), headers=bearer())
        assert taken.status_code == 202
        status = await asked(client, taken.json()["event_id"])
        assert (status.status_code, status.headers["retry-after"]) == (503, "2")
        assert status.json()["type"] == "urn:newsloom:problem:register-unavailable"
        ready = await client.get("/readyz")
        assert ready.status_code == 200
        assert "MongoDB" in ready.text
        assert "newsloom_ingest_register_behind_records 0.0" in (await client.get("/metrics")).text


async def test_a_register_that_was_lost_is_read_up_again(stack: Stack) -> None:
    """And one that was not goes on where it was."""
    with fresh_database(stack.mongo) as first, fresh_database(stack.mongo) as second:
        async with ingest_on(stack, database=first) as client:
            answers = [
                await client.post("/v1/articles", json=submission(external_id=uuid4().hex), headers=bearer())
                for _ in range(3)
            ]
            ids = [answer.json()["event_id"] for answer in answers]
            await eventually(lambda: is_known(client, ids[-1]), what="the log has been read up", within=60)
        for database in (first, second):
            async with ingest_on(stack, database=database) as client:
                await eventually(
                    lambda: is_known(client, ids[-1]), what="the log has been read up", within=60
                )
                assert {(await asked(client, each)).status_code for each in ids} == {200}


@pytest.mark.timeout(120)
async def test_a_register_that_is_put_back_under_a_running_ingest_is_read_up_again(stack: Stack) -> None:
    """On a quiet log too, where nothing new tells the reader."""
    with (
        fresh_database(stack.mongo) as name,
        MongoClient[dict[str, Any]](stack.mongo, serverSelectionTimeoutMS=5000) as mongo,
    ):
        async with ingest_on(stack, database=name) as client:
            before = await taken(client)
            backup = [(kept, list(mongo[name][kept].find())) for kept in (POSITIONS, SUBMISSIONS)]
            after = await taken(client)
            for collection, documents in backup:
                mongo[name][collection].delete_many({})
                if documents:
                    mongo[name][collection].insert_many(documents)
            await eventually(lambda: is_known(client, after), what="what was lost has been read again")
            assert await is_known(client, before)


async def taken(client: httpx2.AsyncClient) -> str:
    """The id of an article that the register knows."""
    answer = await client.post("/v1/articles", json=submission(external_id=uuid4().hex), headers=bearer())
    event_id: str = answer.json()["event_id"]
    await eventually(lambda: is_known(client, event_id), what="the log has been read up", within=60)
    return event_id
