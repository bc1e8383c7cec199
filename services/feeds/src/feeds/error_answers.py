"""The answer to every error that a route lets out: a problem document, or a page where people look."""

import json
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from feeds.answers import COMMON_HEADERS, GONE, NEGOTIATED
from feeds.formats import markup
from feeds.links import Links
from feeds.live import LogNotReached
from feeds.negotiation import wants_page
from feeds.problems import (
    BROKEN,
    LOG_AWAY,
    MEDIA_TYPE,
    NO_ARTICLE,
    STORE_AWAY,
    TYPE_PREFIX,
    WITHHELD,
    Problem,
    Refused,
)
from feeds.reading import NotThere, Withdrawn, Withheld
from newsloom_store import StoreUnavailable

RETRY_AFTER_S = "2"


async def on_error(request: Request, error: Exception) -> Response:
    """The answer to any error. Nothing but a kill is kept by caches: everything else may pass."""
    problem = _of(error)
    headers = {**COMMON_HEADERS, "Cache-Control": GONE if isinstance(error, Withdrawn) else "no-store"}
    if isinstance(error, Withdrawn):
        headers["Vary"] = NEGOTIATED
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = RETRY_AFTER_S
    if isinstance(error, HTTPException):
        headers |= error.headers or {}
    if wants_page(request):
        return _page(request, problem, headers)
    return _document(problem, headers)


def _document(problem: Problem, headers: dict[str, str]) -> Response:
    document = {
        "type": TYPE_PREFIX + problem.code,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        **problem.more,
    }
    text = json.dumps(document, ensure_ascii=False)
    return Response(text, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def _page(request: Request, problem: Problem, headers: dict[str, str]) -> Response:
    links: Links = request.app.state.services.links
    body = markup.page("problem.html", language="en", links=links, title=problem.title, detail=problem.detail)
    return Response(
        body,
        status_code=problem.status,
        media_type=f"{markup.MEDIA_TYPE}; charset=utf-8",
        headers={**headers, **markup.security_headers()},
    )


def _of(error: Exception) -> Problem:
    match error:
        case Refused():
            return error.problem
        case NotThere():
            return NO_ARTICLE
        case Withheld():
            return WITHHELD
        case Withdrawn():
            return _withdrawn(error)
        case StoreUnavailable():
            return STORE_AWAY
        case LogNotReached():
            return LOG_AWAY
        case HTTPException():
            return _of_http(error)
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
    Withheld,
    Withdrawn,
    StoreUnavailable,
    LogNotReached,
    HTTPException,
    Exception,
)
