"""From groups of mentions to tags: the most salient first, each with its evidence."""

from collections.abc import Iterable, Sequence
from typing import Final

from enrich.article_text import JoinedText
from enrich.linguistics.names import Mention
from enrich.linguistics.salience import saliences
from newsloom_schemas.enrichment import Evidence, Tag

MAX_EVIDENCE: Final = 20


def tags(groups: Sequence[Sequence[Mention]], joined: JoinedText, method: str) -> tuple[Tag, ...]:
    """A tag for each group, the most salient first, with evidence for each mention within one line."""
    ranked = zip(groups, saliences(groups, joined), strict=True)
    found = [_tag(group, joined, method, salience) for group, salience in ranked]
    return tuple(sorted((tag for tag in found if tag.evidence), key=lambda tag: -(tag.salience or 0.0)))


def _tag(group: Sequence[Mention], joined: JoinedText, method: str, salience: float) -> Tag:
    best = group[0]
    return Tag(
        kind=best.kind,
        label=best.label[:200],
        id=best.id,
        role=best.role,
        confidence=best.confidence,
        basis=best.basis,
        method=method,
        salience=salience if best.role == "subject" else None,
        evidence=_evidence(group, joined),
    )


def _evidence(group: Iterable[Mention], joined: JoinedText) -> tuple[Evidence, ...]:
    ordered = sorted(group, key=lambda mention: mention.start)
    found = (joined.evidence(mention.start, mention.end) for mention in ordered)
    return tuple(evidence for evidence in found if evidence is not None)[:MAX_EVIDENCE]
