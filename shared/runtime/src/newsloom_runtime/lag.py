"""Consumer lag, computed when it is asked for."""

from collections.abc import Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from newsloom_runtime.harness import Harness


class LagCollector(Collector):
    """Records without a committed outcome, by role and topic."""

    def __init__(self, harnesses: Mapping[str, Harness]) -> None:
        self._harnesses = harnesses

    def collect(self) -> Iterator[GaugeMetricFamily]:
        lag = GaugeMetricFamily(
            "newsloom_consumer_lag_records", "Records without a committed outcome", labels=("role", "topic")
        )
        for role, harness in list(self._harnesses.items()):
            for topic, records in harness.lag().items():
                lag.add_metric((role, topic), records)
        yield lag
