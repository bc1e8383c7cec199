"""What the use case needs from outside: analysis in worker processes, related articles, Kafka, a meter."""

from collections.abc import Sequence
from typing import Protocol

from enrich.analysis import Analysis
from newsloom_schemas.article import ArticleContent
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic
from newsloom_schemas.enrichment import Enrichment, Facet, RelatedLink, Tag
from newsloom_schemas.events import ArticleEnrichedV2, ArticleSubmittedV2


class AnalysisFailed(Exception):
    """An article could not be analysed; the message is the reason that its facets give."""


class Analysts(Protocol):
    """Analyses articles somewhere off the event loop."""

    async def analyse(self, source: str, content: ArticleContent) -> Analysis:
        """Raises AnalysisFailed when it took too long or broke its worker."""
        ...


class RelatedArticles(Protocol):
    """The published articles that a new one can be linked to."""

    async def links(
        self, event: ArticleSubmittedV2, analysis: Analysis, *, run: int = 0
    ) -> tuple[tuple[RelatedLink, ...], Facet]: ...


class ArticleEnricher(Protocol):
    """Turns a submission into its enriched article."""

    async def enriched(self, event: ArticleSubmittedV2, run: int = 0) -> ArticleEnrichedV2: ...


class Publisher(Protocol):
    """Writes events to Kafka."""

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None:
        """Returns when all are acknowledged; raises a transient error when that is not known."""
        ...


class Meter(Protocol):
    """Counts what was done."""

    def analysed(self, analysis: Analysis) -> None: ...

    def enriched(self, enrichment: Enrichment) -> None: ...

    def found(self, tags: Sequence[Tag], links: Sequence[RelatedLink]) -> None: ...
