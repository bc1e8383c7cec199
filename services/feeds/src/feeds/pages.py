"""The pages for people beside the articles: where to look, and what the API serves."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import HTMLResponse

from feeds.answers import COMMON_HEADERS
from feeds.formats import ARTICLE_FORMATS, FEED_FORMATS, markup
from feeds.links import Links
from feeds.ports import Summary

FEEDS_SHOWN = 60


def home(feeds: Sequence[tuple[str, int]] | None, newest: Sequence[Summary], links: Links) -> HTMLResponse:
    """The start page; `feeds` is None while the store cannot be asked."""
    shown = None if feeds is None else _first_feeds(feeds)
    return _page(
        "home.html",
        title="newsloom",
        newest=newest,
        feeds=shown,
        more_feeds=len(feeds or ()) - len(shown or ()),
        feed_forms=FEED_FORMATS,
        links=links,
    )


def docs(openapi: dict[str, Any], links: Links) -> HTMLResponse:
    """A plain list of what OpenAPI describes."""
    operations = [
        (method.upper(), path, operation["summary"])
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    ]
    return _page(
        "docs.html",
        title="newsloom feeds: the API",
        operations=operations,
        feed_forms=FEED_FORMATS,
        article_forms=ARTICLE_FORMATS,
        links=links,
    )


def _first_feeds(feeds: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """The feed of everything, which is there even when it is empty, then the largest."""
    others = [feed for feed in feeds if feed[0] != "all"]
    largest = sorted(others, key=lambda feed: -feed[1])[: FEEDS_SHOWN - 1]
    return [("all", dict(feeds).get("all", 0)), *sorted(largest)]


def _page(template: str, **values: Any) -> HTMLResponse:
    headers = {**COMMON_HEADERS, **markup.security_headers(), "Cache-Control": "no-store"}
    return HTMLResponse(markup.page(template, language="en", **values), headers=headers)
