"""The dialect of copied news pages: plain text as it comes from a browser's clipboard."""

import hashlib
import re
from collections.abc import Mapping
from types import MappingProxyType

from pydantic import ValidationError

from ingest.clean import plain
from ingest.refusal import Refused, invalid_parameter
from ingest.sources.dialect import Delivery, Dialect
from ingest.sources.page import NotAPage, Page, parse_page
from ingest.strict_json import decode_text, refuse_fields
from newsloom_schemas.submission import Submission, SubmittedMention
from newsloom_schemas.types import MAX_REVISION

MENTION_CHARS = 1000
_WHOLE_NUMBER = re.compile(r"^[1-9][0-9]{0,15}$")

EXAMPLE = """City
Harbour bridge reopens after repairs
The first cars crossed at dawn, three weeks ahead of plan.
The bridge over the northern harbour reopened on Thursday after a summer of repairs to its western span.
By Ines Falk
"""

OPTIONS = MappingProxyType(
    {
        "external_id": "your id of the article; without it, `page:` and a short hash of the headline",
        "revision": "a whole number, 1 when left out; send a higher one with every change of the page",
        "language": "BCP 47 tag, used where the text itself does not decide",
        "outlet": "the name by which the source calls itself in lines such as `Earlier, NAME reported`",
    }
)


def read_page(delivery: Delivery) -> tuple[Submission]:
    """The submission in a copied page. Raises Refused."""
    text = decode_text(delivery.body)
    hint = delivery.options.get("language")
    try:
        page = parse_page(text, language_hint=hint, outlet=delivery.options.get("outlet"))
        return (to_submission(page, delivery.options),)
    except NotAPage as error:
        raise Refused("not-a-page", str(error)) from None
    except ValidationError as error:
        raise refuse_fields(error) from None


def to_submission(page: Page, options: Mapping[str, str]) -> Submission:
    """A page as a submission: paragraphs become the body, hints the mentions; teasers stay behind."""
    return Submission(
        external_id=options.get("external_id") or default_external_id(page.headline),
        revision=_revision(options.get("revision")),
        headline=page.headline,
        lead=page.lead or None,
        body_text="\n\n".join(page.paragraphs),
        language=page.language or options.get("language") or None,
        section=page.section or None,
        authors=page.authors,
        earlier=tuple(SubmittedMention(title=hint.text[:MENTION_CHARS]) for hint in page.earlier),
    )


def default_external_id(headline: str) -> str:
    """The id of a page that came without one: two pages with the same headline are the same article."""
    return f"page:{hashlib.sha256(plain(headline).casefold().encode()).hexdigest()[:16]}"


def _revision(value: str | None) -> int:
    if value is None:
        return 1
    if not _WHOLE_NUMBER.match(value) or int(value) > MAX_REVISION:
        raise invalid_parameter("revision", "revision", f"write a whole number from 1 to {MAX_REVISION}")
    return int(value)


PAGE = Dialect(
    name="page",
    path="/v1/pages",
    media_types=("text/plain",),
    summary="Submit the text of a copied news page",
    description=(
        "Section, headline, lead, body, byline and lines such as `Earlier we wrote` are recognised; blocks of"
        " teasers are cut away. The same page sent twice is the same event; a changed page needs a higher"
        " `revision`, else it conflicts with the first and is not published."
    ),
    example=EXAMPLE,
    read=read_page,
    options=OPTIONS,
)
