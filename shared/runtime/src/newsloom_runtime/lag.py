"""Consumer lag, found out when it is asked for."""

from collections.abc import Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from newsloom_runtime.harness import Harness
from newsloom_runtime.metrics.consuming import LAG_RECORDS, LAG_SECONDS
from newsloom_schemas.catalog import INBOX_PREFIX

INBOXES = INBOX_PREFIX.rstrip("-")  # one series for the inboxes of all sources, of which there may be many


class LagCollector(Collector):
    """How far each role is behind, in records and in seconds, by topic.

    `look` belongs to the event loop, where the harnesses live; a scrape in a thread shows the last look.
    """

    def __init__(self, harnesses: Mapping[str, Harness]) -> None:
        self._harnesses = harnesses
        self._records: dict[tuple[str, str], float] = {}
        self._seconds: dict[tuple[str, str], float] = {}

    def look(self) -> None:
        """Find out how things stand."""
        records: dict[tuple[str, str], float] = {}
        seconds: dict[tuple[str, str], float] = {}
        for role, harness in self._harnesses.items():
            for topic, count in harness.lag().items():
                place = role, _shown(topic)
                records[place] = records.get(place, 0) + count
            for topic, age in harness.late().items():
                place = role, _shown(topic)
                seconds[place] = max(seconds.get(place, 0), age)
        self._records, self._seconds = records, seconds

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for metric, found in ((LAG_RECORDS, self._records), (LAG_SECONDS, self._seconds)):
            family = metric.family()
            for place, value in found.items():
                family.add_metric(place, value)
            yield family


def _shown(topic: str) -> str:
    return INBOXES if topic.startswith(INBOX_PREFIX) else topic
