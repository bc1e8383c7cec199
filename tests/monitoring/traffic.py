"""A newsroom's day in small: everything that dashboards tell of happens at least once, or again and again."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx2
from aiokafka import AIOKafkaProducer

from newsloom_schemas.catalog import ARTICLES_SUBMITTED, INBOX_PREFIX
from tests.e2e.system import System

SAMPLES: Final = Path(__file__).parents[2] / "samples" / "articles"
DESK, WIRE, ARCHIVE = "larkhaven-post", "northern-wire", "larkhaven-archive"


@dataclass
class Newsroom:
    """Tools, readers and mishaps. `chance` is seeded by whoever wants the same day twice."""

    system: System
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    known: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    _etags: dict[str, str] = field(default_factory=dict)
    _templates: list[dict[str, Any]] = field(default_factory=list)

    async def publish(self, source: str) -> str:
        """A new article of this source; its id."""
        article = self._fresh()
        article_id = await self.system.submit(article, source=source)
        self.known[article_id] = (source, article)
        return article_id

    async def correct(self) -> str:
        """The next revision of an article that is known; its id."""
        article_id = self.chance.choice(list(self.known))
        source, article = self.known[article_id]
        article |= {"revision": article["revision"] + 1, "headline": article["headline"] + " (updated)"}
        await self.system.submit(article, source=source)
        return article_id

    async def withdraw(self) -> str:
        """The kill of an article that is known; its id."""
        article_id = self.chance.choice(list(self.known))
        source, article = self.known.pop(article_id)
        wanted = {"source": source, "external_id": article["external_id"]}
        answer = await self.system.post("/v1/articles/kill", params=wanted, json={"reason": "withdrawn"})
        assert answer.status_code == 202, answer.text
        return article_id

    async def be_refused(self) -> None:
        """A tool with a wrong key, one without any, and one that sends nonsense."""
        door = self.system.at.need("ingest") + "/v1/articles"
        for headers in ({"authorization": "Bearer nlk_00000000000000000000000000000000"}, {}):
            answer = await self.system.http.post(door, params={"source": DESK}, json={}, headers=headers)
            assert answer.status_code == 401, answer.text
        answer = await self.system.post("/v1/articles", params={"source": DESK}, json={"headline": ""})
        assert answer.status_code == 422, answer.text

    async def send_a_batch(self, lines: int, source: str) -> None:
        """A batch with one line that is refused."""
        articles = [json.dumps(self._fresh()) for _ in range(lines)]
        body = "\n".join([*articles, '{"headline": 1}']) + "\n"
        answer = await self.system.post(
            "/v1/articles/batch",
            params={"source": source},
            content=body.encode(),
            headers={"content-type": "application/x-ndjson"},
        )
        assert answer.status_code == 200, answer.text

    async def send_to_the_inbox(self, source: str) -> None:
        """An article for the inbox topic of a source that has one."""
        await self._write(INBOX_PREFIX + source, json.dumps(self._fresh()).encode())

    async def lose_one(self) -> None:
        """A record that no stage can read, which enrich puts aside."""
        await self._write(ARTICLES_SUBMITTED.name, b"neither JSON nor an event")

    async def _write(self, topic: str, value: bytes) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=self.system.kafka)
        await producer.start()
        try:
            await producer.send_and_wait(topic, value, key=b"any")
        finally:
            await producer.stop()

    async def read(self, path: str) -> int:
        """A request as a good reader makes it, with the ETag of the last answer; the status."""
        known = self._etags.get(path)
        answer = await self.system.get(path, headers={"if-none-match": known} if known else {})
        if etag := answer.headers.get("etag"):
            self._etags[path] = etag
        return answer.status_code

    @asynccontextmanager
    async def live_readers(self, count: int, feed: str = "all") -> AsyncIterator[None]:
        """So many readers who hold a line open."""
        readers = [asyncio.create_task(self._listen(feed)) for _ in range(count)]
        try:
            yield
        finally:
            for reader in readers:
                reader.cancel()
            await asyncio.gather(*readers, return_exceptions=True)

    async def come_back(self, cursor: str, feed: str = "all") -> str:
        """A reader who was away since this cursor reads one block of what was missed; its text."""
        return await self._first_block(feed, {"last-event-id": cursor})

    async def cursor(self, feed: str = "all") -> str:
        """The cursor at which a live reader of now begins."""
        block = await self._first_block(feed, {})
        return next(line for line in block.splitlines() if line.startswith("id:")).partition(":")[2].strip()

    async def _first_block(self, feed: str, headers: Mapping[str, str]) -> str:
        async with self._stream(feed, headers) as lines:
            block: list[str] = []
            async for line in lines:
                if not line and any(each.startswith("id:") for each in block):
                    break
                block.append(line)
            return "\n".join(block)

    async def _listen(self, feed: str) -> None:
        while True:
            with suppress(httpx2.HTTPError):
                async with self._stream(feed, {}) as lines:
                    async for _ in lines:
                        pass
            await asyncio.sleep(1)  # as the stream asks of readers who lost it

    @asynccontextmanager
    async def _stream(self, feed: str, headers: Mapping[str, str]) -> AsyncIterator[AsyncIterator[str]]:
        url = f"{self.system.at.need('feeds')}/v1/feeds/{feed}/events"
        async with (
            httpx2.AsyncClient(timeout=60, trust_env=False) as http,
            http.stream("GET", url, headers=dict(headers)) as answer,
        ):
            assert answer.status_code == 200
            yield answer.aiter_lines()

    def _fresh(self) -> dict[str, Any]:
        if not self._templates:
            self._templates += [json.loads(path.read_text()) for path in sorted(SAMPLES.rglob("*.json"))]
        told = self.chance.choice(self._templates)
        return told | {
            "external_id": f"day-{uuid4().hex}",
            "revision": 1,
            "headline": f"{told['headline']} · {self.chance.randrange(10_000)}",
        }
