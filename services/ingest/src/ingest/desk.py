"""What every route needs, and the frame around its work: outcome to answer, answer to metric."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from ingest.credentials import Grant, KeyRing, Scope
from ingest.fetching import Fetcher
from ingest.http_body import Admission, BodyLimits, check_framing
from ingest.metrics import IngestMetrics
from ingest.ports import Clock, Publisher, Workers
from ingest.problems import problem_response
from ingest.refusal import Refused
from ingest.reply import Reply
from ingest.source_register import SourceRegister
from newsloom_runtime.errors import PermanentError, TransientError

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything the routes work with. `feeds_url` is the public address of feeds, without a final slash."""

    keys: KeyRing
    publisher: Publisher
    clock: Clock
    admission: Admission
    limits: BodyLimits
    metrics: IngestMetrics
    feeds_url: str
    sources: SourceRegister
    fetcher: Fetcher
    workers: Workers

    def authorise(self, request: Request, scope: Scope) -> Grant:
        """The grant of a request. Raises Refused."""
        check_framing(request)
        source = request.query_params.get("source")
        return self.keys.authorise(request.headers.get("authorization"), scope=scope, source=source)


def framed(desk: Desk, route: str, work: Endpoint) -> Endpoint:
    """Work that raises as an endpoint that answers. `route` is the label of its metrics."""
    succeeded = desk.metrics.requests.labels(route, "accepted")

    async def endpoint(request: Request) -> Response:
        started = perf_counter()
        try:
            response = await work(request)
        except ClientDisconnect:
            desk.metrics.requests.labels(route, "client-gone").inc()
            return Response(status_code=400)  # nobody hears it
        except (Refused, TransientError, PermanentError) as error:
            refused = as_refusal(error)
            desk.metrics.requests.labels(route, refused.code).inc()
            return problem_response(refused)
        succeeded.inc()
        desk.metrics.accept_seconds.observe(perf_counter() - started)
        return response

    return endpoint


def as_refusal(error: Refused | TransientError | PermanentError) -> Refused:
    """A failure as the refusal that the sender hears."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, TransientError):
        return Refused(
            "unavailable", "send the same again after the time in Retry-After; repeating is harmless"
        )
    return Refused("too-large", "shorten the article: it is larger than Kafka takes")


def respond(reply: Reply) -> Response:
    """A reply as HTTP carries it."""
    if reply.document is None:
        return Response(status_code=reply.status, headers=dict(reply.headers))
    return Response(
        json.dumps(reply.document, ensure_ascii=False),
        status_code=reply.status,
        headers=dict(reply.headers),
        media_type="application/json",
    )
