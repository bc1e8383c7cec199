"""The metrics every service has, declared once. Label sets are closed: roles, topics and codes, never ids."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

BATCH_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
BATCH_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


def new_registry() -> CollectorRegistry:
    """A registry of the process's own, with the usual process metrics and without `_created` series."""
    disable_created_metrics()  # type: ignore[no-untyped-call] # the library leaves it untyped
    registry = CollectorRegistry(auto_describe=True)
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


class ConsumerMetrics:
    """Metrics of one consuming role."""

    def __init__(self, registry: CollectorRegistry) -> None:
        role = ("role",)
        self.records = Counter(
            "newsloom_consumed_records_total", "Records whose outcome is durable", role, registry=registry
        )
        self.dead_letters = Counter(
            "newsloom_dead_letters_total", "Records sent to the DLQ", (*role, "reason"), registry=registry
        )
        self.retries = Counter(
            "newsloom_retries_total", "Repeats after a transient failure", role, registry=registry
        )
        self.bugs = Counter(
            "newsloom_handler_bugs_total", "Unexpected exceptions in a handler", role, registry=registry
        )
        self.batch_size = Histogram(
            "newsloom_batch_records", "Records in a batch", role, buckets=BATCH_SIZES, registry=registry
        )
        self.batch_seconds = Histogram(
            "newsloom_batch_seconds",
            "Seconds from poll to commit",
            role,
            buckets=BATCH_SECONDS,
            registry=registry,
        )
        self.in_flight = Gauge(
            "newsloom_batches_in_flight_count", "Batches being processed", role, registry=registry
        )
        self.fuse = Gauge(
            "newsloom_fuse_blown_info", "1 when the consumer stopped itself", role, registry=registry
        )
        self.halted = Gauge(
            "newsloom_halted_partitions_count",
            "Partitions that halt at a batch which cannot be unpacked",
            role,
            registry=registry,
        )
        self.rebalances = Counter(
            "newsloom_rebalances_total", "Times partitions were assigned", role, registry=registry
        )
        self.fenced = Counter(
            "newsloom_commits_fenced_total",
            "Commits refused: another member owns the partition",
            role,
            registry=registry,
        )
        self.last_activity = Gauge(
            "newsloom_last_poll_timestamp_seconds", "Unix time of the last poll", role, registry=registry
        )


class PublisherMetrics:
    """Metrics of the one producer of a process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.sent = Counter(
            "newsloom_sent_records_total", "Records acknowledged by Kafka", ("topic",), registry=registry
        )
        self.failed = Counter(
            "newsloom_send_failures_total", "Publishes without an acknowledgement", registry=registry
        )
        self.replaced = Counter(
            "newsloom_producers_replaced_total", "Producers given up as stuck", registry=registry
        )
        self.pending = Gauge(
            "newsloom_pending_records_count", "Records not yet acknowledged", registry=registry
        )
