"""What the HTTP side of every service counts: requests by route and problem, their time, those in flight.

A route is told by its template and a path that no route has by `other`, so whoever tries addresses makes no
series. What a live stream takes is its reader's patience, so it is counted when it begins.
"""

import json
import re
from time import perf_counter
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsloom_runtime.metrics.declaring import CounterMetric, GaugeMetric, HistogramMetric, Label, Metric

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "other")
OTHER: Final = "other"
PROBES: Final = frozenset({"/livez", "/readyz", "/metrics"})
PROBLEM_DOCUMENT: Final = b"application/problem+json"
STREAM: Final = b"text/event-stream"
SEPARATORS: Final = re.compile(r"[:/]")
CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,49}")
LARGEST_PROBLEM_BYTES: Final = 64 * 1024

ROUTE: Final = Label(name="route", drawn_from="the templates of the service's routes, and `other`")

REQUESTS: Final = CounterMetric(
    name="newsloom_http_requests_total",
    meaning="Requests answered, probes and scrapes apart",
    look="Errors by what the caller heard: 5xx are ours, a rising 4xx is somebody's tool gone wrong.",
    labels=(
        ROUTE,
        Label(name="method", values=METHODS),
        Label(name="status", drawn_from="the HTTP statuses, and `none` when the caller had gone"),
        Label(name="problem", drawn_from="the problem types of docs/problems.md, empty without a problem"),
    ),
)
SECONDS: Final = HistogramMetric(
    name="newsloom_http_request_seconds",
    meaning="Seconds until a request was answered in full, or until a live stream began",
    look="What callers wait, by route.",
    labels=(ROUTE,),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),  # a series each for every route
)
IN_FLIGHT: Final = GaugeMetric(
    name="newsloom_http_requests_in_flight",
    meaning="Requests not yet answered in full; live streams that have begun are not among them",
    look="Rising at an even rate of requests: answers take longer and longer.",
)

DECLARED: Final[tuple[Metric, ...]] = (REQUESTS, SECONDS, IN_FLIGHT)


class HttpMetrics:
    """What the middleware counts with."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = REQUESTS.on(registry)
        self.seconds = SECONDS.on(registry)
        self.in_flight = IN_FLIGHT.on(registry)
        self._counters: dict[tuple[str, str, str, str], Counter] = {}
        self._timers: dict[str, Histogram] = {}

    def answered(self, route: str, method: str, status: str, problem: str, seconds: float) -> None:
        """Count a request. What its labels lead to is kept: to look that up costs more than to count."""
        key = route, method, status, problem
        counter, timer = self._counters.get(key), self._timers.get(route)
        if counter is None:
            counter = self._counters[key] = self.requests.labels(*key)
        if timer is None:
            timer = self._timers[route] = self.seconds.labels(route)
        counter.inc()
        timer.observe(seconds)


class CountRequests:
    """ASGI middleware. It must stand inside whatever compresses, to read the type of a problem."""

    def __init__(self, app: ASGIApp, metrics: HttpMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self._app(scope, receive, send)
            return
        request = _Request(self._metrics, scope, send)
        try:
            await self._app(scope, receive, request.send)
        except Exception:
            request.broke()  # the server's own error answer is sent outside of us
            raise
        finally:
            request.ended()


class _Request:
    """One request on its way to being counted, once."""

    def __init__(self, metrics: HttpMetrics, scope: Scope, send: Send) -> None:
        self._metrics = metrics
        self._scope = scope
        self._send = send
        self._started = perf_counter()
        self._status = "none"
        self._problem = ""
        self._reading: bytes | None = None
        self._counted = False
        metrics.in_flight.inc()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._begins(message)
        elif message["type"] == "http.response.body":
            self._goes_on(message)
        await self._send(message)

    def broke(self) -> None:
        if self._status == "none":
            self._status, self._problem = "500", "internal"

    def ended(self) -> None:
        if self._counted:
            return
        self._counted = True
        route = _template(self._scope)
        method = self._scope["method"] if self._scope["method"] in METHODS else OTHER
        self._metrics.in_flight.dec()
        seconds = perf_counter() - self._started
        self._metrics.answered(route, method, self._status, self._problem, seconds)

    def _begins(self, message: Message) -> None:
        self._status = str(message["status"])
        kind = next((value for name, value in message.get("headers", ()) if name == b"content-type"), b"")
        if kind.startswith(STREAM):
            self.ended()
        elif kind.startswith(PROBLEM_DOCUMENT):
            self._reading = b""

    def _goes_on(self, message: Message) -> None:
        """What the caller has heard in full is counted before, so that who asks next finds it counted."""
        ends = not message.get("more_body", False)
        if self._reading is not None:
            self._reading += message.get("body", b"")[:LARGEST_PROBLEM_BYTES]
            if ends:
                self._problem = _code(self._reading)
        if ends:
            self.ended()


def _template(scope: Scope) -> str:
    path: Any = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) and path else OTHER


def _code(document: bytes) -> str:
    """The last part of a problem's type; a document of another making is `other`."""
    try:
        told = SEPARATORS.split(json.loads(document)["type"])[-1]
    except (ValueError, KeyError, TypeError):
        return OTHER
    return told if CODE.fullmatch(told) else OTHER
