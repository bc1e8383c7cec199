"""A metric as a value: what it is called, what it counts, and which labels it may ever carry.

A service's metrics are a table of such values; nothing else makes a counter, a gauge or a histogram. So the
page of all metrics, the tests of dashboards and alerts and the running process cannot disagree. Declaring
makes nothing: `on` puts the metric into the registry of a process.
"""

from dataclasses import dataclass
from itertools import product
from math import prod
from typing import ClassVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily

SHOWN_FROM_THE_START = 40
UNITS = ("seconds", "bytes", "records", "sentences", "lines", "articles", "tags", "links")


@dataclass(frozen=True, kw_only=True)
class Label:
    """One label. Its set is closed: either the values are here, or `drawn_from` says what closes them."""

    name: str
    values: tuple[str, ...] = ()
    drawn_from: str = ""

    def __post_init__(self) -> None:
        if bool(self.values) == bool(self.drawn_from):
            raise ValueError(f"label {self.name}: give either its values or what they are drawn from")


@dataclass(frozen=True, kw_only=True)
class Metric:
    """What all kinds have. `meaning` is the help text; `look` says what somebody on call reads from it.

    `shown` says in which processes it is, when that is not every one of the service.
    """

    KIND: ClassVar[str]

    name: str
    meaning: str
    look: str
    shown: str = ""
    labels: tuple[Label, ...] = ()

    @property
    def unit(self) -> str:
        """What a value is measured in, as the name says it; empty for a plain number."""
        words = self.name.removesuffix("_total").rsplit("_", 2)[-2:]
        return next((unit for unit in UNITS if unit in words), "")

    @property
    def label_names(self) -> tuple[str, ...]:
        return tuple(label.name for label in self.labels)


@dataclass(frozen=True, kw_only=True)
class CounterMetric(Metric):
    """Only grows, until the process ends."""

    KIND = "counter"

    def on(self, registry: CollectorRegistry) -> Counter:
        """The counter; a small closed set of labels begins at 0, so that its first event is an increase."""
        counter = Counter(self.name, self.meaning, self.label_names, registry=registry)
        closed = [label.values for label in self.labels]
        if closed and all(closed) and prod(map(len, closed)) <= SHOWN_FROM_THE_START:
            for values in product(*closed):
                counter.labels(*values)
        return counter


@dataclass(frozen=True, kw_only=True)
class GaugeMetric(Metric):
    """Goes up and down."""

    KIND = "gauge"

    def on(self, registry: CollectorRegistry) -> Gauge:
        """The gauge, to be set by whoever knows."""
        return Gauge(self.name, self.meaning, self.label_names, registry=registry)

    def family(self) -> GaugeMetricFamily:
        """An empty family for a collector, which finds the values out when it is asked."""
        return GaugeMetricFamily(self.name, self.meaning, labels=self.label_names)


@dataclass(frozen=True, kw_only=True)
class HistogramMetric(Metric):
    """Values by size. `buckets` are upper bounds in the metric's unit."""

    KIND = "histogram"

    buckets: tuple[float, ...]

    def on(self, registry: CollectorRegistry) -> Histogram:
        """The histogram, to observe values with."""
        return Histogram(self.name, self.meaning, self.label_names, registry=registry, buckets=self.buckets)
