"""The service as a process: it starts before its parts are there, says so, and stops at once."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest

from newsloom_runtime.topics import create_topics
from newsloom_store import MongoStore
from tests.conftest import Stack
from tests.eventually import eventually
from tests.integration.feeds.sse_client import listening
from tests.integration.store.databases import fresh_database


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def feeds_process(
    **environment: str,
) -> AsyncIterator[tuple[asyncio.subprocess.Process, httpx2.AsyncClient]]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "feeds", env={**os.environ, "FEEDS_PORT": str(port), **environment}
    )
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
            await eventually(lambda: _answers(http, "/livez"), what="the process to listen")
            yield process, http
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _answers(http: httpx2.AsyncClient, path: str) -> bool:
    try:
        return (await http.get(path)).status_code == 200
    except httpx2.TransportError:
        return False


@pytest.mark.parametrize("driver", ["pymongo", "motor"])
async def test_sigterm_ends_live_streams_and_the_process_at_once(stack: Stack, driver: str) -> None:
    await create_topics(stack.kafka)
    with fresh_database(stack.mongo) as database:
        async with MongoStore.connected(stack.mongo, database=database) as store:
            await store.ensure_indexes()
        environment = {
            "KAFKA_BOOTSTRAP_SERVERS": stack.kafka,
            "MONGO_URL": stack.mongo,
            "MONGO_DATABASE": database,
            "MONGO_DRIVER": driver,
        }
        async with feeds_process(**environment) as (process, http):
            await eventually(lambda: _answers(http, "/readyz"), what="readiness")
            async with listening(http, "/v1/feeds/all/events") as reader:
                await reader.opened()
                process.send_signal(signal.SIGTERM)
                async with asyncio.timeout(4):  # the server itself would wait five seconds for the stream
                    assert [line async for line in reader.lines if line.startswith("data")] == []
                await asyncio.wait_for(process.wait(), 30)
            # the server gives the signal back after it has stopped, so the shell sees the usual code
            assert process.returncode in (0, -signal.SIGTERM)


async def test_without_kafka_and_mongo_it_lives_says_what_is_missing_and_answers_503() -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    environment = {"KAFKA_BOOTSTRAP_SERVERS": nowhere, "MONGO_URL": f"mongodb://{nowhere}"}
    async with feeds_process(**environment) as (_, http):
        ready = await http.get("/readyz")
        assert ready.status_code == 503
        assert {"store", "feed-updates"} <= set(ready.json()["reasons"])
        answer = await http.get("/v1/feeds/all")
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:newsloom:problem:store-unavailable"
        assert (await http.get("/v1/feeds/all/events")).status_code == 503
