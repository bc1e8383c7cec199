"""The dialect of copied news pages: plain text as it comes from a browser's clipboard."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from ingest.clean import plain
from ingest.refusal import Refused, invalid_parameter
from ingest.sources.dialect import Delivery, Dialect
from ingest.sources.options import read_revision
from ingest.sources.page import NotAPage, Page, parse_page
from ingest.sources.page.document import page_document
from ingest.sources.page.times import Capture, UnknownZone, zone_named
from ingest.strict_json import decode_text, refuse_fields
from ingest.submission import to_content
from newsloom_schemas.submission import MAX_KEYWORDS, Submission, SubmittedMention
from newsloom_schemas.types import Timestamp

MENTION_CHARS = 1000
KEYWORD_CHARS = 200
_TIMESTAMP: Final = TypeAdapter[datetime](Timestamp)
_FIRST_PAGE, _LAST_PAGE = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

EXAMPLE = """City
Harbour bridge reopens after repairs
5 November 2026, 09:15
The first cars crossed at dawn, three weeks ahead of plan.
The bridge over the northern harbour reopened on Thursday after a summer of repairs to its western span.
Reuters reported that the work had cost less than was planned.
Earlier, we wrote that the bridge was closed in June.
By Ines Falk
Tags: bridge, harbour
Latest news
Ferry runs late
Fog held it in port.
2 minutes ago
"""

OPTIONS = MappingProxyType(
    {
        "external_id": "your id of the article; without it, `page:` and a short hash of the headline",
        "revision": "a whole number, 1 when left out; send a higher one with every change of the page",
        "language": "BCP 47 tag, used where the text itself does not decide",
        "outlet": "the name by which the source calls itself in lines such as `Earlier, NAME reported`;"
        " without it, the name that is registered for the source",
        "captured_at": "when the page was copied, RFC 3339, now when left out; relative times are counted"
        " from it, and none of them is published",
        "timezone": "IANA name, such as Europe/Kyiv, of the place whose clock the page shows; without it,"
        " the one that is registered for the source",
    }
)


@dataclass(frozen=True, kw_only=True)
class Understood:
    """What was read in a copied page, and on which assumptions about when and where it was copied."""

    page: Page
    capture: Capture
    zone_name: str
    submission: Submission


def read_page(delivery: Delivery) -> tuple[Submission]:
    """The submission in a copied page. Raises Refused."""
    return (understand(delivery).submission,)


def understand(delivery: Delivery) -> Understood:
    """All that can be told of a copied page. Raises Refused."""
    text = decode_text(delivery.body)
    options, profile = delivery.options, delivery.profile
    zone_name = options.get("timezone") or profile.timezone
    capture = Capture(at=_captured_at(delivery), zone=_zone(zone_name))
    try:
        page = parse_page(
            text,
            language_hint=options.get("language"),
            outlet=options.get("outlet") or profile.outlet,
            capture=capture,
        )
        submission = to_submission(page, options)
    except NotAPage as error:
        raise Refused("not-a-page", str(error)) from None
    except ValidationError as error:
        raise refuse_fields(error) from None
    return Understood(page=page, capture=capture, zone_name=zone_name, submission=submission)


def preview_page(delivery: Delivery) -> dict[str, Any]:
    """A copied page as it is understood, and under `article` what would be published. Raises Refused."""
    known = understand(delivery)
    return {
        **page_document(known.page),
        "captured_at": known.capture.moment.isoformat().replace("+00:00", "Z"),
        "timezone": known.zone_name,
        "article": {
            "external_id": known.submission.external_id,
            "revision": known.submission.revision,
            **to_content(known.submission).model_dump(mode="json", exclude_none=True, exclude_defaults=True),
        },
    }


def _captured_at(delivery: Delivery) -> datetime:
    value = delivery.options.get("captured_at")
    if value is None:
        return delivery.received_at
    try:
        moment = _TIMESTAMP.validate_python(value)
    except ValidationError:
        moment = None
    if moment is None or not _FIRST_PAGE <= moment < _LAST_PAGE:
        raise invalid_parameter(
            "captured_at", "captured_at", "write when the page was copied, as in 2026-11-12T10:00:00+02:00"
        )
    return moment


def _zone(name: str) -> ZoneInfo:
    try:
        return zone_named(name)
    except UnknownZone as error:
        raise invalid_parameter("timezone", "timezone", str(error)) from None


def to_submission(page: Page, options: Mapping[str, str]) -> Submission:
    """A page as a submission: paragraphs become the body, hints the mentions; teasers stay behind.

    Nothing in it depends on when the page was copied, so that the same page is the same submission.
    """
    return Submission(
        external_id=options.get("external_id") or default_external_id(page.headline),
        revision=read_revision(options) or 1,
        headline=page.headline,
        lead=page.lead or None,
        body_text="\n\n".join(page.paragraphs),
        language=page.language or options.get("language") or None,
        section=page.section or None,
        keywords=tuple(tag for tag in page.keywords if len(tag) <= KEYWORD_CHARS)[:MAX_KEYWORDS],
        authors=page.authors,
        published_at=page.published.exact if page.published else None,
        modified_at=page.updated.exact if page.updated else None,
        earlier=tuple(SubmittedMention(title=hint.text[:MENTION_CHARS]) for hint in page.earlier),
    )


def default_external_id(headline: str) -> str:
    """The id of a page that came without one: two pages with the same headline are the same article."""
    return f"page:{hashlib.sha256(plain(headline).casefold().encode()).hexdigest()[:16]}"


PAGE = Dialect(
    name="page",
    path="/v1/pages",
    media_types=("text/plain",),
    summary="Submit the text of a copied news page",
    description=(
        "Section, headline, lead, body, byline, tags, times and lines such as `Earlier we wrote` are"
        " recognised; teasers and what else stands around an article are cut away: `/v1/pages/preview` shows"
        " all of it. The same page sent twice is the same event; a changed page needs a higher `revision`,"
        " else it conflicts with the first and is not published."
    ),
    example=EXAMPLE,
    read=read_page,
    options=OPTIONS,
    inline_bytes=4_000,  # a page of the shortest lines takes fifty times as long as one of usual ones
)
