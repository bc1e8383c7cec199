"""The metrics of the one producer of a process."""

from typing import Final

from prometheus_client import CollectorRegistry

from newsloom_runtime.metrics.consuming import TOPIC
from newsloom_runtime.metrics.declaring import CounterMetric, GaugeMetric, HistogramMetric, Metric

SENT: Final = CounterMetric(
    name="newsloom_sent_records_total",
    meaning="Records acknowledged by Kafka",
    look="What goes out of the service, by where to.",
    labels=(TOPIC,),
)
SEND_FAILURES: Final = CounterMetric(
    name="newsloom_send_failures_total",
    meaning="Publishes without an acknowledgement",
    look="Kafka is away or slow. Nothing is lost: whoever sent was told, or repeats.",
)
SEND_SECONDS: Final = HistogramMetric(
    name="newsloom_send_seconds",
    meaning="Seconds from handing records over until Kafka had acknowledged them all",
    look="The broker's part in every latency.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
PRODUCERS_REPLACED: Final = CounterMetric(
    name="newsloom_producers_replaced_total",
    meaning="Producers given up as stuck",
    look="Rare beside an outage of Kafka; often is a broker that refuses our sequence.",
)
PENDING: Final = GaugeMetric(
    name="newsloom_pending_records",
    meaning="Records not yet acknowledged",
    look="They lie in this process's memory; rising means that Kafka takes less than we send.",
)

DECLARED: Final[tuple[Metric, ...]] = (SENT, SEND_FAILURES, SEND_SECONDS, PRODUCERS_REPLACED, PENDING)


class PublisherMetrics:
    """What the producer counts with."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.sent = SENT.on(registry)
        self.failed = SEND_FAILURES.on(registry)
        self.seconds = SEND_SECONDS.on(registry)
        self.replaced = PRODUCERS_REPLACED.on(registry)
        self.pending = PENDING.on(registry)
