"""The HTTP front door: each route checks who asks, reads the body, and calls one use case."""

import asyncio

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from ingest import openapi, problems
from ingest.accept import accept, edit_tags, kill
from ingest.desk import Desk, Endpoint, framed
from ingest.http_body import check_media_type, read_body
from ingest.query import read_external_id, read_options
from ingest.receipt import accepted
from ingest.sources import DIALECTS, Delivery, Dialect
from ingest.strict_json import parse_strict
from ingest.tags_request import TagsRequest
from newsloom_schemas.submission import KillRequest, Submission

INLINE_BYTES = 20_000  # parsing more would hold the event loop too long
_ABOUT_ONE = frozenset({"source", "external_id"})


def add_routes(app: FastAPI, desk: Desk) -> None:
    """Put the front door on an application."""
    problems.install(app)
    for dialect in DIALECTS:
        _add(app, desk, "POST", dialect.path, _submitting(desk, dialect), openapi.submission(dialect))
    _add(app, desk, "POST", "/v1/articles/kill", _killing(desk), openapi.kill())
    _add(app, desk, "PUT", "/v1/articles/tags", _editing_tags(desk), openapi.tags())
    openapi.install(app)


def _add(
    app: FastAPI, desk: Desk, method: str, path: str, work: Endpoint, description: openapi.Operation
) -> None:
    # The endpoint takes the bare request: a model parameter would double the cost of every article.
    app.add_api_route(
        path,
        framed(desk, path, work),
        methods=[method],
        status_code=202,
        response_model=None,
        operation_id=description.operation_id,
        summary=description.summary,
        description=description.description,
        openapi_extra=description.extra,
    )


def _submitting(desk: Desk, dialect: Dialect) -> Endpoint:
    options_allowed = frozenset({"source", *dialect.options})

    async def submit(request: Request) -> Response:
        grant = desk.authorise(request, "submit")
        check_media_type(request, dialect.media_type)
        options = read_options(request, options_allowed)
        with desk.admission.enter() as slot:
            delivery = Delivery(body=await read_body(request, desk.limits, slot), options=options)
            event = await accept(
                await _parsed(dialect, delivery),
                source=grant.source,
                dialect=dialect.name,
                clock=desk.clock,
                publisher=desk.publisher,
            )
        return accepted(event, feeds_url=desk.feeds_url, revision=event.revision)

    return submit


async def _parsed(dialect: Dialect, delivery: Delivery) -> Submission:
    if len(delivery.body) > INLINE_BYTES:
        return await asyncio.to_thread(dialect.parse, delivery)
    return dialect.parse(delivery)


def _killing(desk: Desk) -> Endpoint:
    async def withdraw(request: Request) -> Response:
        grant = desk.authorise(request, "kill")
        external_id = read_external_id(read_options(request, _ABOUT_ONE))
        with desk.admission.enter() as slot:
            raw = await read_body(request, desk.limits, slot)
            if raw:
                check_media_type(request, "application/json")
            event = await kill(
                parse_strict(KillRequest, raw) if raw else KillRequest(),
                source=grant.source,
                external_id=external_id,
                clock=desk.clock,
                publisher=desk.publisher,
            )
        return accepted(event, feeds_url=desk.feeds_url)

    return withdraw


def _editing_tags(desk: Desk) -> Endpoint:
    async def replace_tags(request: Request) -> Response:
        grant = desk.authorise(request, "tags")
        check_media_type(request, "application/json")
        external_id = read_external_id(read_options(request, _ABOUT_ONE))
        with desk.admission.enter() as slot:
            event = await edit_tags(
                parse_strict(TagsRequest, await read_body(request, desk.limits, slot)),
                source=grant.source,
                external_id=external_id,
                clock=desk.clock,
                publisher=desk.publisher,
            )
        return accepted(event, feeds_url=desk.feeds_url, edit=event.tags.edit)

    return replace_tags
