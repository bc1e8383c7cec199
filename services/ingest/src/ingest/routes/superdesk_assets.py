"""The assets address of Superdesk's HTTP push: newsloom keeps pictures by reference and takes no files.

Superdesk asks for each file whether it is there, without a signature, and uploads what is not. It is told of
every file that it need not be sent, so that the text goes out; the answer says what that means.
"""

from starlette.requests import Request
from starlette.responses import Response

from ingest.desk import Desk, Endpoint, respond
from ingest.door.http_body import check_framing, read_body
from ingest.reply import Reply
from ingest.routes.dialects import hook_grant
from ingest.source_profile import SourceProfile
from ingest.sources.dialect import NO_PROFILE, Delivery
from ingest.sources.superdesk import SUPERDESK, prove

PATH = "/v1/hooks/{source}/superdesk/assets"
_SAYS = {
    "stored": False,
    "why": "newsloom keeps pictures by reference: it shows them from the address in the item's renditions",
}


async def probe(request: Request) -> Response:
    """`GET .../assets/{media_id}`: 200 for every file, so that Superdesk does not upload it."""
    check_framing(request)
    return respond(Reply(status=200, document=_SAYS))


def uploading(desk: Desk) -> Endpoint:
    """`POST .../assets`: a signed file is acknowledged and let go, for whoever does not ask first."""

    async def upload(request: Request) -> Response:
        check_framing(request)
        source = request.path_params["source"]
        desk.expect(hook_grant(source, SUPERDESK))
        profile = desk.sources.current().get(source, NO_PROFILE)
        with desk.enter() as slot:
            body = await read_body(request, desk.limits, slot)
            prove(_delivery(request, body, profile), now=desk.clock.now())
        return respond(Reply(status=201, document=_SAYS))

    return upload


def _delivery(request: Request, body: bytes, profile: SourceProfile) -> Delivery:
    return Delivery(body=body, headers=request.headers, profile=profile)
