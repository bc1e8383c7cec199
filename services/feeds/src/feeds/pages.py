"""The two pages for people: where to look, and what the API serves. Self-contained: nothing is loaded."""

from collections.abc import Sequence
from html import escape
from typing import Any

from starlette.responses import HTMLResponse

from feeds.answers import COMMON_HEADERS
from feeds.formats.clean import one_line
from feeds.links import Links

_HEADERS = {
    **COMMON_HEADERS,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}"
    "td,th{padding:.2rem 1rem .2rem 0;text-align:left;vertical-align:top}code{font-size:.95em}"
)


def home(feeds: Sequence[tuple[str, int]] | None, links: Links) -> HTMLResponse:
    """The start page; `feeds` is None while the store cannot be asked."""
    if feeds is None:
        table = "<p>The store cannot be reached at the moment; the list of feeds comes back with it.</p>"
    else:
        table = f"<table><tr><th>feed<th>articles<th>look at it</tr>{''.join(_rows(feeds, links))}</table>"
    return _page(
        "newsloom",
        "<p>Articles, enriched and published. Every feed comes as JSON Feed, as RSS and as a live stream.</p>"
        f"{table}<p>For programs: <a href='/v1/feeds'>the list of feeds</a>, "
        "<a href='/docs'>the API</a>, <a href='/readyz'>readiness</a>.</p>",
    )


def docs(openapi: dict[str, Any]) -> HTMLResponse:
    """A plain list of what OpenAPI describes."""
    operations = (
        f"<tr><td><code>{escape(method.upper())}&nbsp;{escape(path)}</code><td>{escape(operation['summary'])}</tr>"
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    )
    return _page(
        "newsloom feeds: the API",
        f"<table>{''.join(operations)}</table><p>In full: <a href='/openapi.json'>/openapi.json</a></p>",
    )


def _rows(feeds: Sequence[tuple[str, int]], links: Links) -> list[str]:
    kept = dict(feeds)
    everything = [("all", kept.pop("all", 0)), *kept.items()]
    return [_row(feed_id, count, links) for feed_id, count in everything]


def _row(feed_id: str, count: int, links: Links) -> str:
    shown = (("JSON Feed", ".json"), ("RSS", ".rss"), ("live", "/events"))
    anchors = " · ".join(f"<a href='{escape(links.feed(feed_id, end))}'>{name}</a>" for name, end in shown)
    return f"<tr><td>{escape(one_line(feed_id))}<td>{count}<td>{anchors}</tr>"


def _page(title: str, body: str) -> HTMLResponse:
    head = (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title><style>{_STYLE}</style>"
    )
    return HTMLResponse(f"{head}<h1>{title}</h1>{body}</html>", headers=_HEADERS)
