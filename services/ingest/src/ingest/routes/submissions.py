"""`GET /v1/submissions/{event_id}`: what became of a submission, for whoever may speak for its source."""

import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from ingest.desk import Desk, Endpoint
from ingest.query import read_options
from ingest.refusal import Refused, invalid_parameter
from ingest.register.status import status_of

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# `source` is what other routes ask for; here the submission itself says its source.
_OPTIONS = frozenset({"source", "hops"})
_HEADERS = {"Cache-Control": "no-store"}


def telling(desk: Desk) -> Endpoint:
    """The work of the route."""

    async def tell(request: Request) -> Response:
        reader = desk.identified(request)
        hops = _wants_hops(read_options(request, _OPTIONS))
        event_id = request.path_params["event_id"]
        fact = await desk.register.find(event_id) if _ID.fullmatch(event_id) else None
        # Another source's submission is answered like one that does not exist.
        if fact is None or not reader.speaks_for(fact.source):
            raise Refused(
                "not-found",
                "check id and key: no submission of the key's sources of the last 30 days has this id",
            )
        fate, times = await desk.register.fate(fact, hops=hops)
        status = status_of(fact, fate, times, feeds_url=desk.feeds_url)
        return Response(
            status.model_dump_json(exclude_none=True), media_type="application/json", headers=_HEADERS
        )

    return tell


def _wants_hops(options: Mapping[str, str]) -> bool:
    asked = options.get("hops", "true")
    if asked not in ("true", "false"):
        raise invalid_parameter("hops", "boolean", "write true or false, or leave it out")
    return asked == "true"
