"""The public API of a newsroom that can be made to lie: just what the prober asks, over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from canary.metrics import ProberMetrics
from canary.prober import Prober
from canary.settings import Settings
from newsloom_runtime.clock import SystemClock
from newsloom_schemas.identity import article_id
from tests.factories import MOMENT
from tests.integration.ingest.front_door import serving

KEY = "a-key-with-the-scope-canary"
Lie = Literal["", "wrong version", "served after its kill", "public", "silent stream", "nonsense"]


@dataclass
class Front:
    """What was taken in is public at once. `lie` says what readers are shown instead of it."""

    lie: Lie = ""
    articles: dict[str, dict[str, Any]] = field(default_factory=dict)
    killed: set[str] = field(default_factory=set)
    log: list[str] = field(default_factory=list)
    asked_from: list[str] = field(default_factory=list)
    streams: list[asyncio.Event] = field(default_factory=list)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/articles", self._submit, methods=["POST"]),
                Route("/v1/articles/kill", self._kill, methods=["POST"]),
                Route("/v1/articles/{article_id}", self._article),
                Route("/v1/feeds/canary/events", self._events),
                Route("/v1/feeds/{feed:path}", self._feed),
            ]
        )

    def drop_streams(self) -> None:
        """End every standing connection."""
        while self.streams:
            self.streams.pop().set()

    async def _submit(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return _problem(401, "unauthorized")
        said = await request.json()
        name = article_id("canary", said["external_id"])
        self.articles[name] = {
            "source": "canary",
            "article_id": name,
            "external_id": said["external_id"],
            "revision": said["revision"],
            "headline": said["headline"],
            "document_version": said["revision"],
        }
        self._tell(name, "upsert", said["revision"], {"headline": said["headline"]})
        return JSONResponse({}, status_code=202)

    async def _kill(self, request: Request) -> Response:
        name = article_id("canary", request.query_params["external_id"])
        self.killed.add(name)
        self._tell(name, "remove", 3, None)
        return JSONResponse({}, status_code=202)

    def _tell(self, name: str, action: str, version: int, entry: dict[str, str] | None) -> None:
        if self.lie == "nonsense":
            self.log.append(f"id: 0:{len(self.log) + 1}\nevent: upsert\ndata: no json\n\n")
            return
        data = {"article_id": name, "document_version": version, "entry": entry}
        block = f"id: 0:{len(self.log) + 1}\nevent: {action}\ndata: {json.dumps(data)}\n\n"
        self.log.append(block)

    async def _article(self, request: Request) -> Response:
        name = request.path_params["article_id"]
        if name in self.killed and self.lie != "served after its kill":
            return _problem(410, "killed")
        if name not in self.articles:
            return _problem(404, "not-found")
        if self.lie == "nonsense":
            return JSONResponse({"source": "canary", "headline": None})
        shown = self.articles[name]
        if self.lie == "wrong version" and shown["revision"] == 2:
            shown = shown | {"document_version": 0}
        return JSONResponse(shown)

    async def _feed(self, request: Request) -> Response:
        feed = request.path_params["feed"].removesuffix(".json")
        there = self.articles if feed == "canary" or (feed == "all" and self.lie == "public") else {}
        items = [
            {"id": name, "title": shown["headline"], "date_published": MOMENT.isoformat()}
            for name, shown in there.items()
            if name not in self.killed
        ]
        return JSONResponse({"items": items})

    async def _events(self, request: Request) -> Response:
        last = request.headers.get("last-event-id", "")
        self.asked_from.append(last)
        ended = asyncio.Event()
        self.streams.append(ended)
        at = int(last.partition(":")[2]) if last else len(self.log)
        return StreamingResponse(self._stream(at, ended), media_type="text/event-stream")

    async def _stream(self, at: int, ended: asyncio.Event) -> AsyncIterator[str]:
        yield f"retry: 1000\n\n: still here\nid: 0:{at}\n\n"
        while not ended.is_set():
            if self.lie != "silent stream":
                for block in self.log[at:]:
                    yield block
                at = len(self.log)
            await asyncio.sleep(0.01)


def _problem(status: int, code: str) -> Response:
    return JSONResponse({"type": f"urn:newsloom:problem:{code}"}, status_code=status)


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A newsroom and the prober before it."""

    front: Front
    registry: CollectorRegistry

    def steps(self, outcome: str) -> dict[str, float]:
        """How often each step had this outcome, those that never had left out."""
        return self._counted("newsloom_canary_steps_total", outcome, "step")

    def rounds(self, outcome: str) -> float:
        return sum(self._counted("newsloom_canary_rounds_total", outcome, "outcome").values())

    def _counted(self, name: str, outcome: str, label: str) -> dict[str, float]:
        samples = (sample for family in self.registry.collect() for sample in family.samples)
        return {
            sample.labels[label]: sample.value
            for sample in samples
            if sample.name == name and sample.labels["outcome"] == outcome and sample.value
        }


@asynccontextmanager
async def watched(
    front: Front, *, key: str = KEY, give_up_after: float = 30.0, every: float = 0.3
) -> AsyncIterator[Watched]:
    """A prober at work, until the block ends."""
    registry = CollectorRegistry()
    async with serving(front.app()) as port:
        address = f"http://127.0.0.1:{port}"
        settings = Settings.model_validate(
            {
                "ingest_url": address,
                "feeds_url": address,
                "key": key,
                "every": every,
                "late_after": 20.0,
                "give_up_after": give_up_after,
            }
        )
        prober = Prober(settings, clock=SystemClock(), tally=ProberMetrics(registry))
        tasks = [asyncio.create_task(prober.live.run()), asyncio.create_task(prober.run())]
        try:
            yield Watched(front=front, registry=registry)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            front.drop_streams()
