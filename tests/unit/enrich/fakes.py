"""Stand-ins for what the use case needs from outside, named by how they behave."""

import asyncio
from collections.abc import Sequence
from typing import Any

from enrich.analysis import Analysis
from enrich.index_keys import Key
from enrich.ports import AnalysisFailed
from newsloom_schemas.article import ArticleContent
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic
from newsloom_schemas.enrichment import Enrichment, Facet, RelatedLink, Tag
from newsloom_schemas.events import ArticleSubmittedV2

OK = Facet(status="ok", method="x", version="1")


def analysis(**fields: Any) -> Analysis:
    defaults: dict[str, Any] = {
        "language": "en",
        "tags": (Tag(kind="entity", label="Harbour", confidence=0.4, basis="heuristic", method="x"),),
        "keys": (Key("n:hrbr", "name", 2, "Harbour"),),
        "language_facet": OK,
        "facets": {"entities": OK, "subjects": OK, "keyphrases": OK},
        "seconds": {"x": 0.01},
    }
    return Analysis(**defaults | fields)


class ScriptedAnalysts:
    """Answers at once, fails for headlines in `failing`, and the slower the shorter the headline."""

    def __init__(self, failing: Sequence[str] = (), **fields: Any) -> None:
        self.failing = failing
        self.fields = fields
        self.running = self.most_running = 0

    async def analyse(self, source: str, content: ArticleContent) -> Analysis:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        # Later ones finish first: the order of results must not depend on it.
        for _ in range(50 - len(content.headline)):
            await asyncio.sleep(0)
        self.running -= 1
        if content.headline in self.failing:
            raise AnalysisFailed("stopped after the time budget of 3 s")
        return analysis(**self.fields)

    async def index_keys(
        self, source: str, content: ArticleContent, language: str, tags: tuple[Tag, ...]
    ) -> tuple[Key, ...]:
        return tuple(Key(f"n:{word.lower()}", "name", 2, word) for word in content.headline.split())


class NoRelated:
    async def links(
        self, event: ArticleSubmittedV2, analysis: Analysis, *, run: int = 0
    ) -> tuple[tuple[RelatedLink, ...], Facet]:
        return (), OK


class RecordingMeter:
    def __init__(self) -> None:
        self.enrichments: list[Enrichment] = []

    def analysed(self, analysis: Analysis) -> None: ...

    def enriched(self, enrichment: Enrichment) -> None:
        self.enrichments.append(enrichment)

    def found(self, tags: Sequence[Tag], links: Sequence[RelatedLink]) -> None: ...


class RecordingPublisher:
    """Keeps each publish as its own batch; raises `failure` when one is set."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.batches: list[list[tuple[Topic, Event]]] = []
        self.failure = failure

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None:
        if self.failure is not None:
            raise self.failure
        self.batches.append(list(emissions))
