"""`POST /v1/pages/preview`: what is understood of a copied page, to look at before it is published."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ingest.desk import Desk, Endpoint, respond
from ingest.door.http_body import check_media_type, read_body
from ingest.query import read_options
from ingest.reply import Reply
from ingest.sources.dialect import NO_PROFILE, Delivery
from ingest.sources.page_submission import PAGE, preview_page

PATH = f"{PAGE.path}/preview"
_OPTIONS = frozenset({"source", *PAGE.options})
_HEADERS = {"Cache-Control": "no-store"}


def previewing(desk: Desk) -> Endpoint:
    """The work of the route: all that a submission of the page would go through, but for the log."""

    async def preview(request: Request) -> Response:
        grant = desk.authorise(request, "submit")
        media_type = check_media_type(request, PAGE.media_types)
        options = read_options(request, _OPTIONS)
        with desk.enter() as slot:
            delivery = Delivery(
                body=await read_body(request, desk.limits, slot),
                options=dict(options),
                media_type=media_type,
                received_at=desk.clock.now(),
                profile=desk.sources.current().get(grant.source, NO_PROFILE),
            )
            return respond(Reply(status=200, document=await _shown(desk, delivery), headers=_HEADERS))

    return preview


async def _shown(desk: Desk, delivery: Delivery) -> dict[str, Any]:
    if len(delivery.body) > PAGE.inline_bytes:
        return await desk.workers.run(preview_page, delivery)
    return preview_page(delivery)
