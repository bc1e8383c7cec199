"""RSS 2.0, RDF 1.0 and Atom as they really are: a forgiving library behind a strict check."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parseaddr
from html import unescape
from io import BytesIO
from typing import Any
from xml.parsers import expat
from zoneinfo import ZoneInfo

import feedparser

from ingest.refusal import Refused
from ingest.sources import fitting
from ingest.sources.feed.document import FeedDocument, FeedItem
from ingest.sources.local_times import read_time
from newsloom_schemas.submission import SubmittedImage

_MAX_TTL_MINUTES = 24 * 60
_DECLARED = re.compile(
    rb"""^<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["'][^>]{0,200}?\?>"""
)
_DECLARATION = re.compile(r"^<\?xml[^>]{0,400}\?>")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# An XML document in UTF-16 may come without its mark.
_BARE_UTF16 = ((b"<\x00?\x00", "utf-16-le"), (b"\x00<\x00?", "utf-16-be"))
_CHARSET = re.compile(r"charset\s*=\s*\"?([A-Za-z0-9._-]{1,40})", re.IGNORECASE)
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_PICTURE = "image/"


def read_syndication(raw: bytes, *, content_type: str, base: str | None, zone: ZoneInfo) -> FeedDocument:
    """The feed in an XML document; `base` is its own address. Raises Refused: `not-a-feed`, `empty-body`."""
    text = _DECLARATION.sub("", _decoded(raw, content_type).lstrip(), count=1)
    if not text.strip():
        raise Refused("empty-body", "send the feed in the body of the request")
    utf8 = text.encode("utf-8", "replace")
    _refuse_doctype(utf8)
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": base or ""}
    try:
        found = feedparser.parse(
            BytesIO(utf8), response_headers=headers, sanitize_html=False, resolve_relative_uris=True
        )
    except (ValueError, LookupError, AttributeError, TypeError):
        # The parser stumbles over what no feed has, such as a space in the address of a namespace.
        raise Refused("not-a-feed", "send RSS, Atom or JSON Feed that is well-formed XML or JSON") from None
    if not found.get("version"):
        raise Refused("not-a-feed", "send RSS 2.0, RDF 1.0, Atom or JSON Feed; this is none of them")
    feed = dict(found["feed"])
    return FeedDocument(
        items=tuple(_item(dict(entry), feed, zone) for entry in found["entries"]),
        changed=_time(feed, "updated", zone) or _time(feed, "published", zone),
        ttl_s=_ttl(feed.get("ttl")),
    )


def _decoded(raw: bytes, content_type: str) -> str:
    """After RFC 7303: the mark, else what HTTP says, else what the document says, else UTF-8."""
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return _decode(raw[len(mark) :], encoding)
    for start, encoding in _BARE_UTF16:
        if raw.startswith(start):
            return _decode(raw, encoding)
    if told := _CHARSET.search(content_type):
        return _decode(raw, told[1])
    declared = _DECLARED.match(raw.lstrip())
    return _decode(raw, declared[1].decode("ascii") if declared else "utf-8")


def _decode(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except (UnicodeError, LookupError, ValueError):
        raise Refused(
            "not-a-feed", "encode the feed as it says in its declaration or header; UTF-8 is the safest"
        ) from None


class _FirstElement(Exception):
    pass


def _refuse_doctype(utf8: bytes) -> None:
    """No feed needs a document type; entities, their growth and foreign files all begin with one.

    The same parser that reads the feed afterwards is asked, so that both agree on what a declaration is.
    """

    def refuse(*_declaration: Any) -> None:
        raise Refused("not-a-feed", "remove the DOCTYPE: no feed needs one, and none is read")

    def done(*_element: Any) -> None:
        raise _FirstElement

    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = done
    try:
        parser.Parse(utf8, True)
    except _FirstElement:
        return
    except expat.ExpatError:
        raise Refused("not-a-feed", "send a feed: what stands before its first element is no XML") from None


def _item(entry: Mapping[str, Any], feed: Mapping[str, Any], zone: ZoneInfo) -> FeedItem:
    body, plain_text, summary = _texts(entry)
    if body is not None and not plain_text and "<" not in body:
        body, plain_text = unescape(body), True
    return FeedItem(
        id=entry.get("id") or None,
        link=fitting.address(entry.get("link")),
        title=_as_html(_detail(entry, "title")) or "",
        body_html=None if plain_text else body,
        body_text=body if plain_text else None,
        summary=summary,
        published=_time(entry, "published", zone),
        updated=_time(entry, "updated", zone),
        authors=fitting.names(_authors(entry) or _authors(feed)),
        keywords=fitting.labels(tag.get("label") or tag.get("term") for tag in _listed(entry, "tags")),
        images=fitting.images(_images(entry)),
        language=fitting.language(_language(entry), feed.get("language"), _language(feed)),
        rights=entry.get("rights") or feed.get("rights"),
    )


def _texts(entry: Mapping[str, Any]) -> tuple[str | None, bool, str]:
    """The body, whether it is plain text, and the summary as HTML beside it."""
    contents = [detail for detail in _listed(entry, "content") if detail.get("value", "").strip()]
    # `summary` and not its detail: a caption of a picture may have replaced the latter.
    summary = {**_detail(entry, "summary"), "value": entry.get("summary") or ""}
    if not contents:
        return summary["value"] or None, summary.get("type") == "text/plain", ""
    best = next((detail for detail in contents if detail.get("type") in _HTML), contents[0])
    told = _as_html(summary) or ""
    return best["value"], best.get("type") not in _HTML, "" if summary["value"] == best["value"] else told


def _detail(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A text with its kind and language."""
    found = holder.get(f"{name}_detail")
    return dict(found) if isinstance(found, Mapping) else {"value": holder.get(name) or ""}


def _as_html(detail: Mapping[str, Any] | None) -> str | None:
    """A text of either kind as HTML."""
    if not detail or not detail.get("value"):
        return None
    value = str(detail["value"])
    return value if detail.get("type") in _HTML else value.replace("&", "&amp;").replace("<", "&lt;")


def _authors(holder: Mapping[str, Any]) -> list[str]:
    """Names. RSS has an address of mail with the name in brackets, which the library takes for one word."""
    found = []
    for author in _listed(holder, "authors"):
        if "email" in author:
            name, _ = parseaddr(holder.get("author", ""))
            found.append(name)
        else:
            found.append(author.get("name", ""))
    return [name for name in found if name and "@" not in name]


def _images(entry: Mapping[str, Any]) -> Iterator[SubmittedImage]:
    media = [each for each in _listed(entry, "media_content") if _is_picture(each)]
    credits = [each.get("content", "") for each in _listed(entry, "media_credit")]
    for each in media:
        if url := fitting.address(each.get("url")):
            yield SubmittedImage(
                url=url,
                width=fitting.pixels(each.get("width")),
                height=fitting.pixels(each.get("height")),
                # Which picture a credit belongs to is known only when there is one of each.
                credit=fitting.label(credits[0]) if len(credits) == len(media) == 1 else None,
            )
    enclosures = (
        each.get("href")
        for each in _listed(entry, "links")
        if each.get("rel") == "enclosure" and _is_picture(each)
    )
    thumbnails = () if media else (each.get("url") for each in _listed(entry, "media_thumbnail"))
    for url in map(fitting.address, (*enclosures, *thumbnails)):
        if url:
            yield SubmittedImage(url=url)


def _listed(holder: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The values of an element that may come often; where a feed has it in a strange place, the library gives
    something else than a list of them."""
    value = holder.get(name)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _is_picture(each: Mapping[str, Any]) -> bool:
    return each.get("medium") == "image" or str(each.get("type", "")).startswith(_PICTURE)


def _language(holder: Mapping[str, Any]) -> str | None:
    details = [*_listed(holder, "content"), _detail(holder, "title")]
    return next((detail["language"] for detail in details if detail.get("language")), None)


def _time(holder: Mapping[str, Any], name: str, zone: ZoneInfo) -> datetime | None:
    return read_time(holder.get(name) or "", zone)


def _ttl(minutes: Any) -> float | None:
    text = str(minutes or "").strip()
    return min(int(text), _MAX_TTL_MINUTES) * 60.0 if text.isdecimal() and len(text) < 9 else None
