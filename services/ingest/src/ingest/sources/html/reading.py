"""From the text of a saved page to a submission."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from ingest.refusal import Refused, invalid_parameter
from ingest.sources.dialect import Delivery, Placed
from ingest.sources.draft import Draft
from ingest.sources.html.body import blocks, find_body, without_repetitions
from ingest.sources.html.decoding import decode_page
from ingest.sources.html.facts import Facts, read_facts
from ingest.sources.html.tree import leads, parse, remove_furniture
from ingest.sources.options import read_revision
from ingest.sources.revisions import milliseconds

LEAD_CHARS = 1000
STUB_CHARS = 1000


def read_page(delivery: Delivery) -> Placed:
    """The submission in a saved page. Raises Refused."""
    page = decode_page(delivery.body)
    tree = parse(page)
    facts = read_facts(tree, page, zone=ZoneInfo(delivery.profile.timezone))
    if facts.headline is None:
        raise Refused("not-a-page", "save the page of one article: this one has no headline")
    told = [text for text in (facts.summary, *leads(tree)) if text]
    remove_furniture(tree)
    body = find_body(tree)
    texts = [] if body is None else blocks(body)
    lead = _lead(told, texts)
    repeated = frozenset(
        filter(None, (facts.headline, lead, facts.section, *(a.name for a in facts.authors)))
    )
    html = "" if body is None else without_repetitions(body, repeated)
    if facts.for_subscribers and sum(map(len, texts)) < STUB_CHARS:
        raise Refused(
            "not-a-page",
            "save the page while signed in: it holds only what is shown to who does not subscribe",
        )
    return _draft(delivery, facts, lead, html).finished()


def _lead(told: list[str], texts: list[str]) -> str | None:
    """The summary when the page shows it above the text; what only search engines are told is no lead."""
    for text in texts[:4] if len(texts) > 1 else ():
        if len(text) <= LEAD_CHARS and any(_says(text, summary) for summary in told):
            return text
    return None


def _says(text: str, summary: str) -> bool:
    cut = summary.rstrip("….").rstrip()
    return text == summary or (summary.endswith(("…", "...")) and bool(cut) and text.startswith(cut))


def _draft(delivery: Delivery, facts: Facts, lead: str | None, html: str) -> Draft:
    draft = Draft()
    external_id = delivery.options.get("external_id") or facts.address
    if external_id is None:
        raise invalid_parameter(
            "external_id",
            "missing",
            "name the article: the page says no canonical address, so give ?external_id=",
        )
    values: Mapping[str, object] = {
        "external_id": external_id,
        "revision": read_revision(delivery.options) or _milliseconds(facts.modified_at) or 1,
        "headline": facts.headline,
        "lead": lead,
        "language": facts.language or delivery.options.get("language"),
        "section": facts.section,
        "keywords": facts.keywords,
        "authors": facts.authors,
        "published_at": facts.published_at,
        "modified_at": facts.modified_at,
        "canonical_url": facts.address,
        "images": facts.images,
        "rights": facts.rights,
        "body_html": html or None,
        "body_text": facts.text if not html else None,
    }
    for field, value in values.items():
        draft.put(field, value, f"/{field}")
    if not (html or facts.text):
        raise Refused("not-a-page", "save the page of one article: no text was found below its headline")
    return draft


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else max(milliseconds(moment), 1)
