"""`previous_revision` on the real log and store: of many corrections at once one is taken."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from newsloom_runtime.topics import create_topics
from tests.conftest import Stack
from tests.eventually import eventually
from tests.integration.ingest.front_door import bearer, open_door, submission
from tests.integration.ingest.processes import ingest_process
from tests.integration.store.databases import fresh_database

TOGETHER = 50


@pytest.fixture
def database(stack: Stack) -> Iterator[str]:
    with fresh_database(stack.mongo) as name:
        yield name


async def correct(client: httpx2.AsyncClient, article: str, **fields: Any) -> httpx2.Response:
    """Sent until the register has read the log, which on a busy machine takes its time."""
    document = submission(external_id=article, **fields)
    for _ in range(30):
        answer = await client.post("/v1/articles", json=document, headers=bearer())
        if answer.status_code != 503:
            return answer
        await asyncio.sleep(float(answer.headers["retry-after"]))
    return answer


@pytest.mark.timeout(180)
async def test_of_fifty_corrections_at_once_from_two_processes_one_is_taken(
    stack: Stack, database: str
) -> None:
    await create_topics(stack.kafka)
    article = uuid4().hex
    async with (
        ingest_process(stack, database, "front-door", "register") as one,
        ingest_process(stack, database, "front-door") as other,
    ):
        first = await correct(one, article, previous_revision=0)
        answers = await asyncio.gather(
            *(
                correct((one, other)[n % 2], article, revision=2, headline=f"Take {n}", previous_revision=1)
                for n in range(TOGETHER)
            )
        )
        repeats = [
            await correct(other, article, revision=2, headline=f"Take {n}", previous_revision=1)
            for n in (0, [answer.status_code for answer in answers].index(202))
        ]
        again = await correct(other, article, revision=3, previous_revision=2)

    assert first.status_code == 202
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * (TOGETHER - 1)
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert refused["type"] == "urn:newsloom:problem:revision-conflict"
    assert refused["current_revision"] in (1, 2)
    assert repeats[1].status_code == 202
    assert again.status_code == 202


async def test_what_stands_before_it_in_a_batch_is_known_to_a_guarded_line(
    stack: Stack, database: str
) -> None:
    await create_topics(stack.kafka)
    article = uuid4().hex
    lines = [
        submission(external_id=article, revision=1, previous_revision=0),
        submission(external_id=article, revision=2, previous_revision=1),
        submission(external_id=article, revision=3, previous_revision=1),
        submission(external_id=article, revision=4),
    ]
    body = "\n".join(map(json.dumps, lines))
    async with ingest_process(stack, database, "front-door", "register") as client:

        async def verdicts() -> list[int]:
            answer = await client.post(
                "/v1/articles/batch", content=body, headers=bearer(**{"Content-Type": "application/x-ndjson"})
            )
            return [json.loads(line).get("status") for line in answer.text.splitlines()[:-1]]

        await eventually(lambda: knows_the_log(client), within=60, what="a register that has read the log")
        assert await verdicts() == [202, 202, 409, 202]


async def knows_the_log(client: httpx2.AsyncClient) -> bool:
    answer = await correct(client, uuid4().hex, previous_revision=0)
    return answer.status_code == 202


async def test_a_copied_page_names_what_it_corrects_in_the_address() -> None:
    page = "City\nHarbour bridge reopens\nThe first cars crossed at dawn, three weeks ahead of plan.\n" * 2
    async with open_door() as door:
        answers = [
            await door.client.post(
                f"/v1/pages?external_id=a&revision=2&previous_revision={value}",
                content=page,
                headers=bearer(**{"Content-Type": "text/plain"}),
            )
            for value in ("1", "-1")
        ]
    # This door has nothing to ask, and so promises nothing.
    assert answers[0].json()["type"] == "urn:newsloom:problem:guard-unavailable"
    assert answers[1].json()["errors"][0]["parameter"] == "previous_revision"
    assert not door.publisher.events
