"""Idempotency-Key: the same request hears the same answer from any process, another one hears a refusal."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any

import httpx2
import pytest

from newsloom_runtime.topics import create_topics
from newsloom_store import StoreUnavailable
from newsloom_store.request_guards import Begun
from newsloom_store.request_guards_memory import MemoryAnswers
from tests.conftest import Stack
from tests.eventually import eventually
from tests.integration.ingest.front_door import (
    KEY,
    KILLLESS_KEY,
    FrontDoor,
    bearer,
    open_door,
    submission,
)
from tests.integration.ingest.processes import ingest_process
from tests.integration.store.databases import fresh_database


class AwayAnswers(MemoryAnswers):
    """A store that does not answer."""

    async def begin(self, key: str, fingerprint: str, *, now: datetime) -> Begun:
        raise StoreUnavailable("away")


@pytest.fixture
async def door() -> AsyncIterator[FrontDoor]:
    async with open_door(answers=MemoryAnswers()) as opened:
        yield opened


def keyed(key: str, credential: str = KEY) -> dict[str, str]:
    return bearer(credential, **{"Idempotency-Key": key})


async def post(door: FrontDoor, headers: dict[str, str], **fields: Any) -> httpx2.Response:
    return await door.client.post("/v1/articles?source=harbour", json=submission(**fields), headers=headers)


async def test_a_repeat_hears_the_same_answer_and_nothing_is_done(door: FrontDoor) -> None:
    first, again = [await post(door, keyed('"k-1"')) for _ in range(2)]
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.content == again.content
    assert first.headers["location"] == again.headers["location"]
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    assert len(door.publisher.events) == 1


async def test_the_key_in_quotes_is_the_key_without(door: FrontDoor) -> None:
    await post(door, keyed('"k-1"'))
    assert "idempotency-replayed" in (await post(door, keyed("k-1"))).headers


async def test_another_request_under_the_key_is_refused(door: FrontDoor) -> None:
    await post(door, keyed("k-1"))
    others = [
        await post(door, keyed("k-1"), headline="Another"),
        await door.client.post("/v1/articles", json=submission(), headers=keyed("k-1")),
        await door.client.post("/v1/articles/kill?external_id=bridge-1", headers=keyed("k-1")),
    ]
    assert {each.status_code for each in others} == {422}
    assert {each.json()["type"] for each in others} == {"urn:newsloom:problem:idempotency-reused"}
    assert len(door.publisher.events) == 1


async def test_a_key_belongs_to_its_credential(door: FrontDoor) -> None:
    await post(door, keyed("k-1"))
    assert (await post(door, keyed("k-1", KILLLESS_KEY), headline="Another")).status_code == 202


async def test_a_refusal_of_the_content_is_repeated_too(door: FrontDoor) -> None:
    first, again = [await post(door, keyed("k-1"), headline=None) for _ in range(2)]
    assert (first.status_code, first.content) == (422, again.content)
    assert (await post(door, keyed("k-1"))).json()["type"] == "urn:newsloom:problem:idempotency-reused"


async def test_what_failed_for_a_moment_is_tried_again(door: FrontDoor) -> None:
    door.publisher.away = True
    away = await post(door, keyed("k-1"))
    door.publisher.away = False
    back = await post(door, keyed("k-1"))
    assert (away.status_code, back.status_code) == (503, 202)
    assert "idempotency-replayed" not in back.headers


async def test_while_the_first_is_at_work_others_wait_and_then_hear_409(door: FrontDoor) -> None:
    door.publisher.gate = asyncio.Event()
    first = asyncio.create_task(post(door, keyed("k-1")))
    await eventually(lambda: door.publisher.waiting == 1, within=10)
    second = await post(door, keyed("k-1"))
    third = asyncio.create_task(post(door, keyed("k-1")))
    door.publisher.gate.set()
    assert (second.status_code, second.headers["retry-after"]) == (409, "1")
    assert (await first).content == (await third).content
    assert len(door.publisher.events) == 1


@pytest.mark.parametrize("key", ["", '""', "a" * 256, "a\tb", '"a', 'a"b'])
async def test_a_key_that_cannot_be_one_is_refused(door: FrontDoor, key: str) -> None:
    answer = await post(door, keyed(key))
    assert answer.json()["type"] == "urn:newsloom:problem:idempotency-key"


async def test_a_stream_takes_no_key(door: FrontDoor) -> None:
    headers = keyed("k-1") | {"Content-Type": "application/x-ndjson"}
    answer = await door.client.post("/v1/articles/batch", json=submission(), headers=headers)
    assert answer.json()["type"] == "urn:newsloom:problem:idempotency-key"


async def test_without_a_store_only_requests_with_the_header_suffer() -> None:
    async with open_door(answers=AwayAnswers()) as door:
        with_key, without = await post(door, keyed("k-1")), await post(door, bearer())
    assert (with_key.status_code, without.status_code) == (503, 202)
    assert with_key.json()["type"] == "urn:newsloom:problem:guard-unavailable"


@pytest.fixture
def database(stack: Stack) -> Iterator[str]:
    with fresh_database(stack.mongo) as name:
        yield name


async def test_two_processes_give_one_answer(stack: Stack, database: str) -> None:
    await create_topics(stack.kafka)
    async with (
        ingest_process(stack, database, "front-door") as one,
        ingest_process(stack, database, "front-door") as other,
    ):
        answers = await asyncio.gather(
            *(
                client.post("/v1/articles", json=submission(), headers=keyed("k-1"))
                for _ in range(10)
                for client in (one, other)
            )
        )
        reused = await other.post("/v1/articles", json=submission(revision=2), headers=keyed("k-1"))
    made = [
        each for each in answers if each.status_code == 202 and "idempotency-replayed" not in each.headers
    ]
    assert len(made) == 1
    assert {each.status_code for each in answers} <= {202, 409}
    assert {each.content for each in answers if each.status_code == 202} == {made[0].content}
    assert reused.status_code == 422
