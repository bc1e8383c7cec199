"""The operational endpoints of every service."""

import asyncio
from collections.abc import Callable, Collection
from importlib.metadata import version

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from newsloom_runtime.health import Health
from newsloom_schemas.asyncapi import service_document


def ops_routes(
    service: str,
    health: Health,
    registry: CollectorRegistry,
    roles: Collection[str],
    *,
    look: Callable[[], None] = lambda: None,
) -> list[Route]:
    """Routes for probes, the scraper and the AsyncAPI document; `roles` are those that consume here.

    `look` is called before each scrape: what lives on the event loop is asked there, not in the thread.
    """

    async def livez(_request: Request) -> Response:
        return _verdict(health.not_alive())

    async def readyz(_request: Request) -> Response:
        return _verdict(health.not_ready(), health.notes())

    async def metrics(_request: Request) -> Response:
        look()
        text = await asyncio.to_thread(generate_latest, registry)  # a large scrape takes milliseconds
        return Response(text, headers={"content-type": CONTENT_TYPE_PLAIN_0_0_4})

    async def asyncapi(_request: Request) -> Response:
        told = version("newsloom-schemas")
        return JSONResponse(await asyncio.to_thread(service_document, service, roles, version=told))

    return [
        Route("/livez", livez, include_in_schema=False),
        Route("/readyz", readyz, include_in_schema=False),
        Route("/metrics", metrics, include_in_schema=False),
        Route("/asyncapi", asyncapi, include_in_schema=False),
    ]


def _verdict(reasons: dict[str, str], notes: dict[str, str] | None = None) -> Response:
    status = "ok" if not reasons else "unavailable"
    told = {"notes": notes} if notes else {}
    body = {"status": status, "reasons": reasons, **told}
    return JSONResponse(body, status_code=200 if not reasons else 503)
