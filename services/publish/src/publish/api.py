"""What publish answers over HTTP, beside health and metrics: the operator's record of an article."""

import json
import re
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.identity import article_id as identify
from newsloom_store import StoreError, StoreUnavailable
from publish.record import record_of

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class RecordedStore(Protocol):
    """Documents by id."""

    async def get(self, article_id: str) -> StoredArticleV3 | None: ...


def record_routes() -> list[Route]:
    """Routes of the records; the application's state holds the store."""
    return [
        Route("/v1/articles/record", _record_by_source),
        Route("/v1/articles/{article_id}/record", _record),
    ]


async def _record(request: Request) -> Response:
    article_id = request.path_params["article_id"]
    if not _ID.fullmatch(article_id):
        return _problem(422, "bad-parameter", "An article's id is a UUID in lower case", "Check the id.")
    return await _answer(request.app.state.store, article_id)


async def _record_by_source(request: Request) -> Response:
    source, external_id = (request.query_params.get(name) for name in ("source", "external_id"))
    if not source or not external_id:
        return _problem(
            422, "bad-parameter", "Two parameters name an article", "Send source= and external_id=."
        )
    return await _answer(request.app.state.store, identify(source, external_id))


async def _answer(store: RecordedStore, article_id: str) -> Response:
    try:
        document = await store.get(article_id)
    except StoreUnavailable:
        return _problem(503, "store-unavailable", "The store cannot answer now", "Ask again shortly.")
    except StoreError as error:
        return _problem(500, "unreadable", "The stored document cannot be read", str(error))
    if document is None:
        return _problem(
            404,
            "not-found",
            "Nothing is stored of such an article",
            "Check the id, or wait for it to arrive.",
        )
    text = record_of(document).model_dump_json(exclude_none=True)
    return Response(text, media_type="application/json", headers=_HEADERS)


def _problem(status: int, code: str, title: str, detail: str) -> Response:
    document = {"type": f"urn:newsloom:problem:{code}", "title": title, "status": status, "detail": detail}
    retry = {"Retry-After": "2"} if status == 503 else {}
    return Response(
        json.dumps(document),
        status_code=status,
        media_type="application/problem+json",
        headers={**_HEADERS, **retry},
    )
