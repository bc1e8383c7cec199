"""The real enrichers over the labelled articles, in this process and one after another."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from enrich.analysis import Analysis, Analyst
from enrich.linguistics.models import Models
from newsloom_schemas.article import ArticleContent
from newsloom_schemas.enrichment import Tag, TextPart
from newsloom_schemas.text import plain_text
from tests.evaluation.gold import GoldArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysed:
    """An article with what enrichment says about it. `cpu_s` is what that took of one core."""

    article: GoldArticle
    content: ArticleContent
    analysis: Analysis
    cpu_s: float

    @property
    def language(self) -> str:
        return self.article.language

    @property
    def tags(self) -> tuple[Tag, ...]:
        return self.analysis.tags

    def part(self, part: TextPart) -> str:
        """The text that evidence offsets count in."""
        body = plain_text(self.content.body_html)
        return {"headline": self.content.headline, "lead": self.content.lead or "", "body": body}[part]


def loaded(models: Models | None = None) -> tuple[Models, Analyst]:
    """Models in memory and the enrichers over them, after one article: ready to be timed."""
    models = models or Models()
    models.load()
    analyst = Analyst(models, budget=60.0)
    analyst.warm_up()
    return models, analyst


def analysed(
    analyst: Analyst, articles: Iterable[GoldArticle], *, declared: bool = True
) -> Iterator[Analysed]:
    """Each article as ingest would hand it on, with the outlet that wrote it."""
    for article in articles:
        content = article.content(declared=declared)
        started = time.process_time()
        analysis = analyst.analyse(article.source, content)
        yield Analysed(
            article=article, content=content, analysis=analysis, cpu_s=time.process_time() - started
        )
