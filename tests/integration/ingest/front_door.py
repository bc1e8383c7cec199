"""The front door of ingest on a loopback port, with a publisher that remembers instead of a Kafka."""

import asyncio
import hashlib
import json
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import httpx2
import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp

from ingest.app import new_app
from ingest.desk import Desk
from ingest.door.audit import Audit, AuditedPublisher
from ingest.door.credentials import KeyRing
from ingest.door.http_body import Admission, BodyLimits
from ingest.fetching.port import NoFetcher
from ingest.metrics import IngestMetrics
from ingest.source_register import SourceRegister
from ingest.workers.pool import WorkerPool
from newsloom_runtime.errors import TransientError
from newsloom_runtime.metrics.http import CountRequests, HttpMetrics
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic
from tests.eventually import eventually
from tests.factories import MOMENT

KEY = "a-key-of-the-harbour-paper"
KILLLESS_KEY = "a-key-that-may-only-submit"
DEV_KEY = "a-key-for-every-source-there-is"
FEEDS = "http://feeds.example"


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


KEYS = [
    {
        "name": "paper",
        "key_sha256": digest(KEY),
        "sources": ["harbour"],
        "scopes": ["submit", "kill", "tags"],
    },
    {
        "name": "cms",
        "key_sha256": digest(KILLLESS_KEY),
        "sources": ["harbour", "river"],
        "scopes": ["submit"],
    },
    {"name": "dev", "key": DEV_KEY, "sources": ["*"], "scopes": ["submit", "kill", "tags"]},
]


class FixedClock:
    """It is always the same moment."""

    def now(self) -> datetime:
        return MOMENT


@dataclass
class RecordingPublisher:
    """Keeps what it is given. `away` makes it refuse as a broker that cannot be reached does."""

    emissions: list[tuple[Topic, Event]] = field(default_factory=list)
    away: bool = False
    gate: asyncio.Event | None = None
    waiting: int = 0

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None:
        if self.away:
            raise TransientError("no acknowledgement")
        self.waiting += 1
        if self.gate is not None:
            await self.gate.wait()
        self.emissions.extend(emissions)

    def forget(self) -> None:
        self.emissions.clear()
        self.away, self.gate, self.waiting = False, None, 0

    @property
    def events(self) -> list[Any]:
        return [event for _, event in self.emissions]


@dataclass(frozen=True, kw_only=True)
class FrontDoor:
    """A running front door and what went through it."""

    publisher: RecordingPublisher
    registry: CollectorRegistry
    app: FastAPI
    port: int
    client: httpx2.AsyncClient

    def count(self, route: str, status: str) -> float:
        """Requests of a route that ended with this status."""
        return sum(
            sample.value
            for family in self.registry.collect()
            for sample in family.samples
            if sample.name == "newsloom_http_requests_total"
            and (sample.labels["route"], sample.labels["status"]) == (route, status)
        )


def submission(**fields: Any) -> dict[str, Any]:
    """A small valid submission; a field set to None is left out."""
    document = {
        "external_id": "bridge-1",
        "revision": 1,
        "headline": "Harbour bridge reopens",
        "body_html": "<p>The first cars crossed at dawn.</p>",
    } | fields
    return {name: value for name, value in document.items() if value is not None}


def bearer(key: str = KEY, **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "Content-Type": "application/json"} | headers


@asynccontextmanager
async def open_door(
    *,
    max_bytes: int = 1024 * 1024,
    timeout_s: float = 10.0,
    max_requests: int = 2048,
    held: int = 1 << 26,
    **more: Any,
) -> AsyncIterator[FrontDoor]:
    """Serve on a free port until the block ends; `more` are further parts of the desk."""
    publisher, registry, workers = RecordingPublisher(), CollectorRegistry(), WorkerPool()
    app = new_app(
        Desk(
            publisher=AuditedPublisher(publisher, more.get("audit") or Audit()),
            clock=FixedClock(),
            admission=Admission(max_requests=max_requests, max_bytes=held),
            limits=BodyLimits(max_bytes=max_bytes, timeout_s=timeout_s),
            metrics=IngestMetrics(registry),
            feeds_url=FEEDS,
            **{
                "keys": KeyRing(inline=json.dumps(KEYS)),
                "sources": SourceRegister(None),
                "fetcher": NoFetcher(),
                "workers": workers,
                **more,
            },
        )
    )
    app.add_middleware(CountRequests, metrics=HttpMetrics(registry))
    async with (
        workers,
        serving(app) as port,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client,
    ):
        yield FrontDoor(publisher=publisher, registry=registry, app=app, port=port, client=client)


@asynccontextmanager
async def serving(app: ASGIApp, *, lifespan: Literal["on", "off"] = "off") -> AsyncIterator[int]:
    """Serve an application on a free port of the loopback interface."""
    # The protocol is named because asyncio turns Nagle's delay off only for sockets that say they are TCP.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, access_log=False, log_config=None, lifespan=lifespan)
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        await eventually(lambda: server.started, within=10, what="the front door")
        try:
            yield listener.getsockname()[1]
        finally:
            # By force only when nothing has to be put away: a member of a group must leave it.
            server.should_exit, server.force_exit = True, lifespan == "off"
            await running
