"""What enrich counts beside the chassis: how long each enricher takes, and what became of each facet."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from enrich.analysis import Analysis
from newsloom_schemas.enrichment import Enrichment

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class EnrichMetrics:
    """Labels are closed: enrichers of the registry, facets and statuses of the contract."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "newsloom_enrich_seconds",
            "Seconds an enricher took for an article",
            ("enricher",),
            buckets=SECONDS,
            registry=registry,
        )
        self._facets = Counter(
            "newsloom_enrich_facets_total",
            "Facets of enriched articles by status",
            ("facet", "status"),
            registry=registry,
        )

        self._failures = Counter(
            "newsloom_enrich_failures_total",
            "Articles for which an enricher failed or took more than its time budget",
            ("enricher",),
            registry=registry,
        )

    def analysed(self, analysis: Analysis) -> None:
        for enricher, seconds in analysis.seconds.items():
            self._seconds.labels(enricher).observe(seconds)
        for enricher in analysis.faults:
            self._failures.labels(enricher).inc()

    def enriched(self, enrichment: Enrichment) -> None:
        for facet in type(enrichment).model_fields:
            self._facets.labels(facet, getattr(enrichment, facet).status).inc()


class SwitchedOff(Collector):
    """Tells at each scrape which enrichers are not asked for a while; the pool of workers knows."""

    def __init__(self, registry: CollectorRegistry, names: Callable[[], Iterable[str]]) -> None:
        self._names = names
        registry.register(self)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        gauge = GaugeMetricFamily(
            "newsloom_enrich_switched_off",
            "1 for an enricher that failed so often that it is not asked for a while",
            labels=["enricher"],
        )
        for name in self._names():
            gauge.add_metric([name], 1)
        yield gauge
