"""Ingest as it is served, on the real broker: a 202 means that the log has it; a broker away means 503."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from pydantic import SecretStr

from ingest.app import build
from ingest.settings import Settings
from newsloom_runtime.log_reader import LogReader
from newsloom_runtime.topics import create_topics
from newsloom_schemas.catalog import ARTICLES_SUBMITTED
from tests.conftest import Stack
from tests.eventually import eventually
from tests.integration.ingest.front_door import KEYS, bearer, serving, submission

DEADLINE_S = 5.0


def settings(kafka: str) -> Settings:
    return Settings(
        kafka_bootstrap_servers=kafka,
        keys=SecretStr(json.dumps(KEYS)),
        feeds_url="http://f.example/",
        roles=("front-door",),  # the others would read the log into whatever MongoDB stands on the usual port
    )


@asynccontextmanager
async def ingest_on(kafka: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with (
        serving(build(settings(kafka)), lifespan="on") as port,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client,
    ):
        yield client


async def is_ready(client: httpx2.AsyncClient) -> bool:
    return (await client.get("/readyz")).status_code == 200


async def post(client: httpx2.AsyncClient, **fields: Any) -> httpx2.Response:
    return await client.post("/v1/articles", json=submission(**fields), headers=bearer())


async def on_the_log(kafka: str, since: dict[int, int]) -> dict[str, Any]:
    """The events written since these offsets, by id."""
    found: dict[str, Any] = {}
    async with LogReader(kafka, ARTICLES_SUBMITTED) as reader:
        for partition, end in (await reader.end_offsets()).items():
            async for entries in reader.read(partition, since[partition], end):
                found |= {entry.event.event_id: entry.event for entry in entries}
    return found


async def ends(kafka: str) -> dict[int, int]:
    await create_topics(kafka)
    async with LogReader(kafka, ARTICLES_SUBMITTED) as reader:
        return await reader.end_offsets()


async def test_a_202_means_that_the_log_has_the_event(stack: Stack) -> None:
    since, run = await ends(stack.kafka), uuid4().hex
    async with ingest_on(stack.kafka) as client:
        await eventually(lambda: is_ready(client), what="readiness")
        answers = await asyncio.gather(*(post(client, external_id=f"{run}-{n}") for n in range(200)))
        killed = await client.post(f"/v1/articles/kill?external_id={run}-0", headers=bearer())
        edited = await client.put(
            f"/v1/articles/tags?external_id={run}-1", json={"edit": 1, "removed": ["x"]}, headers=bearer()
        )
        # Asked while ingest still runs: nothing may be waiting for a graceful stop.
        log = await on_the_log(stack.kafka, since)

    assert {answer.status_code for answer in (*answers, killed, edited)} == {202}
    for answer in (*answers, killed, edited):
        event = log[answer.json()["event_id"]]
        assert event.article_id == answer.json()["article_id"]
    assert log[answers[7].json()["event_id"]].content.headline == "Harbour bridge reopens"


async def test_events_of_one_article_stand_in_the_order_of_their_answers(stack: Stack) -> None:
    since, article = await ends(stack.kafka), uuid4().hex
    async with ingest_on(stack.kafka) as client:
        await eventually(lambda: is_ready(client), what="readiness")
        answers = [await post(client, external_id=article, revision=n) for n in range(1, 20)]
        log = await on_the_log(stack.kafka, since)
    article_id = answers[0].json()["article_id"]
    mine = [event.revision for event in log.values() if event.article_id == article_id]
    assert mine == list(range(1, 20))


async def test_the_largest_article_that_is_accepted_fits_into_a_record(stack: Stack) -> None:
    since = await ends(stack.kafka)
    async with ingest_on(stack.kafka) as client:
        await eventually(lambda: is_ready(client), what="readiness")
        answer = await post(client, external_id=uuid4().hex, body_html=None, body_text="ж" * 400_000)
        log = await on_the_log(stack.kafka, since)
    assert answer.status_code == 202
    assert len(log[answer.json()["event_id"]].content.body_html) > 400_000


@pytest.mark.timeout(120)
async def test_without_a_broker_the_answer_is_503_in_time_and_it_recovers_without_a_restart(
    stack: Stack,
) -> None:
    since, article = await ends(stack.kafka), uuid4().hex
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    async with ingest_on(f"127.0.0.1:{port}") as client:
        started = monotonic()
        refused = await asyncio.gather(*(post(client, external_id=f"{article}-{n}") for n in range(50)))
        assert monotonic() - started < DEADLINE_S + 5  # a busy machine's share; a client's own limit is 10
        assert {answer.status_code for answer in refused} == {503}
        assert refused[0].headers["retry-after"] == "2"
        assert refused[0].json()["type"] == "urn:newsloom:problem:unavailable"
        assert not await is_ready(client)
        assert (await client.get("/livez")).status_code == 200

        async with forwarding(port, stack.kafka):
            await eventually(lambda: is_ready(client), what="readiness after the broker came")
            taken = await post(client, external_id=article)
            log = await on_the_log(stack.kafka, since)
    assert taken.status_code == 202
    assert taken.json()["event_id"] in log


@asynccontextmanager
async def forwarding(port: int, target: str) -> AsyncIterator[None]:
    """The broker appears at this port: connections are passed on to the real one."""
    host, _, target_port = target.rpartition(":")

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
        sink.close()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        broker_reader, broker_writer = await asyncio.open_connection(host, int(target_port))
        await asyncio.gather(pump(reader, broker_writer), pump(broker_reader, writer), return_exceptions=True)

    server = await asyncio.start_server(connect, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()


async def test_a_process_without_the_front_door_takes_nothing_in_and_is_ready(stack: Stack) -> None:
    """For those who let inboxes and imports run beside the processes that face the network."""
    alone = Settings(
        kafka_bootstrap_servers=stack.kafka,
        keys=SecretStr(json.dumps(KEYS)),
        mongo_url=stack.mongo,
        roles=("inbox",),
        audit_file="off",
    )
    async with (
        serving(build(alone), lifespan="on") as port,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client,
    ):

        async def ready() -> bool:
            return (await client.get("/readyz")).status_code == 200

        await eventually(ready, what="readiness")
        answer = await client.post("/v1/articles", json=submission(), headers=bearer())
        assert answer.status_code == 404
