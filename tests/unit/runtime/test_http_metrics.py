"""Requests are counted by route template, status and problem; trying addresses makes no series."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx2
import pytest
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message

from newsloom_runtime.metrics.http import CountRequests, HttpMetrics


class Served:
    """A small application behind the middleware."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.go_on = asyncio.Event()
        self.app = Starlette(
            routes=[
                Route("/things/{thing}", self._thing, methods=["GET", "POST"]),
                Route("/refused/{kind}", self._refused),
                Route("/broken", self._broken),
                Route("/live", self._live),
                Route("/metrics", self._thing),
            ],
            middleware=[Middleware(CountRequests, metrics=HttpMetrics(self.registry))],
        )

    def count(self, route: str, status: str, *, method: str = "GET", problem: str = "") -> float | None:
        labels = {"route": route, "method": method, "status": status, "problem": problem}
        return self.registry.get_sample_value("newsloom_http_requests_total", labels)

    @property
    def series(self) -> int:
        samples = (sample for family in self.registry.collect() for sample in family.samples)
        return sum(sample.name == "newsloom_http_requests_total" for sample in samples)

    @property
    def in_flight(self) -> float | None:
        return self.registry.get_sample_value("newsloom_http_requests_in_flight")

    async def ask(self, path: str, method: str = "GET") -> int:
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
            return (await client.request(method, path)).status_code

    async def _thing(self, _request: Request) -> Response:
        return Response("here")

    async def _refused(self, request: Request) -> Response:
        kinds = {
            "ours": {"type": "urn:newsloom:problem:too-large"},
            "web": {"type": "https://news.example/problems/too-large"},
            "odd": {"type": "<script>"},
            "none": [],
        }
        body = json.dumps(kinds[request.path_params["kind"]])
        return Response(body, status_code=413, media_type="application/problem+json")

    async def _broken(self, _request: Request) -> Response:
        raise RuntimeError("a bug")

    async def _live(self, _request: Request) -> Response:
        async def frames() -> AsyncIterator[bytes]:
            yield b": beat\n\n"
            await self.go_on.wait()

        return StreamingResponse(frames(), media_type="text/event-stream")


async def test_a_route_is_told_by_its_template() -> None:
    served = Served()
    for number in range(20):
        await served.ask(f"/things/{number}")
    assert served.count("/things/{thing}", "200") == 20
    assert (
        served.registry.get_sample_value("newsloom_http_request_seconds_count", {"route": "/things/{thing}"})
        == 20
    )
    assert served.in_flight == 0


async def test_whoever_tries_addresses_and_methods_makes_no_series() -> None:
    served = Served()
    for number in range(20):
        await served.ask(f"/nowhere/{number}")
        await served.ask("/things/1", f"METHOD{number}")
    assert served.count("other", "404") == 20
    assert served.count("/things/{thing}", "405", method="other") == 20
    assert served.series == 2


@pytest.mark.parametrize(
    ("kind", "problem"), [("ours", "too-large"), ("web", "too-large"), ("odd", "other"), ("none", "other")]
)
async def test_a_problem_is_told_by_the_end_of_its_type(kind: str, problem: str) -> None:
    served = Served()
    assert await served.ask(f"/refused/{kind}") == 413
    assert served.count("/refused/{kind}", "413", problem=problem) == 1


async def test_a_bug_is_counted_as_the_answer_that_the_caller_hears() -> None:
    served = Served()
    assert await served.ask("/broken") == 500
    assert served.count("/broken", "500", problem="internal") == 1
    assert served.in_flight == 0


async def test_probes_and_scrapes_are_not_counted() -> None:
    served = Served()
    assert await served.ask("/metrics") == 200
    assert served.series == 0


async def test_a_live_stream_is_counted_when_it_begins() -> None:
    served = Served()
    begun: asyncio.Queue[Message] = asyncio.Queue()
    scope = {"type": "http", "method": "GET", "path": "/live", "headers": [], "query_string": b""}

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    running = asyncio.create_task(served.app(scope, receive, begun.put))
    async with asyncio.timeout(30):
        assert (await begun.get())["type"] == "http.response.start"
        assert (await begun.get())["body"]
        assert served.count("/live", "200") == 1
        assert served.in_flight == 0
        served.go_on.set()
        await running
    assert served.count("/live", "200") == 1
