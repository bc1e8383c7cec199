"""What the translator counts. Labels are closed: engines and statuses that the code names."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from enrich.translator.board import Board
from enrich.translator.lookout import Lookout


class TranslatorMetrics:
    """Counters of the use case."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._translations = Counter(
            "newsloom_translations_total", "Translations told, by status", ("status",), registry=registry
        )
        self._sentences = Counter(
            "newsloom_translation_sentences_total",
            "Sentences by where their translation came from",
            ("origin",),
            registry=registry,
        )
        self._failures = Counter(
            "newsloom_translation_failures_total",
            "Failures of engines: away, or a bad answer",
            ("engine", "kind"),
            registry=registry,
        )

    def translation(self, status: str) -> None:
        self._translations.labels(status).inc()

    def sentences(self, origin: str, count: int) -> None:
        if count:
            self._sentences.labels(origin).inc(count)

    def engine_failed(self, engine: str, kind: str) -> None:
        self._failures.labels(engine, kind).inc()


class BoardCollector(Collector):
    """Breakers that are open, and how much waits, when it is asked for."""

    def __init__(self, board: Board, lookout: Lookout) -> None:
        self._board = board
        self._lookout = lookout

    def collect(self) -> Iterator[GaugeMetricFamily]:
        open_ = GaugeMetricFamily(
            "newsloom_translation_breaker_open_info",
            "1 while an engine is not asked",
            labels=("engine", "pair"),
        )
        for engine, pair in self._board.open_breakers():
            open_.add_metric((engine, str(pair)), 1)
        yield open_
        yield GaugeMetricFamily(
            "newsloom_translations_waiting_count",
            "Translations that wait for another attempt",
            value=self._lookout.waiting_count,
        )
