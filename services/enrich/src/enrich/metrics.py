"""What enrich counts beside the chassis, declared once; the translator and the archive count with it too."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, get_args

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from enrich.analysis import Analysis
from enrich.archive.pace import Reason
from newsloom_runtime.metrics import (
    EVERY_SERVICE,
    CounterMetric,
    GaugeMetric,
    HistogramMetric,
    Label,
    Metric,
)
from newsloom_runtime.metrics.mongo import WITH_MONGO
from newsloom_schemas.enrichment import Enrichment, FacetStatus, RelatedLink, Tag, TagKind

TRANSLATING: Final = "where the role translator has an engine"
ENRICHING: Final = "in the role enricher"
ENRICHER: Final = Label(name="enricher", drawn_from="the registry of enrichers, plug-ins included")
ENGINE: Final = Label(name="engine", drawn_from="the translation engines that are configured")

SECONDS: Final = HistogramMetric(
    name="newsloom_enrich_seconds",
    meaning="Seconds an enricher took for an article",
    look="Which enricher is the slow one.",
    labels=(ENRICHER,),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
FACETS: Final = CounterMetric(
    name="newsloom_enrich_facets_total",
    meaning="Facets of enriched articles by status",
    look="Articles whose facet is `failed` or `unavailable` are public without it.",
    labels=(
        Label(name="facet", values=tuple(Enrichment.model_fields)),
        Label(name="status", values=get_args(FacetStatus)),
    ),
)
FAILURES: Final = CounterMetric(
    name="newsloom_enrich_failures_total",
    meaning="Articles for which an enricher failed or took more than its time budget",
    look="No article waits for it; it is public without what that enricher would have found.",
    labels=(ENRICHER,),
)
SWITCHED_OFF: Final = GaugeMetric(
    name="newsloom_enrich_switched_off",
    meaning="1 for an enricher that failed so often that it is not asked for a while",
    look="Its log lines say what it fails with.",
    labels=(ENRICHER,),
)
TAGS: Final = CounterMetric(
    name="newsloom_enrich_tags_total",
    meaning="Tags that enrichers gave to articles, by kind",
    look="Tags per article: a kind that falls to nothing is a model or a list that was not loaded.",
    labels=(Label(name="kind", values=get_args(TagKind)),),
)
RELATED_LINKS: Final = HistogramMetric(
    name="newsloom_enrich_related_links",
    meaning="Related links found for an article",
    look="All at 0 while the index holds articles: something is wrong with the index.",
    buckets=(0, 1, 2, 3, 5, 8, 13),
)
INDEX_ARTICLES: Final = GaugeMetric(
    name="newsloom_enrich_index_articles",
    meaning="Articles in the index of related articles",
    look="Far below the number of public ones: it is loading, or bounded.",
)
WORKERS: Final = GaugeMetric(
    name="newsloom_enrich_workers",
    meaning="Worker processes that analyse texts, by state",
    look="All busy while there is lag: enrich needs more workers or more processes.",
    labels=(Label(name="state", values=("busy", "idle")),),
)
HELD: Final = CounterMetric(
    name="newsloom_archive_held_seconds_total",
    meaning="Seconds for which the archive's lane took nothing, by why",
    shown=ENRICHING,
    look="Why a re-enrichment of the archive does not get on: live work goes first.",
    labels=(Label(name="why", values=get_args(Reason)),),
)
TRANSLATIONS: Final = CounterMetric(
    name="newsloom_translations_total",
    meaning="Translations told, by status",
    shown=TRANSLATING,
    look="`published` is what readers get; a draft waits for an editor, anything else says why not.",
    labels=(Label(name="status", values=("published", "draft", "unavailable", "failed", "killed")),),
)
SENTENCES: Final = CounterMetric(
    name="newsloom_translation_sentences_total",
    meaning="Sentences by where their translation came from",
    shown=TRANSLATING,
    look="What the memory saves.",
    labels=(Label(name="origin", values=("memory", "editor", "engine")),),
)
ENGINE_FAILURES: Final = CounterMetric(
    name="newsloom_translation_failures_total",
    meaning="Failures of engines: away, or a bad answer",
    shown=TRANSLATING,
    look="Which engine to look at; another one may have stepped in.",
    labels=(ENGINE, Label(name="kind", values=("away", "bad_answer"))),
)
ENGINE_SECONDS: Final = HistogramMetric(
    name="newsloom_translation_seconds",
    meaning="Seconds an engine took for one question, which holds several sentences",
    shown=TRANSLATING,
    look="Slow engines make translations late, never articles.",
    labels=(ENGINE,),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
BREAKER_OPEN: Final = GaugeMetric(
    name="newsloom_translation_breaker_open",
    meaning="1 from when an engine was switched off for a pair of languages until it works again",
    shown=TRANSLATING,
    look="The engine is away; translations wait, and come by themselves.",
    labels=(ENGINE, Label(name="pair", drawn_from="the languages that are read and wanted")),
)
WAITING: Final = GaugeMetric(
    name="newsloom_translations_waiting",
    meaning="Translations that wait for another attempt",
    shown=TRANSLATING,
    look="Falls to 0 when the engine is back.",
)

OWN: Final[tuple[Metric, ...]] = (
    SECONDS,
    FACETS,
    FAILURES,
    SWITCHED_OFF,
    TAGS,
    RELATED_LINKS,
    INDEX_ARTICLES,
    WORKERS,
    HELD,
    TRANSLATIONS,
    SENTENCES,
    ENGINE_FAILURES,
    ENGINE_SECONDS,
    BREAKER_OPEN,
    WAITING,
)
DECLARED: Final[tuple[Metric, ...]] = (
    *EVERY_SERVICE,
    *(replace(metric, shown=TRANSLATING) for metric in WITH_MONGO),
    *OWN,
)


class EnrichMetrics:
    """Labels are closed: enrichers of the registry, facets and statuses of the contract."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = SECONDS.on(registry)
        self._facets = FACETS.on(registry)
        self._failures = FAILURES.on(registry)
        self._tags = TAGS.on(registry)
        self._links = RELATED_LINKS.on(registry)
        self.index_articles = INDEX_ARTICLES.on(registry)
        self.workers = WORKERS.on(registry)

    def analysed(self, analysis: Analysis) -> None:
        for enricher, seconds in analysis.seconds.items():
            self._seconds.labels(enricher).observe(seconds)
        for enricher in analysis.faults:
            self._failures.labels(enricher).inc()

    def enriched(self, enrichment: Enrichment) -> None:
        for facet in type(enrichment).model_fields:
            self._facets.labels(facet, getattr(enrichment, facet).status).inc()

    def found(self, tags: Sequence[Tag], links: Sequence[RelatedLink]) -> None:
        for kind, of_it in Counter(tag.kind for tag in tags).items():
            self._tags.labels(kind).inc(of_it)
        self._links.observe(len(links))


class SwitchedOff(Collector):
    """Tells at each scrape which enrichers are not asked for a while; the pool of workers knows."""

    def __init__(self, registry: CollectorRegistry, names: Callable[[], Iterable[str]]) -> None:
        self._names = names
        registry.register(self)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        gauge = SWITCHED_OFF.family()
        for name in self._names():
            gauge.add_metric([name], 1)
        yield gauge
