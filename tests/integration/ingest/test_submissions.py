"""What became of a submission, on a real log and a real store: found by its id, never a wrong 404."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx2
import pytest
from pydantic import SecretStr

from ingest.app import build
from ingest.settings import Settings
from newsloom_runtime.topics import create_topics
from tests.conftest import Stack
from tests.eventually import eventually
from tests.integration.ingest.front_door import KEYS, KILLLESS_KEY, bearer, serving, submission
from tests.integration.store.databases import fresh_database

NOWHERE = "mongodb://127.0.0.1:9/"


@asynccontextmanager
async def ingest_on(stack: Stack, *, mongo: str | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    await create_topics(stack.kafka)
    with fresh_database(stack.mongo) as database:
        settings = Settings(
            kafka_bootstrap_servers=stack.kafka,
            keys=SecretStr(json.dumps(KEYS)),
            feeds_url="http://f.example/",
            mongo_url=mongo or stack.mongo,
            mongo_database=database,
            roles=("front-door", "register"),
        )
        async with (
            serving(build(settings), lifespan="on") as port,
            httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client,
        ):
            await eventually(lambda: is_ready(client), what="readiness")
            yield client


async def is_ready(client: httpx2.AsyncClient) -> bool:
    return (await client.get("/readyz")).status_code == 200


async def is_known(client: httpx2.AsyncClient, event_id: str) -> bool:
    """Whether the register, which may have a long log to read first, knows an event."""
    return (await asked(client, event_id)).status_code == 200


async def asked(client: httpx2.AsyncClient, event_id: str, **headers: str) -> httpx2.Response:
    return await client.get(f"/v1/submissions/{event_id}", headers=headers or bearer())


@pytest.mark.timeout(120)
async def test_the_id_of_a_202_is_never_unknown(stack: Stack) -> None:
    async with ingest_on(stack) as client:
        first = await client.post("/v1/articles", json=submission(external_id=uuid4().hex), headers=bearer())
        assert first.headers["location"] == f"/v1/submissions/{first.json()['event_id']}"
        await eventually(lambda: is_known(client, first.json()["event_id"]), what="the log has been read up")

        async def sent_and_asked(number: int) -> httpx2.Response:
            article = submission(external_id=uuid4().hex, revision=number)
            receipt = await client.post("/v1/articles", json=article, headers=bearer())
            return await asked(client, receipt.json()["event_id"])

        answers = await asyncio.gather(*(sent_and_asked(n) for n in range(1, 60)))
        assert {answer.status_code for answer in answers} == {200}, [a.text for a in answers][:2]
        found = answers[6].json()
        assert (found["state"], found["kind"], found["revision"]) == ("accepted", "article", 7)
        assert [hop["hop"] for hop in found["hops"]] == ["accepted", "logged"]
        unknown = await asked(client, str(uuid4()))
        assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:newsloom:problem:not-found")
