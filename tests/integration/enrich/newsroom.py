"""The enrich process on a real Kafka, with the neighbours it has in a newsroom."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import psutil

from newsloom_runtime.log_reader import LogReader
from newsloom_runtime.publisher import new_producer
from newsloom_runtime.topics import create_topics
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_ENRICHED, Topic
from newsloom_schemas.codec import encode
from tests.eventually import eventually
from tests.factories import MOMENT

# Loading the models takes two seconds alone and more beside the rest of a test run.
READY_WITHIN = 90.0


@dataclass(frozen=True)
class EnrichProcess:
    """A running service."""

    process: asyncio.subprocess.Process
    http: httpx2.AsyncClient

    async def until_ready(self) -> None:
        await eventually(self._is_ready, within=READY_WITHIN, what="the service's readiness")

    async def _is_ready(self) -> bool:
        try:
            return (await self.http.get("/readyz")).status_code == 200
        except httpx2.TransportError:
            return False

    def workers(self) -> list[psutil.Process]:
        return [child for child in psutil.Process(self.process.pid).children() if child.is_running()]

    async def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(with_signal)
        return await asyncio.wait_for(self.process.wait(), 20)


@asynccontextmanager
async def enrich_process(kafka: str, **environment: str) -> AsyncIterator[EnrichProcess]:
    """`python -m enrich` on a free port."""
    port = _free_port()
    settings = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka,
        "ENRICH_PORT": str(port),
        "ENRICH_WORKERS": "1",
        "ENRICH_TRANSLATE_ENGINES": "",  # what this machine has installed is no part of most tests
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "enrich", env={**os.environ, **settings, **environment}
    )
    try:
        address = f"http://127.0.0.1:{port}"
        async with httpx2.AsyncClient(base_url=address, trust_env=False, timeout=30) as http:
            yield EnrichProcess(process, http)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@dataclass(frozen=True)
class Log:
    """Writes as the neighbours do, and reads what enrich wrote."""

    kafka: str

    @classmethod
    async def ready(cls, kafka: str) -> "Log":
        await create_topics(kafka)
        return cls(kafka)

    async def write(self, topic: Topic, events: Sequence[Event]) -> None:
        producer = new_producer(self.kafka, "tests")
        await producer.start()
        try:
            for event in events:
                wire = encode(event, source="/newsloom/tests", time=MOMENT)
                await producer.send_and_wait(topic.name, wire.value, key=wire.key, headers=list(wire.headers))
        finally:
            await producer.stop()

    async def enriched(self, article_ids: Sequence[str], count: int) -> list[Any]:
        """The events of these articles on `articles-enriched`, once there are so many; repeats count once."""
        found: dict[str, Any] = {}
        async with LogReader(self.kafka, ARTICLES_ENRICHED) as reader:
            async with asyncio.timeout(READY_WITHIN):
                async for entries in reader.follow("beginning"):
                    ours = (e.event for e in entries if e.event.record_key in article_ids)
                    found |= {event.event_id: event for event in ours}
                    if len(found) >= count:
                        return list(found.values())
        raise AssertionError("the log ended")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
