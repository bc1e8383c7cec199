"""What the translator counts. Labels are closed: engines and statuses that the code names."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from enrich.metrics import BREAKER_OPEN, ENGINE_FAILURES, ENGINE_SECONDS, SENTENCES, TRANSLATIONS, WAITING
from enrich.translator.board import Board
from enrich.translator.lookout import Lookout


class TranslatorMetrics:
    """Counters of the use case."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._translations = TRANSLATIONS.on(registry)
        self._sentences = SENTENCES.on(registry)
        self._failures = ENGINE_FAILURES.on(registry)
        self._seconds = ENGINE_SECONDS.on(registry)

    def translation(self, status: str) -> None:
        self._translations.labels(status).inc()

    def sentences(self, origin: str, count: int) -> None:
        if count:
            self._sentences.labels(origin).inc(count)

    def engine_failed(self, engine: str, kind: str) -> None:
        self._failures.labels(engine, kind).inc()

    def engine_took(self, engine: str, seconds: float) -> None:
        self._seconds.labels(engine).observe(seconds)


class BoardCollector(Collector):
    """Breakers that are open, and how much waits, when it is asked for."""

    def __init__(self, board: Board, lookout: Lookout) -> None:
        self._board = board
        self._lookout = lookout

    def collect(self) -> Iterator[GaugeMetricFamily]:
        open_ = BREAKER_OPEN.family()
        now_open = set(self._board.open_breakers())
        for engine, pair in self._board.places():
            open_.add_metric((engine, str(pair)), float((engine, pair) in now_open))
        yield open_
        waiting = WAITING.family()
        waiting.add_metric((), self._lookout.waiting_count)
        yield waiting
