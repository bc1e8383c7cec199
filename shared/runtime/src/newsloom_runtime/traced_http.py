"""A span for each request, in whose trace stands whatever the request puts on the log."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsloom_runtime.metrics.http import OTHER, PROBES, STREAM
from newsloom_runtime.spans import RequestSpan, Spans
from newsloom_runtime.traces import TRACEPARENT

_HEADER = TRACEPARENT.encode()


class TracedHttp:
    """ASGI middleware, put before an app only where spans are recorded."""

    def __init__(self, app: ASGIApp, spans: Spans) -> None:
        self._app = app
        self._spans = spans

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self._app(scope, receive, send)
            return
        given = [value for name, value in scope["headers"] if name == _HEADER]
        client = given[0].decode("latin-1") if len(given) == 1 else None
        with self._spans.request(scope["method"], client) as span:
            await self._app(_within(scope, span), receive, _Answer(scope, span, send).send)


class _Answer:
    def __init__(self, scope: Scope, span: RequestSpan, send: Send) -> None:
        self._scope = scope
        self._span = span
        self._send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kind = dict(message.get("headers", ())).get(b"content-type", b"")
            route = getattr(self._scope.get("route"), "path", OTHER)
            self._span.answered(message["status"], route, live=kind.startswith(STREAM))
        await self._send(message)


def _within(scope: Scope, span: RequestSpan) -> Scope:
    """The request as if its sender had sent it from inside the span."""
    kept = [(name, value) for name, value in scope["headers"] if name != _HEADER]
    if span.traceparent is not None:
        kept.append((_HEADER, span.traceparent.encode()))
    scope["headers"] = kept
    return scope
