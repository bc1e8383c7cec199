"""A page as a JSON document, for whoever wants to see what was understood of what they copied."""

from datetime import datetime
from typing import Any

from ingest.sources.page.model import EarlierHint, Page, Stamp, Teaser
from ingest.sources.page.times import Interval


def page_document(page: Page) -> dict[str, Any]:
    """Every part of a page under a stable name; times as RFC 3339 in UTC, null where there is nothing."""
    return {
        "section": page.section,
        "headline": page.headline,
        "lead": page.lead,
        "paragraphs": list(page.paragraphs),
        "authors": list(page.authors),
        "bylines": list(page.bylines),
        "published": _stamp(page.published),
        "updated": _stamp(page.updated),
        "earlier": [_hint(hint) for hint in page.earlier],
        "attributions": list(page.attributions),
        "keywords": list(page.keywords),
        "teasers": [_teaser(teaser) for teaser in page.teasers],
        "left_out": list(page.left_out),
        "language": page.language,
    }


def _stamp(stamp: Stamp | None) -> dict[str, Any] | None:
    if stamp is None:
        return None
    return {"phrase": stamp.phrase, **_interval(stamp.interval), "exact": _moment(stamp.exact)}


def _hint(hint: EarlierHint) -> dict[str, Any]:
    return {"text": hint.text, "outlet": hint.outlet, "line": hint.line}


def _teaser(teaser: Teaser) -> dict[str, Any]:
    return {
        "title": teaser.title,
        "lead": teaser.lead,
        "age": teaser.age,
        **_interval(teaser.interval),
    }


def _interval(interval: Interval | None) -> dict[str, str | None]:
    return {
        "earliest": _moment(interval.earliest) if interval else None,
        "latest": _moment(interval.latest) if interval else None,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment is not None else None
