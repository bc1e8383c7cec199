"""An item of a feed as a submission: its id, and when it was last changed, as the feed says."""

from datetime import datetime

from pydantic import ValidationError

from ingest.refusal import FieldError, Refused, invalid, missing
from ingest.sources import fitting
from ingest.sources.feed.document import FeedItem
from ingest.sources.revisions import milliseconds
from ingest.strict_json import refuse_fields
from newsloom_schemas.submission import Submission

RIGHTS_CHARS = 2_000


def to_submission(item: FeedItem, *, otherwise: datetime | None) -> Submission:
    """The submission in an item; one without a date has the revision `otherwise`, the feed's own time.

    Raises Refused: `invalid`, with what the feed should give.
    """
    when = item.updated or item.published or otherwise
    external_id = item.id or item.link
    headline = fitting.text_of(item.title)
    body = item.body_html or item.body_text or ""
    lacking = _lacking(external_id=external_id, headline=headline, body=body, when=when)
    if lacking or external_id is None or when is None:
        raise invalid(*lacking)
    try:
        return Submission(
            external_id=external_id,
            revision=milliseconds(when),
            headline=headline,
            lead=_lead(item),
            body_html=item.body_html,
            body_text=item.body_text,
            language=item.language,
            keywords=item.keywords,
            authors=item.authors,
            published_at=item.published or item.updated,
            modified_at=item.updated if item.published not in (None, item.updated) else None,
            canonical_url=item.link,
            images=item.images,
            rights=fitting.text_of(item.rights)[:RIGHTS_CHARS] or None if item.rights else None,
        )
    except ValidationError as error:
        raise refuse_fields(error) from None


def judged(item: FeedItem, *, otherwise: datetime | None) -> Submission | Refused:
    """The same for one of many, where the refusal of one costs the others nothing."""
    try:
        return to_submission(item, otherwise=otherwise)
    except Refused as refused:
        return refused


def _lead(item: FeedItem) -> str | None:
    if not item.summary:
        return None
    body = fitting.text_of(item.body_html) if item.body_html else item.body_text or ""
    return fitting.lead_of(fitting.text_of(item.summary), body)


def _lacking(
    *, external_id: str | None, headline: str, body: str, when: datetime | None
) -> tuple[FieldError, ...]:
    rules = (
        (external_id, "external_id", "let the item have a guid, id or link: it says which article it is"),
        (headline, "headline", "let the item have a title"),
        (body.strip(), "body_html", "let the item carry its text: content, content:encoded or a description"),
        (when, "revision", "let the item have updated or pubDate, or the feed lastBuildDate or updated"),
    )
    return missing(rules)
