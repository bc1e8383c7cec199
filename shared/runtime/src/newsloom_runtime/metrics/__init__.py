"""The metrics of every service, declared once. Label sets are closed: roles, topics and codes, never ids."""

from typing import Final

from newsloom_runtime.metrics import consuming, http, process, producing
from newsloom_runtime.metrics.consuming import ConsumerMetrics
from newsloom_runtime.metrics.declaring import CounterMetric, GaugeMetric, HistogramMetric, Label, Metric
from newsloom_runtime.metrics.producing import PublisherMetrics
from newsloom_runtime.metrics.registry import new_registry

EVERY_SERVICE: Final[tuple[Metric, ...]] = (
    *process.DECLARED,
    *http.DECLARED,
    *consuming.DECLARED,
    *producing.DECLARED,
)

__all__ = [
    "EVERY_SERVICE",
    "ConsumerMetrics",
    "CounterMetric",
    "GaugeMetric",
    "HistogramMetric",
    "Label",
    "Metric",
    "PublisherMetrics",
    "new_registry",
]
