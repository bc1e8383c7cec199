"""Refusals as RFC 9457 problem documents: a stable type, a way out, and nothing of what was sent."""

import json
from collections.abc import Mapping

import structlog
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ingest.problems.document import problem_document, problem_type
from ingest.problems.pages import problem_routes
from ingest.refusal import REFUSALS, Refused

__all__ = ["MEDIA_TYPE", "install", "problem_document", "problem_response", "problem_type"]

MEDIA_TYPE = "application/problem+json"


def problem_response(refused: Refused, *, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to a refused request."""
    kind = REFUSALS[refused.code]
    return Response(
        json.dumps(problem_document(refused), ensure_ascii=False),
        status_code=kind.status,
        headers={**kind.headers, **_retry_after(refused), **(headers or {})},
        media_type=MEDIA_TYPE,
    )


def _retry_after(refused: Refused) -> Mapping[str, str]:
    return {} if refused.retry_after is None else {"Retry-After": str(refused.retry_after)}


def install(app: FastAPI) -> None:
    """Let the framework's own refusals and our bugs speak the same language, and serve what explains them."""
    app.router.routes.extend(problem_routes())

    def on_http_exception(_request: Request, error: Exception) -> Response:
        refused, headers = _of_the_framework(error)
        return problem_response(refused, headers=headers)

    def on_bug(request: Request, error: Exception) -> Response:
        structlog.get_logger().error("bug", route=request.url.path[:100], exc_info=error)
        return problem_response(
            Refused("internal", "repeat the request later; the failure is in newsloom's log")
        )

    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(Exception, on_bug)


def _of_the_framework(error: Exception) -> tuple[Refused, Mapping[str, str] | None]:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return Refused("not-found", "see /docs for what there is"), None
    if status == 405:
        return Refused("method", "see the header Allow, or /docs"), getattr(error, "headers", None)
    return Refused("malformed-http", "send a well-formed request"), None
