"""One article in, everything the machine can say about it out: the work of a worker process."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from enrich.article_text import ArticleText
from enrich.budget import OverBudget, TimeLimit, no_limit
from enrich.enrichers import registry
from enrich.enrichers.base import Enricher, FacetName, Finding
from enrich.enrichers.byline import byline_tags
from enrich.enrichers.language import LanguageIdentifier
from enrich.index_keys import Key, keys_of
from enrich.linguistics.models import Models
from enrich.linguistics.morphology import Morphology
from enrich.linguistics.tokens import Tokeniser
from enrich.reading import Reading
from newsloom_schemas.article import ArticleContent
from newsloom_schemas.enrichment import Facet, Tag
from newsloom_schemas.languages import primary_language

# What is left to an enricher that starts when the article's budget is nearly spent, seconds.
LAST_CHANCE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """Language, tags and index keys of one revision. `seconds` is the time each enricher took.

    `interrupted` and `raised` tell that an enricher was stopped in the middle, or failed: a process in which
    the one is followed by the other may have been left with a model half loaded.
    """

    language: str
    tags: tuple[Tag, ...]
    keys: tuple[Key, ...]
    language_facet: Facet
    facets: Mapping[FacetName, Facet]
    seconds: Mapping[str, float] = field(default_factory=dict)
    interrupted: bool = False
    raised: bool = False


class Analyst:
    """Runs the enrichers over articles; pure apart from the models and the clock it times them with."""

    def __init__(
        self,
        models: Models,
        *,
        budget: float = 3.0,
        limit: TimeLimit = no_limit,
        enrichers: Sequence[Enricher] | None = None,
    ) -> None:
        morphology = Morphology(models)
        self._identifier = LanguageIdentifier(models)
        self._tokeniser = Tokeniser(models, morphology)
        self._enrichers = registry(models, morphology) if enrichers is None else tuple(enrichers)
        self._budget = budget
        self._limit = limit
        self._interrupted = False
        self._raised = False

    def analyse(self, source: str, content: ArticleContent) -> Analysis:
        """Everything about one revision; an enricher that fails or overruns costs its own facet only."""
        self._interrupted = self._raised = False
        started = time.perf_counter()
        deadline = time.monotonic() + self._budget
        article = ArticleText.of(source, content)
        language = self._identifier.run(article)
        reading = Reading(article, primary_language(language.tag), self._tokeniser)
        seconds = {"language": time.perf_counter() - started}
        facets, tags = self._enriched(reading, deadline, seconds)
        keys = self._keys(reading, tags, deadline)
        return Analysis(
            language=language.tag,
            tags=tags,
            keys=keys,
            language_facet=language.facet,
            facets=facets,
            seconds=seconds,
            interrupted=self._interrupted,
            raised=self._raised,
        )

    def index_keys(
        self, source: str, content: ArticleContent, language: str, tags: Sequence[Tag]
    ) -> tuple[Key, ...]:
        """Keys of a published article, the same as its analysis gave when its tags are unchanged."""
        article = ArticleText.of(source, content)
        reading = Reading(article, primary_language(language), self._tokeniser)
        return self._keys(reading, tags, time.monotonic() + self._budget)

    def warm_up(self) -> None:
        """Runs once over a small article: what libraries prepare on first use is then done."""
        text = "Президент России приехал в Киев."
        self.analyse("warm-up", ArticleContent(headline=text, body_html=f"<p>{text}</p>", language="ru"))

    def _enriched(
        self, reading: Reading, deadline: float, seconds: dict[str, float]
    ) -> tuple[dict[FacetName, Facet], tuple[Tag, ...]]:
        tags = byline_tags(reading.article.authors)
        facets: dict[FacetName, Facet] = {}
        for enricher in self._enrichers:
            if enricher.facet in facets or not _serves(enricher, reading.language):
                continue
            started = time.perf_counter()
            finding = self._isolated(enricher, reading, tags, deadline)
            seconds[enricher.name] = time.perf_counter() - started
            facets[enricher.facet] = _facet(enricher, finding, reading.article)
            tags = (*tags, *finding.tags)
        return facets, tags

    def _isolated(
        self, enricher: Enricher, reading: Reading, tags: tuple[Tag, ...], deadline: float
    ) -> Finding:
        try:
            with self._limit(max(deadline - time.monotonic(), LAST_CHANCE)):
                return enricher.run(reading, tags)
        except OverBudget:
            self._interrupted = True
            return Finding(status="failed", reason=f"stopped after the time budget of {self._budget:g} s")
        except Exception as error:  # noqa: BLE001 - whatever a plug-in raises must not stop the article
            self._raised = True
            return Finding(status="failed", reason=f"the enricher failed: {type(error).__name__}")

    def _keys(self, reading: Reading, tags: Sequence[Tag], deadline: float) -> tuple[Key, ...]:
        try:
            with self._limit(max(deadline - time.monotonic(), LAST_CHANCE)):
                return keys_of(reading, tags)
        except OverBudget:
            self._interrupted = True
            return ()


def _serves(enricher: Enricher, language: str) -> bool:
    return enricher.languages is None or language in enricher.languages


def _facet(enricher: Enricher, finding: Finding, article: ArticleText) -> Facet:
    status, reason = finding.status, finding.reason
    if status == "ok" and article.cut:
        status, reason = "partial", f"only the first {len(article.body)} characters of the body were read"
    return Facet(status=status, method=enricher.name, version=enricher.version, reason=reason)
