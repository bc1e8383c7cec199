"""What the facet `translations` of an article says: a function of what was asked for and what has come."""

from collections.abc import Mapping, Sequence
from typing import Final

from newsloom_schemas.document import Publication, StoredTranslation
from newsloom_schemas.enrichment import Facet, FacetStatus, Translation

MAX_REASON: Final = 500
_WITHOUT_TEXT: Final = frozenset({"failed", "unavailable"})


def with_translations(publication: Publication, held: Mapping[str, StoredTranslation]) -> Publication:
    """The publication with its facet as the translations held beside it make it; stale ones do not count.

    Nothing changes for an article of which no translation was asked.
    """
    asked, facet = publication.translations_wanted, publication.enrichment.translations
    come = {language: each.translation for language, each in held.items() if not each.stale}
    # An event of before languages were named in it says no more than that something is pending.
    wanted = asked or (tuple(sorted(come)) if facet.status == "pending" else ())
    if not wanted:
        return publication
    settled = facet_of(wanted, come, facet)
    enrichment = publication.enrichment.model_copy(update={"translations": settled})
    return publication.model_copy(update={"enrichment": enrichment})


def facet_of(wanted: Sequence[str], come: Mapping[str, Translation], facet: Facet) -> Facet:
    """`pending` until all wanted have come; then how they came, with a reason for each without good text."""
    if any(language not in come for language in wanted):
        return facet.model_copy(update={"status": "pending", "reason": None})
    made = [come[language] for language in wanted]
    reasons = [
        f"{each.language}: {each.reason or each.status}" for each in made if each.status != "published"
    ]
    return facet.model_copy(
        update={"status": _status(made), "reason": "; ".join(reasons)[:MAX_REASON] or None}
    )


def _status(made: Sequence[Translation]) -> FacetStatus:
    statuses = {each.status for each in made}
    if statuses == {"published"}:
        return "ok"
    if statuses - _WITHOUT_TEXT:
        return "partial"
    return "failed" if "failed" in statuses else "unavailable"
