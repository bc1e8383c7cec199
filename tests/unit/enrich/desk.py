"""Analysing small articles in tests, and looking at what came out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from enrich.analysis import Analysis, Analyst
from enrich.article_text import ArticleText
from enrich.linguistics.tokens import Tokeniser
from enrich.reading import Reading
from newsloom_schemas.article import ArticleContent
from newsloom_schemas.enrichment import Tag
from newsloom_schemas.text import body_text, plain_text


@dataclass(frozen=True)
class Desk:
    analyst: Analyst
    tokeniser: Tokeniser

    def analyse(self, content: ArticleContent, *, source: str = "meridian") -> Analysis:
        """The analysis, after checking that every quote stands where its evidence says."""
        analysis = self.analyst.analyse(source, content)
        check_evidence(analysis.tags, content)
        return analysis

    def reading(self, language: str, headline: str, *body: str, **fields: Any) -> Reading:
        article = ArticleText(
            **{"source": "meridian", "headline": headline, "lead": "", "body": "\n".join(body)} | fields
        )
        return Reading(article, language, self.tokeniser)


def article(headline: str, *paragraphs: str, **fields: Any) -> ArticleContent:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return ArticleContent(**{"headline": headline, "body_html": body} | fields)


def check_evidence(tags: Iterable[Tag], content: ArticleContent) -> None:
    parts = {
        "headline": content.headline,
        "lead": content.lead or "",
        "body": plain_text(content.body_html),
    }
    blocks = body_text(content.body_html).blocks
    for tag in tags:
        for evidence in tag.evidence:
            assert parts[evidence.part][evidence.start : evidence.end] == evidence.quote
            if evidence.block is not None and evidence.block_start is not None:
                block, end = blocks[evidence.block].text, evidence.block_start + len(evidence.quote)
                assert block[evidence.block_start : end] == evidence.quote
            else:
                assert evidence.part != "body"


def labels(tags: Iterable[Tag], kind: str, role: str = "subject") -> list[str]:
    return [tag.label for tag in tags if tag.kind == kind and tag.role == role]


def ids(tags: Iterable[Tag]) -> set[str]:
    return {tag.id for tag in tags if tag.id is not None}
