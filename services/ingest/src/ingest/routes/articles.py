"""The routes about one article that is named in the address: withdraw it, say which tags it has."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from ingest.accept import edit_tags, kill
from ingest.desk import Desk, Endpoint, respond
from ingest.door.http_body import check_media_type, read_body
from ingest.guards.idempotency import answered_once
from ingest.query import read_external_id, read_options
from ingest.receipt import accepted
from ingest.strict_json import parse_strict
from ingest.tags_request import TagsRequest
from newsloom_schemas.submission import KillRequest

_ABOUT_ONE = frozenset({"source", "external_id"})
_JSON = ("application/json",)


def killing(desk: Desk) -> Endpoint:
    """`POST /v1/articles/kill?external_id=`."""

    async def withdraw(request: Request) -> Response:
        grant = desk.authorise(request, "kill")
        external_id = read_external_id(read_options(request, _ABOUT_ONE))
        with desk.enter() as slot:
            raw = await read_body(request, desk.limits, slot)
            if raw:
                check_media_type(request, _JSON)
            take = partial(_killed, desk, grant.source, external_id, raw)
            return await answered_once(desk.answers, desk.clock, request, grant, raw, take)

    return withdraw


async def _killed(desk: Desk, source: str, external_id: str, raw: bytes) -> Response:
    event = await kill(
        parse_strict(KillRequest, raw) if raw else KillRequest(),
        source=source,
        external_id=external_id,
        clock=desk.clock,
        publisher=desk.publisher,
    )
    return respond(accepted(event, feeds_url=desk.feeds_url))


def editing_tags(desk: Desk) -> Endpoint:
    """`PUT /v1/articles/tags?external_id=`."""

    async def replace_tags(request: Request) -> Response:
        grant = desk.authorise(request, "tags")
        check_media_type(request, _JSON)
        external_id = read_external_id(read_options(request, _ABOUT_ONE))
        with desk.enter() as slot:
            event = await edit_tags(
                parse_strict(TagsRequest, await read_body(request, desk.limits, slot)),
                source=grant.source,
                external_id=external_id,
                clock=desk.clock,
                publisher=desk.publisher,
            )
        return respond(accepted(event, feeds_url=desk.feeds_url))

    return replace_tags
