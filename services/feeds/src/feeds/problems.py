"""Errors as RFC 9457 problem documents: stable types, fixes in words, never an echo of the input."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from feeds.answers import COMMON_HEADERS
from feeds.live import LogNotReached
from feeds.reading import NotThere, Withdrawn
from newsloom_store import StoreUnavailable

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:newsloom:problem:"
RETRY_AFTER_S = "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An answer that is an error. `code` ends the type URN; `more` holds further members of the document."""

    status: int
    code: str
    title: str
    detail: str
    more: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    """Raised by a route to answer with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


def bad_parameter(name: str, advice: str) -> Problem:
    """A query parameter or header that cannot be read; the advice says what to send."""
    return Problem(
        status=422,
        code="bad-parameter",
        title="A parameter cannot be read",
        detail=advice,
        more={"parameter": name},
    )


NO_ARTICLE = Problem(
    status=404,
    code="not-found",
    title="There is no such public article",
    detail="Check the id. An article that was just accepted appears here as soon as it is published.",
)
NO_FEED = Problem(
    status=404,
    code="unknown-feed",
    title="There is no such kind of feed",
    detail="Use all, source/NAME, section/NAME or language/CODE; /v1/feeds lists those that hold articles.",
)
BAD_CURSOR = Problem(
    status=422,
    code="bad-cursor",
    title="The cursor cannot be read",
    detail="Send the id of the last event of this feed, or the cursor of a snapshot of this feed.",
)
TOO_MANY_STREAMS = Problem(
    status=503,
    code="too-many-streams",
    title="Too many live readers",
    detail="Try again shortly, or poll the feed.",
)
STORE_AWAY = Problem(
    status=503,
    code="store-unavailable",
    title="The store cannot answer now",
    detail="Nothing is lost; send the same request again shortly.",
)
LOG_AWAY = Problem(
    status=503,
    code="log-unavailable",
    title="Live updates cannot be served now",
    detail="Reconnect shortly with the same cursor; nothing is missed.",
)
BROKEN = Problem(
    status=500,
    code="internal",
    title="Something went wrong here",
    detail="The fault is ours and is in our log.",
)


def answer(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """The problem as a response."""
    document = {
        "type": TYPE_PREFIX + problem.code,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        **problem.more,
    }
    retry = {"Retry-After": RETRY_AFTER_S} if problem.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return Response(
        json.dumps(document, ensure_ascii=False),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={**COMMON_HEADERS, "Cache-Control": "no-store", **retry, **(headers or {})},
    )


async def on_error(_request: Request, error: Exception) -> Response:
    """The answer to any error that a route lets out."""
    if isinstance(error, HTTPException):
        return answer(_of_http(error), dict(error.headers or {}))
    return answer(_of(error))


def _of(error: Exception) -> Problem:
    match error:
        case Refused():
            return error.problem
        case NotThere():
            return NO_ARTICLE
        case Withdrawn():
            return _withdrawn(error)
        case StoreUnavailable():
            return STORE_AWAY
        case LogNotReached():
            return LOG_AWAY
        case _:
            return BROKEN


def _withdrawn(error: Withdrawn) -> Problem:
    return Problem(
        status=410,
        code="killed",
        title="The article was withdrawn by its source",
        detail="Remove every copy of it. It does not come back.",
        more={"killed_at": error.killed_at.isoformat()},
    )


def _of_http(error: HTTPException) -> Problem:
    status = HTTPStatus(error.status_code)
    return Problem(
        status=status,
        code=status.phrase.lower().replace(" ", "-"),
        title=status.phrase,
        detail="See /docs for the addresses and methods that are served.",
    )


HANDLED: tuple[type[Exception], ...] = (
    Refused,
    NotThere,
    Withdrawn,
    StoreUnavailable,
    LogNotReached,
    HTTPException,
    Exception,
)
