"""Builders for tests of the evaluation: an article with labels, and what enrichment is made to say of it."""

from typing import Any

from enrich.analysis import Analysis
from newsloom_schemas.enrichment import Evidence, Facet, Tag
from tests.evaluation.analyses import Analysed
from tests.evaluation.gold import GoldArticle, Name

HEADLINE = "Harbour bridge reopens"


def article(name: str = "en-bridge", *names: Name, **fields: Any) -> GoldArticle:
    """A labelled article of two sentences."""
    return GoldArticle.model_validate(
        {
            "id": name,
            "language": "en",
            "desk": "local",
            "headline": HEADLINE,
            "body": [["Anna Bell opened it.", "Oslo paid."]],
            "names": [one.model_dump() for one in names],
        }
        | fields
    )


def tag(label: str, kind: str = "person", **fields: Any) -> Tag:
    return Tag.model_validate(
        {"kind": kind, "label": label, "confidence": 0.5, "basis": "heuristic", "method": "test"} | fields
    )


def quoted(label: str, part: str, start: int, quote: str) -> Tag:
    evidence = Evidence.model_validate(
        {"part": part, "start": start, "end": start + len(quote), "quote": quote}
    )
    return tag(label, evidence=(evidence,))


def said(of: GoldArticle, *tags: Tag) -> Analysed:
    """The article with these tags."""
    analysis = Analysis(
        language=of.language, tags=tags, keys=(), language_facet=Facet(status="ok"), facets={}
    )
    return Analysed(article=of, content=of.content(declared=True), analysis=analysis, cpu_s=0.1)
