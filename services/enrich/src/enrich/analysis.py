"""One article in, everything the machine can say about it out: the work of a worker process."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from enrich.article_text import ArticleText
from enrich.budget import OverBudget, TimeLimit, no_limit
from enrich.enrichers import registry
from enrich.enrichers.base import Enricher, FacetName, Finding, in_order
from enrich.enrichers.byline import byline_tags
from enrich.enrichers.installed import FindInstalled, LeftOut, none_installed
from enrich.enrichers.language import LanguageIdentifier
from enrich.facets import UnusableFinding, checked, facet_of, joined_facets, left_out_facet
from enrich.index_keys import Key, keys_of
from enrich.linguistics.models import Models
from enrich.linguistics.morphology import Morphology
from enrich.linguistics.tokens import Tokeniser
from enrich.reading import Reading
from newsloom_schemas.article import ArticleContent
from newsloom_schemas.enrichment import Facet, Tag
from newsloom_schemas.languages import primary_language

# What is left to an enricher that starts when the article's budget is nearly spent, seconds.
LAST_CHANCE: Final = 0.05
Announce = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """Language, tags and index keys of one revision. `seconds` is the time each enricher took.

    `faults` says of each enricher that failed, or took more than its own budget, what was wrong.
    `interrupted` and `raised` tell that code was stopped in the middle, or failed: a process in which the one
    is followed by the other may have been left with a model half loaded.
    """

    language: str
    tags: tuple[Tag, ...]
    keys: tuple[Key, ...]
    language_facet: Facet
    facets: Mapping[FacetName, Facet]
    seconds: Mapping[str, float] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
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
        find_installed: FindInstalled = none_installed,
        announce: Announce = lambda _enricher: None,
    ) -> None:
        """`announce` is told the name of each enricher before it starts."""
        morphology = Morphology(models)
        own = registry(models, morphology) if enrichers is None else enrichers
        found = find_installed({enricher.name for enricher in own})
        self._identifier = LanguageIdentifier(models)
        self._tokeniser = Tokeniser(models, morphology)
        self._enrichers = in_order((*found.enrichers, *own))
        self.left_out = found.left_out
        self._budget = budget
        self._limit = limit
        self._announce = announce

    def analyse(self, source: str, content: ArticleContent, off: Mapping[str, str] | None = None) -> Analysis:
        """Everything about one revision; an enricher that fails or overruns costs its own facet only.

        `off` names the enrichers that are not to run, each with the reason that its facet shall give.
        """
        started = time.perf_counter()
        article = ArticleText.of(source, content)
        language = self._identifier.run(article)
        reading = Reading(article, primary_language(language.tag), self._tokeniser)
        run = _Run(reading, self._limit, self._budget, self._announce)
        run.seconds["language"] = time.perf_counter() - started
        run.read()
        tags = run.enriched(self._enrichers, off or {}, self.left_out)
        keys = run.keys(tags)
        return Analysis(
            language=language.tag,
            tags=tags,
            keys=keys,
            language_facet=language.facet,
            facets=run.facets,
            seconds=run.seconds,
            faults=run.faults,
            interrupted=run.interrupted,
            raised=run.raised,
        )

    def index_keys(
        self, source: str, content: ArticleContent, language: str, tags: Sequence[Tag]
    ) -> tuple[Key, ...]:
        """Keys of a published article, the same as its analysis gave when its tags are unchanged."""
        article = ArticleText.of(source, content)
        reading = Reading(article, primary_language(language), self._tokeniser)
        return _Run(reading, self._limit, self._budget, self._announce).keys(tags)

    def warm_up(self) -> None:
        """Runs once over a small article: what libraries prepare on first use is then done."""
        text = "Президент России приехал в Киев."
        self.analyse("warm-up", ArticleContent(headline=text, body_html=f"<p>{text}</p>", language="ru"))


class _Run:
    """One article on its way through the enrichers, and what became of each."""

    def __init__(self, reading: Reading, limit: TimeLimit, budget: float, announce: Announce) -> None:
        self._reading = reading
        self._limit = limit
        self._budget = budget
        self._announce = announce
        self._deadline = time.monotonic() + budget
        self.facets: dict[FacetName, Facet] = {}
        self.seconds: dict[str, float] = {}
        self.faults: dict[str, str] = {}
        self.interrupted = self.raised = False

    def read(self) -> None:
        """Cut the text into words now: the first enricher that looks at them must not pay for all."""
        started = time.perf_counter()
        try:
            with self._limit(self._left()):
                _ = self._reading.tokens
        except OverBudget:
            self.interrupted = True
        except Exception:  # noqa: BLE001 - each enricher that needs the words meets it again, and says so
            self.raised = True
        self.seconds["tokens"] = time.perf_counter() - started

    def enriched(
        self, enrichers: Sequence[Enricher], off: Mapping[str, str], left_out: Sequence[LeftOut]
    ) -> tuple[Tag, ...]:
        tags = byline_tags(self._reading.article.authors)
        for enricher in enrichers:
            is_taken = enricher.facet in self.facets and not enricher.adds
            if is_taken or not _serves(enricher, self._reading.language):
                continue
            finding = self._finding(enricher, tags, off.get(enricher.name))
            self._tell(enricher.facet, facet_of(enricher, finding, self._reading.article))
            tags = (*tags, *finding.tags)
        for missing in left_out:
            if missing.facet is not None:
                self._tell(missing.facet, left_out_facet(missing))
        return tags

    def keys(self, tags: Sequence[Tag]) -> tuple[Key, ...]:
        try:
            with self._limit(self._left()):
                return keys_of(self._reading, tags)
        except OverBudget:
            self.interrupted = True
            return ()

    def _finding(self, enricher: Enricher, tags: tuple[Tag, ...], off: str | None) -> Finding:
        if off is not None:
            return Finding(status="unavailable", reason=off)
        started = time.perf_counter()
        self._announce(enricher.name)
        try:
            return self._isolated(enricher, tags)
        finally:
            self.seconds[enricher.name] = time.perf_counter() - started

    def _isolated(self, enricher: Enricher, tags: tuple[Tag, ...]) -> Finding:
        left = self._left()
        try:
            with self._limit(min(enricher.budget, left)):
                return checked(enricher.run(self._reading, tags), self._reading)
        except OverBudget:
            self.interrupted = True
            return self._overrun(enricher, left)
        except UnusableFinding as error:
            return self._fault(enricher, f"the enricher failed: {error}")
        except Exception as error:  # noqa: BLE001 - whatever a plug-in raises must not stop the article
            self.raised = True
            return self._fault(enricher, f"the enricher failed: {type(error).__name__}")

    def _overrun(self, enricher: Enricher, left: float) -> Finding:
        """Only who spent the whole of his own budget is to blame for it."""
        if enricher.budget <= left:
            return self._fault(enricher, f"stopped after its time budget of {enricher.budget:g} s")
        return Finding(
            status="failed", reason=f"stopped after the article's time budget of {self._budget:g} s"
        )

    def _fault(self, enricher: Enricher, reason: str) -> Finding:
        self.faults[enricher.name] = reason
        return Finding(status="failed", reason=reason)

    def _tell(self, name: FacetName, facet: Facet) -> None:
        known = self.facets.get(name)
        self.facets[name] = facet if known is None else joined_facets(known, facet)

    def _left(self) -> float:
        return max(self._deadline - time.monotonic(), LAST_CHANCE)


def _serves(enricher: Enricher, language: str) -> bool:
    return enricher.languages is None or language in enricher.languages
