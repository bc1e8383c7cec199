"""The HTTP surface over parts in memory, and a client that reads streams as they come."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from fastapi import FastAPI
from starlette.types import Message, Scope

from feeds.feed_counts import FeedCounts
from feeds.links import Links
from feeds.live import LiveTail
from feeds.routes import new_api
from feeds.services import Services
from feeds.stream import UpdateStreams
from newsloom_store import MemoryStore
from tests.unit.feeds.fakes import CountingStore, MemoryLog, StoppedClock
from tests.unit.feeds.streams import following

BASE = "https://news.example"


@dataclass(frozen=True, kw_only=True)
class Surface:
    """The application, its parts, and a client."""

    app: FastAPI
    store: MemoryStore
    log: MemoryLog
    tail: LiveTail
    streams: UpdateStreams
    clock: StoppedClock
    http: httpx2.AsyncClient

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        return await self.http.get(
            path, headers={name.replace("_", "-"): text for name, text in headers.items()}
        )


@asynccontextmanager
async def surface(
    *,
    store: MemoryStore | None = None,
    log: MemoryLog | None = None,
    reached: bool = True,
    max_streams: int = 5,
) -> AsyncIterator[Surface]:
    """The surface; with `reached=False` the log has not been reached yet."""
    store, log = CountingStore() if store is None else store, log or MemoryLog()
    tail, clock, app = LiveTail(store), StoppedClock(), new_api()
    streams = UpdateStreams(tail)
    app.state.services = Services(
        store=store,
        counts=FeedCounts(store),
        tail=tail,
        streams=streams,
        links=Links(BASE),
        clock=clock,
        max_streams=max_streams,
    )
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as http:
        parts = Surface(app=app, store=store, log=log, tail=tail, streams=streams, clock=clock, http=http)
        if not reached:
            yield parts
            return
        async with following(tail, log):
            yield parts


@dataclass
class Stream:
    """What a live client has received so far."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def has(self, *texts: str) -> bool:
        return all(text.encode() in self.body for text in texts)


@asynccontextmanager
async def connected(app: Any, path: str, *, query: str = "", **headers: str) -> AsyncIterator[Stream]:
    """A live client of the application; it hangs up on leaving."""
    stream, hung_up, asked = Stream(), asyncio.Event(), asyncio.Event()
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()],
        "server": ("news.example", 443),
        "client": ("127.0.0.1", 1),
    }

    async def receive() -> Message:
        if not asked.is_set():
            asked.set()
            return {"type": "http.request", "body": b"", "more_body": False}
        await hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            stream.status = message["status"]
            stream.headers = {name.decode(): text.decode() for name, text in message["headers"]}
        else:
            stream.body += message["body"]

    task = asyncio.create_task(app(scope, receive, send))
    try:
        yield stream
    finally:
        hung_up.set()
        async with asyncio.timeout(5):
            await task
