"""The dialect of Markdown: CommonMark with front matter, as Hugo, Jekyll and people's notes have it."""

from collections.abc import Sequence
from datetime import tzinfo
from functools import cache
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.refusal import invalid_field
from ingest.sources.dialect import Delivery, Dialect, Placed
from ingest.sources.draft import Draft
from ingest.sources.front_matter import Tree, part
from ingest.sources.local_times import read_time
from ingest.sources.options import read_revision
from ingest.sources.revisions import milliseconds
from ingest.strict_json import decode_text
from newsloom_schemas.submission import MAX_IMAGES

EXAMPLE = """---
id: harbour-bridge-2026-11-05
title: Harbour bridge reopens after repairs
date: 2026-11-05T06:30:00Z
author: Ines Falk
categories: [City]
tags: [harbour, bridges]
lang: en
---
The bridge over the northern harbour reopened on Thursday.

> Nobody expected it before winter,

said the engineer in charge.
"""

OPTIONS = MappingProxyType(
    {
        "external_id": "your id of the article; without it, `id` or `slug` of the front matter",
        "revision": "a whole number; without it, that of the front matter or the milliseconds of `lastmod`",
    }
)

# What Hugo, Jekyll and others call the fields of a submission. The first name that is there counts.
_NAMES: Final = MappingProxyType(
    {
        "external_id": ("external_id", "id", "uuid", "slug"),
        "headline": ("headline", "title"),
        "lead": ("lead", "description", "summary", "excerpt", "subtitle"),
        "language": ("language", "lang", "locale"),
        "section": ("section",),
        "published_at": ("published_at", "date", "publishDate", "pubDate"),
        "modified_at": ("modified_at", "lastmod", "last_modified_at", "modified", "updated"),
        "canonical_url": ("canonical_url", "canonicalURL", "canonical"),
        "authors": ("authors", "author"),
        "keywords": ("keywords", "tags"),
        "images": ("images", "image", "cover", "featured_image"),
        "rights": ("rights", "copyright", "license"),
        "earlier": ("earlier",),
        "embargo_until": ("embargo_until",),
        "revision": ("revision", "version"),
        "urgency": ("urgency",),
        "note": ("note",),
    }
)
_HANDLED: Final = frozenset({"draft", "published", "categories", "category"})
# How a site shows the article; says nothing of the article.
_IDLE: Final = frozenset(
    {"layout", "type", "weight", "toc", "comments", "aliases", "permalink", "url", "menu"}
)
_KNOWN: Final = frozenset(name for names in _NAMES.values() for name in names) | _HANDLED | _IDLE
_TIMES: Final = ("published_at", "modified_at", "embargo_until")
_LISTS: Final = ("authors", "keywords", "images", "earlier")
_KEY_OF_TEXT: Final = MappingProxyType({"images": "url", "earlier": "title"})
_TRUE, _FALSE = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})


def read_markdown(delivery: Delivery) -> tuple[Placed]:
    """The submission in a Markdown file. Raises Refused."""
    file = part(decode_text(delivery.body).replace("\r\n", "\n"))
    _refuse_unknown(file.head)
    _refuse_drafts(file.head)
    draft = Draft()
    zone = ZoneInfo(delivery.profile.timezone)
    for field, names in _NAMES.items():
        name = next((each for each in names if file.head.get(each) is not None), None)
        if name is not None:
            draft.put(field, _value(field, file.head[name], zone, f"/{name}"), f"/{name}")
    _file_under_categories(draft, file.head)
    _read_text(draft, file.text, file.head)
    _identify(draft, delivery, file.head, zone)
    return (draft.finished(),)


def _refuse_unknown(head: dict[str, Tree]) -> None:
    if unknown := [name for name in head if name not in _KNOWN]:
        shown = unknown[0] if unknown[0].isidentifier() and len(unknown[0]) <= 40 else ""
        raise invalid_field(
            f"/{shown}" if shown else "",
            "extra_forbidden",
            f"remove what is not known from the front matter; known are: {', '.join(sorted(_KNOWN))}",
        )


def _refuse_drafts(head: dict[str, Tree]) -> None:
    if _word(head.get("draft")) in _TRUE:
        raise invalid_field("/draft", "draft", "finish the draft: remove `draft: true` and send again")
    if _word(head.get("published")) in _FALSE:
        raise invalid_field("/published", "draft", "remove `published: false` and send again")
    if head.get("published") is not None and _word(head["published"]) not in _TRUE:
        raise invalid_field("/published", "boolean", "write true or false here, and the time under `date`")


def _value(field: str, value: Tree, zone: tzinfo, place: str) -> Any:
    if field in _LISTS:
        items = value if isinstance(value, list) else _listed(field, value)
        return [_item(field, item) for item in items if item is not None]
    if isinstance(value, str) and field in _TIMES:
        return _time(value, zone, place)
    if isinstance(value, str) and field in ("revision", "urgency"):
        return _number(value)
    return value


def _listed(field: str, value: Tree) -> list[Any]:
    """One value, or keywords with commas between."""
    if field == "keywords" and isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return [value]


def _item(field: str, item: Any) -> Any:
    key = _KEY_OF_TEXT.get(field)
    if isinstance(item, str):
        return item if key is None else {key: item}
    if isinstance(item, dict):
        return {name: _number(each) if name in ("width", "height") else each for name, each in item.items()}
    return item


def _time(value: str, zone: tzinfo, place: str) -> str:
    moment = read_time(value, zone)
    if moment is None:
        raise invalid_field(place, "time", "write a time such as 2026-11-05T09:30:00+02:00, or 2026-11-05")
    return moment.isoformat()


def _number(value: Any) -> Any:
    # A number of some thousand digits stays text, which the model refuses.
    plain = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20
    return int(value) if plain else value


def _word(value: Tree) -> str | None:
    return value.strip().lower() if isinstance(value, str) else None


def _file_under_categories(draft: Draft, head: dict[str, Tree]) -> None:
    """The first category is the section, unless there is one; the others are keywords."""
    place = "/categories" if head.get("categories") is not None else "/category"
    value = head.get(place[1:])
    names = value if isinstance(value, list) else [value]
    first, *others = names or [None]
    if draft.has("section"):
        others = names
    else:
        draft.put("section", first, place)
    for name in others:
        draft.add("keywords", name, place)


def _read_text(draft: Draft, text: str, head: dict[str, Tree]) -> None:
    tokens = _parser().parse(text)
    title = _first_title(tokens)
    headline = head.get("headline") or head.get("title")
    if title is not None and (headline is None or headline == title):
        draft.put("headline", title, "/title")
        del tokens[:3]
    elif headline is None:
        raise invalid_field(
            "/title",
            "missing",
            "name the article: `title:` in the front matter, or a first line `# Headline`",
        )
    if not tokens:
        raise invalid_field("/body", "empty", "write the article below the front matter")
    draft.put("body_html", _parser().renderer.render(tokens, _parser().options, {}), "/body")
    for image in _pictures(tokens, head)[: MAX_IMAGES // 2]:
        draft.add("images", image, "/body")


def _first_title(tokens: Sequence[Token]) -> str | None:
    if len(tokens) < 3 or tokens[0].type != "heading_open" or tokens[0].tag != "h1":
        return None
    return "".join(child.content for child in tokens[1].children or ()).strip() or None


def _pictures(tokens: Sequence[Token], head: dict[str, Tree]) -> list[dict[str, str]]:
    """The pictures in the text, which the body itself need not keep."""
    base = head.get("canonical_url") or head.get("canonicalURL") or head.get("canonical")
    found: list[dict[str, str]] = []
    for child in (child for token in tokens for child in token.children or () if child.type == "image"):
        url = _joined(base if isinstance(base, str) else "", str(child.attrGet("src") or ""))
        if url is not None and len(child.content) <= 1000:
            found.append({"url": url} | ({"alt": child.content} if child.content else {}))
    return found


def _joined(base: str, address: str) -> str | None:
    try:
        url = urljoin(base, address)
        return url if urlsplit(url).scheme in ("http", "https") and len(url) <= 2048 else None
    except ValueError:
        return None


def _identify(draft: Draft, delivery: Delivery, head: dict[str, Tree], zone: tzinfo) -> None:
    if (external_id := delivery.options.get("external_id")) is not None:
        draft.put("external_id", external_id, "/id")
    if not draft.has("external_id"):
        raise invalid_field(
            "/id", "missing", "name the article: `id:` or `slug:` in the front matter, or ?external_id="
        )
    revision = read_revision(delivery.options)
    if revision is not None or not draft.has("revision"):
        draft.put("revision", revision or _milliseconds(head, zone) or 1, "/revision")


def _milliseconds(head: dict[str, Tree], zone: tzinfo) -> int | None:
    name = next((each for each in _NAMES["modified_at"] if head.get(each) is not None), None)
    value = head[name] if name is not None else None
    moment = read_time(value, zone) if isinstance(value, str) else None
    return None if moment is None else max(milliseconds(moment), 1)


@cache
def _parser() -> MarkdownIt:
    # No strikethrough: a body has no element for it, and words that were struck out would stand again.
    return MarkdownIt("commonmark", {"html": True}).enable("table")


MARKDOWN = Dialect(
    name="markdown",
    path="/v1/markdown",
    media_types=("text/markdown", "text/x-markdown"),
    summary="Submit an article written in Markdown",
    description=(
        "CommonMark with tables; HTML in it is sanitised like any other. The front matter (YAML between two"
        " lines of `---`) holds the fields of a submission under their own names or those of Hugo and Jekyll."
        " The headline is `title` or the first `# ` line. A time without an offset is read in the source's"
        " time zone, UTC unless its profile says otherwise. Drafts are refused."
    ),
    example=EXAMPLE,
    read=read_markdown,
    options=OPTIONS,
    inline_bytes=0,  # a parser in Python: some milliseconds for an ordinary article
)
