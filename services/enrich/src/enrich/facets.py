"""From what an enricher returns to what an editor is told about it."""

from typing import Final

from enrich.article_text import ArticleText
from enrich.enrichers.base import Enricher, Finding
from enrich.enrichers.installed import LeftOut
from enrich.reading import Reading
from newsloom_schemas.enrichment import Facet, FacetStatus, Tag

# More from one enricher is a mistake of it, and would make the article too large to be told on.
MAX_TAGS: Final = 500
_METHOD_CHARS, _REASON_CHARS = 100, 500


class UnusableFinding(Exception):
    """An enricher returned what an article must not get."""


def checked(finding: Finding, reading: Reading) -> Finding:
    """The finding itself; raises UnusableFinding when a quote does not stand where its evidence says."""
    if not isinstance(finding, Finding):
        raise UnusableFinding("it returned no Finding")
    if len(finding.tags) > MAX_TAGS:
        raise UnusableFinding(f"it returned more than {MAX_TAGS} tags")
    if not all(_is_exact(tag, reading.article) for tag in finding.tags):
        raise UnusableFinding("a quote does not stand where its evidence says")
    return finding


def facet_of(enricher: Enricher, finding: Finding, article: ArticleText) -> Facet:
    """The facet of one finding, `partial` when the article was too long to be read to its end."""
    status, reason = finding.status, finding.reason
    if status == "ok" and article.cut:
        status, reason = "partial", f"only the first {len(article.body)} characters of the body were read"
    return Facet(status=status, method=enricher.name, version=enricher.version, reason=reason)


def left_out_facet(left_out: LeftOut) -> Facet:
    """What the facet says of an installed enricher that cannot be used; the log has the reason."""
    return Facet(status="unavailable", method=left_out.name, reason=f"{left_out.name} cannot be used")


def joined_facets(first: Facet, second: Facet) -> Facet:
    """One facet for two enrichers of it: `ok` only when both are, `partial` when one of them is."""
    statuses = (first.status, second.status)
    reasons = [_reason(facet) for facet in (first, second) if facet.reason is not None]
    return Facet(
        status=_joined_status(*statuses),
        method=_joined(first.method, second.method),
        version=_joined(first.version, second.version),
        reason="; ".join(reasons)[:_REASON_CHARS] or None,
    )


def _joined_status(first: FacetStatus, second: FacetStatus) -> FacetStatus:
    if first == second:
        return first
    return "partial" if {"ok", "partial"} & {first, second} else first


def _reason(facet: Facet) -> str:
    """With the name of its enricher, so that an editor knows which of several it is about."""
    told = facet.reason or ""
    return told if facet.method is None or facet.method in told else f"{facet.method}: {told}"


def _joined(first: str | None, second: str | None) -> str | None:
    return "+".join(filter(None, (first, second)))[:_METHOD_CHARS] or None


def _is_exact(tag: Tag, article: ArticleText) -> bool:
    return all(
        article.part(evidence.part)[evidence.start : evidence.end] == evidence.quote
        for evidence in tag.evidence
    )
