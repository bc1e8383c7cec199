"""The routes and what OpenAPI says of them."""

from typing import Any

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Lifespan

from feeds import api, article_api, error_answers, problems
from feeds.asking import EVENTS, MAX_LIMIT
from feeds.formats import ARTICLE_FORMATS, FEED_FORMATS, jsonfeed, markup, ninjs, sitemap, sse
from feeds.formats.article_json import ArticleDocument, TranslationDocument
from feeds.formats.feed_list import FeedList
from feeds.reading import DEFAULT_LIMIT

MIN_COMPRESSED_BYTES = 500
_PAGES = {
    "/": api.home,
    "/docs": api.docs,
    "/openapi.json": api.description,
    "/robots.txt": api.robots,
}
_ERRORS = {
    404: "unknown",
    410: "withdrawn by its source, for ever",
    422: "a parameter or cursor cannot be read",
    451: "withheld: under embargo",
    503: "try again shortly",
}
_SCHEMAS = {media_type: {"type": "object"} for media_type in ("application/json", jsonfeed.MEDIA_TYPE)}
_PROBLEM = {
    "content": {
        problems.MEDIA_TYPE: {"schema": {"type": "object"}},
        markup.MEDIA_TYPE: {"schema": {"type": "string"}},  # for people: see negotiation.wants_page
    }
}


def new_api(lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """The application without its services: whoever runs it sets `app.state.services`."""
    app = FastAPI(
        title="newsloom feeds",
        summary="Articles, feeds and live updates",
        lifespan=lifespan,
        docs_url=None,  # the usual pages load scripts from the network
        redoc_url=None,
        openapi_url=None,  # served with our own headers
        redirect_slashes=False,  # a redirect would take its address from the Host header
    )
    # Level 5 is half the work of the default 9 for a few percent more bytes. Event streams are left alone.
    app.add_middleware(GZipMiddleware, minimum_size=MIN_COMPRESSED_BYTES, compresslevel=5)
    for kind in error_answers.HANDLED:
        app.add_exception_handler(kind, error_answers.on_error)
    for path, endpoint in _PAGES.items():
        app.router.routes.append(Route(path, endpoint, include_in_schema=False))
    _add_articles(app)
    _add_feeds(app)
    return app


def _add_articles(app: FastAPI) -> None:
    article_id = _parameter("path", "article_id", "the article's id, a UUID")
    language = _parameter("path", "language", "language tag, such as en")
    form = _parameter(
        "query",
        "format",
        "in which form; else HTML for who accepts it rather than JSON",
        choices=[form.name for form in ARTICLE_FORMATS],
    )
    _get(
        app,
        "/v1/articles",
        article_api.article_by_source,
        "An article by its source's own id",
        [
            _parameter("query", "source", "the source", required=True),
            _parameter("query", "external_id", "the source's id of the article", required=True),
            form,
        ],
        answers=_article_answers(ArticleDocument),
        errors=(404, 410, 422, 451, 503),
    )
    _get(
        app,
        "/v1/articles/{article_id}",
        article_api.article,
        "An article with tags, related links, translations and how each came about",
        [article_id, form],
        answers=_article_answers(ArticleDocument),
        errors=(404, 410, 422, 451, 503),
    )
    _get(
        app,
        "/v1/articles/{article_id}/translations/{language}",
        article_api.translation,
        "One translation of an article",
        [article_id, language, form],
        answers=_article_answers(TranslationDocument),
        errors=(404, 410, 422, 451, 503),
    )
    _get(
        app,
        "/articles/{article_id}",
        article_api.article_page,
        "An article as a page for people",
        [article_id],
        answers=_text(markup.MEDIA_TYPE),
        errors=(404, 410, 451, 503),
    )
    _get(
        app,
        "/articles/{article_id}/{language}",
        article_api.translation_page,
        "A translation as a page for people",
        [article_id, language],
        answers=_text(markup.MEDIA_TYPE),
        errors=(404, 410, 451, 503),
    )


def _add_feeds(app: FastAPI) -> None:
    _get(
        app,
        "/v1/feeds",
        api.feeds,
        "The feeds that hold articles",
        [],
        answers={"model": FeedList},
        errors=(503,),
    )
    _get(
        app,
        "/v1/feeds/{feed:path}",
        api.feed,
        "A feed: all, source/NAME, section/NAME, language/CODE or topic/ID, ending in "
        f"{', '.join(form.ending for form in FEED_FORMATS)} or {EVENTS} (live)",
        [
            _parameter("path", "feed", "the feed's id and an optional ending"),
            _parameter("query", "language", "only articles in this language"),
            _parameter("query", "source", "only articles of this source"),
            _parameter(
                "query", "limit", f"items a page, 1 to {MAX_LIMIT}, else {DEFAULT_LIMIT}", kind="integer"
            ),
            _parameter("query", "before", "place of the next page, from its address"),
            _parameter("query", "since", "live: cursor of a snapshot or id of an event"),
            _parameter("header", "Last-Event-ID", "live: id of the last event; counts before since"),
        ],
        answers=_text(*(form.media_type for form in FEED_FORMATS), sse.MEDIA_TYPE),
        errors=(404, 422, 503),
    )
    _get(
        app,
        "/sitemap-news.xml",
        api.news_sitemap,
        "What was published in the last two days, for search engines",
        [],
        answers=_text(sitemap.MEDIA_TYPE),
        errors=(503,),
    )


def _article_answers(model: type[Any]) -> dict[str, Any]:
    """Our own JSON is described in full; of ninjs, which has the same media type, what tells it apart."""
    own = ARTICLE_FORMATS[0].media_type
    return {"model": model | ninjs.NinjsItem, **_text(*{form.media_type for form in ARTICLE_FORMATS} - {own})}


def _text(*media_types: str) -> dict[str, Any]:
    schemas = {media_type: _SCHEMAS.get(media_type, {"type": "string"}) for media_type in media_types}
    return {"content": {media_type: {"schema": schema} for media_type, schema in schemas.items()}}


def _get(
    app: FastAPI,
    path: str,
    endpoint: Any,
    summary: str,
    parameters: list[dict[str, Any]],
    *,
    answers: dict[str, Any],
    errors: tuple[int, ...],
) -> None:
    """GET, described, and HEAD beside it. Endpoints take the bare request: a third of the cost."""
    responses: dict[int | str, dict[str, Any]] = {
        200: {"description": "as asked for", **answers},
        304: {"description": "the reader has this very state"},
        **{status: {"description": _ERRORS[status], **_PROBLEM} for status in errors},
    }
    app.add_api_route(
        path,
        endpoint,
        summary=summary,
        response_class=Response,
        responses=responses,
        openapi_extra={"parameters": parameters},
    )
    app.router.routes.append(Route(path, endpoint, methods=["HEAD"]))


def _parameter(
    where: str,
    name: str,
    text: str,
    *,
    kind: str = "string",
    required: bool = False,
    choices: list[str] | None = None,
) -> dict[str, Any]:
    return {
        "in": where,
        "name": name,
        "description": text,
        "required": required or where == "path",
        "schema": {"type": kind, **({"enum": choices} if choices else {})},
    }
