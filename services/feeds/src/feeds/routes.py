"""The routes and what OpenAPI says of them."""

from typing import Any

from fastapi import FastAPI
from starlette.routing import Route
from starlette.types import Lifespan

from feeds import api, problems
from feeds.asking import DEFAULT_LIMIT, MAX_LIMIT
from feeds.formats.article_json import ArticleDocument, TranslationDocument
from feeds.formats.feed_list import FeedList

_PROBLEM = {"content": {problems.MEDIA_TYPE: {"schema": {"type": "object"}}}}


def new_api(lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """The application without its services: whoever runs it sets `app.state.services`."""
    app = FastAPI(
        title="newsloom feeds",
        summary="Articles, feeds and live updates",
        lifespan=lifespan,
        docs_url=None,  # the usual pages load scripts from the network
        redoc_url=None,
        redirect_slashes=False,  # a redirect would take its address from the Host header
    )
    for kind in problems.HANDLED:
        app.add_exception_handler(kind, problems.on_error)
    app.router.routes.append(Route("/", api.home, include_in_schema=False))
    app.router.routes.append(Route("/docs", api.docs, include_in_schema=False))
    _add_articles(app)
    _add_feeds(app)
    return app


def _add_articles(app: FastAPI) -> None:
    article_id = _parameter("path", "article_id", "the article's id, a UUID")
    _get(
        app,
        "/v1/articles",
        api.article_by_source,
        "An article by its source's own id",
        [
            _parameter("query", "source", "the source", required=True),
            _parameter("query", "external_id", "the source's id of the article", required=True),
        ],
        model=ArticleDocument,
        errors={404: "unknown or not public", 410: "withdrawn", 422: "a parameter is missing"},
    )
    _get(
        app,
        "/v1/articles/{article_id}",
        api.article,
        "An article with tags, related links, translations and how each came about",
        [article_id],
        model=ArticleDocument,
        errors={404: "unknown or not public", 410: "withdrawn"},
    )
    _get(
        app,
        "/v1/articles/{article_id}/translations/{language}",
        api.translation,
        "One translation of an article",
        [article_id, _parameter("path", "language", "language tag, such as en")],
        model=TranslationDocument,
        errors={404: "no such article or no text in the language", 410: "withdrawn"},
    )


def _add_feeds(app: FastAPI) -> None:
    _get(app, "/v1/feeds", api.feeds, "The feeds that hold articles", [], model=FeedList, errors={})
    _get(
        app,
        "/v1/feeds/{feed:path}",
        api.feed,
        "A feed: all, source/NAME, section/NAME or language/CODE, ending in .json, .rss or /events (live)",
        [
            _parameter("path", "feed", "the feed's id and an optional ending"),
            _parameter(
                "query", "limit", f"items a page, 1 to {MAX_LIMIT}, else {DEFAULT_LIMIT}", kind="integer"
            ),
            _parameter("query", "before", "place of the next page, from next_url"),
            _parameter("query", "since", "live: cursor of a snapshot or id of an event"),
            _parameter("header", "Last-Event-ID", "live: id of the last event; counts before since"),
        ],
        model=None,
        errors={
            404: "unknown kind of feed",
            422: "a parameter or cursor cannot be read",
            503: "try again shortly",
        },
    )


def _get(
    app: FastAPI,
    path: str,
    endpoint: Any,
    summary: str,
    parameters: list[dict[str, Any]],
    *,
    model: type[Any] | None,
    errors: dict[int, str],
) -> None:
    """GET, described, and HEAD beside it. Endpoints take the bare request: a third of the cost."""
    responses: dict[int | str, dict[str, Any]] = {
        status: {"description": text, **_PROBLEM} for status, text in errors.items()
    }
    if model is not None:
        responses[200] = {"model": model}
    app.add_api_route(
        path, endpoint, summary=summary, responses=responses, openapi_extra={"parameters": parameters}
    )
    app.router.routes.append(Route(path, endpoint, methods=["HEAD"]))


def _parameter(
    where: str, name: str, text: str, *, kind: str = "string", required: bool = False
) -> dict[str, Any]:
    return {
        "in": where,
        "name": name,
        "description": text,
        "required": required or where == "path",
        "schema": {"type": kind},
    }
