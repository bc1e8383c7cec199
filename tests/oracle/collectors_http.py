"""Readers of the feeds service: a live stream that resumes, a sampler of pages, and a watch on takedowns."""

import asyncio
import json
import random
import re
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.oracle.generator import MARKER
from tests.oracle.ports import System

MARKERS = re.compile(rb"%s[0-9a-f]{16}" % MARKER.encode())
AGAIN_S = 0.3
READ_S = 30.0  # longer than feeds' heartbeat


def markers_in(raw: bytes) -> set[str]:
    """The markers that stand in these bytes."""
    return {found.decode() for found in MARKERS.findall(raw)}


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """That a marker was seen on a surface. Times are seconds since 1970.

    `first_at`: when it was first received. `last_asked`: when the last request was sent, or for what is
    pushed the last frame received, that still had it. `where` is that place.
    """

    surface: str
    marker: str
    first_at: float
    last_asked: float
    where: str


@dataclass
class Sightings:
    """The first and last sighting of each marker on each surface."""

    _found: dict[tuple[str, str], Sighting] = field(default_factory=dict)

    def note(self, surface: str, raw: bytes, *, where: str, asked_at: float, received_at: float) -> None:
        """Take in what came over a surface."""
        for word in markers_in(raw):
            known = self._found.get((surface, word))
            self._found[surface, word] = Sighting(
                surface=surface,
                marker=word,
                first_at=min(received_at, known.first_at) if known else received_at,
                last_asked=asked_at,
                where=where,
            )

    def all(self) -> tuple[Sighting, ...]:
        return tuple(self._found.values())


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One update of the live stream, as a client saw it."""

    received_at: float
    event_id: str
    action: str
    feed_id: str
    article_id: str
    document_version: int
    headline: str | None


@dataclass
class LiveStream:
    """A client of one feed's live stream, which reconnects with the last id it was given."""

    system: System
    feed: str
    sightings: Sightings
    frames: list[Frame] = field(default_factory=list)
    resets: int = 0
    connections: int = 0
    last_id: str | None = None

    @property
    def offset(self) -> int:
        """Everything of the feed below this offset was received or left out on purpose."""
        return int(self.last_id.partition(":")[2]) if self.last_id else 0

    async def run(self) -> None:
        """Until cancelled."""
        timeout = httpx2.Timeout(READ_S, connect=5)
        async with httpx2.AsyncClient(timeout=timeout, trust_env=False) as http:
            while True:
                with suppress(httpx2.HTTPError, ConnectionError):
                    await self._listen(http)
                await asyncio.sleep(AGAIN_S)

    async def _listen(self, http: httpx2.AsyncClient) -> None:
        headers = {"last-event-id": self.last_id} if self.last_id else {}
        url = f"{self.system.feeds}/v1/feeds/{self.feed}/events"
        async with http.stream("GET", url, headers=headers) as response:
            if response.status_code != 200:
                return
            self.connections += 1
            async for block in _blocks(response.aiter_bytes()):
                self._take(block)

    def _take(self, block: bytes) -> None:
        now = time.time()
        fields = dict(line.split(b": ", 1) for line in block.split(b"\n") if b": " in line)
        self.sightings.note("sse", block, where=f"{self.feed} {fields}"[:80], asked_at=now, received_at=now)
        if b"id" in fields:
            self.last_id = fields[b"id"].decode()
        match fields.get(b"event"):
            case b"reset":
                self.resets += 1
            case bytes():
                self.frames.append(_frame(now, fields))


def _frame(now: float, fields: dict[bytes, bytes]) -> Frame:
    event: dict[str, Any] = json.loads(fields[b"data"])
    return Frame(
        received_at=now,
        event_id=fields[b"id"].decode(),
        action=fields[b"event"].decode(),
        feed_id=event["feed_id"],
        article_id=event["article_id"],
        document_version=event["document_version"],
        headline=event.get("entry", {}).get("headline"),
    )


async def _blocks(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    waiting = b""
    async for chunk in chunks:
        waiting += chunk
        while b"\n\n" in waiting:
            block, waiting = waiting.split(b"\n\n", 1)
            yield block


@dataclass
class Sampler:
    """Asks for pages of feeds and for articles, a few a second, and notes what stands in the answers."""

    system: System
    sightings: Sightings
    feeds: tuple[str, ...]
    articles: list[str] = field(default_factory=list)
    per_second: float = 8.0
    seed: int = 0
    answers: int = 0

    async def run(self) -> None:
        """Until cancelled."""
        chance = random.Random(self.seed)
        async with httpx2.AsyncClient(timeout=5, trust_env=False) as http:
            while True:
                await self._ask(http, self._address(chance))
                await asyncio.sleep(1 / self.per_second)

    def _address(self, chance: random.Random) -> str:
        if self.articles and chance.random() < 0.6:
            form = chance.choice(("", "", "?format=ninjs", "?format=html"))
            return f"/v1/articles/{chance.choice(self.articles[-300:])}{form}"
        return f"/v1/feeds/{chance.choice(self.feeds)}{chance.choice(('.json', '.rss', '.atom'))}?limit=100"

    async def _ask(self, http: httpx2.AsyncClient, path: str) -> None:
        asked = time.time()
        try:
            response = await http.get(self.system.feeds + path)
        except httpx2.HTTPError:
            return
        self.answers += 1
        # Headers too: nothing may stand in a Link or an ETag that may not stand in the body.
        raw = response.content + repr(response.headers.raw).encode()
        self.sightings.note("http", raw, where=path, asked_at=asked, received_at=time.time())


@dataclass(frozen=True, kw_only=True)
class Gone:
    """When the first 410 of a killed article had come, and what was wrong with the answers after that."""

    since: float
    wrong: tuple[str, ...] = ()


@dataclass
class TakedownWatch:
    """Asks for each killed article until it is 410, then for the pages where it may still stand."""

    system: System
    lists: tuple[str, ...]
    gone: dict[str, Gone] = field(default_factory=dict)
    within_s: float = 200.0
    _http: httpx2.AsyncClient | None = None

    async def watch(self, article_id: str) -> None:
        """From the moment at which the kill was accepted."""
        async with httpx2.AsyncClient(timeout=5, trust_env=False) as http:
            deadline = time.monotonic() + self.within_s
            while time.monotonic() < deadline:
                if await _status(http, f"{self.system.feeds}/v1/articles/{article_id}") == 410:
                    self.gone[article_id] = Gone(
                        since=time.time(), wrong=tuple([w async for w in self._look(http, article_id)])
                    )
                    return
                await asyncio.sleep(0.1)

    async def _look(self, http: httpx2.AsyncClient, article_id: str) -> AsyncIterator[str]:
        for path in self.lists:
            try:
                response = await http.get(f"{self.system.feeds}{path}")
            except httpx2.HTTPError:
                continue
            if article_id.encode() in response.content:
                yield f"{path} still names it"


async def _status(http: httpx2.AsyncClient, url: str) -> int | None:
    try:
        return (await http.get(url)).status_code
    except httpx2.HTTPError:
        return None


async def statuses(system: System, article_ids: Iterable[str]) -> dict[str, int | None]:
    """What each article is answered now."""
    slots = asyncio.Semaphore(8)
    async with httpx2.AsyncClient(timeout=30, trust_env=False) as http:

        async def one(article_id: str) -> tuple[str, int | None]:
            async with slots:
                return article_id, await _status(http, f"{system.feeds}/v1/articles/{article_id}")

        return dict(await asyncio.gather(*(one(article_id) for article_id in article_ids)))


async def listed(system: System, feed: str) -> tuple[str, ...]:
    """The ids of all articles in a feed now, page after page."""
    url: str | None = f"{system.feeds}/v1/feeds/{feed}.json?limit=200"
    ids: list[str] = []
    async with httpx2.AsyncClient(timeout=30, trust_env=False) as http:
        while url:
            page = (await http.get(url)).raise_for_status().json()
            ids += [item["_newsloom"]["article_id"] for item in page["items"]]
            url = page.get("next_url")
    return tuple(ids)
