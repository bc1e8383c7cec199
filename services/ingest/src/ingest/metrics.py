"""The numbers of the front door."""

from prometheus_client import CollectorRegistry, Counter, Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class IngestMetrics:
    """Requests by route and outcome; an outcome is `accepted` or the code of a refusal."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "newsloom_ingest_requests_total", "Requests answered", ("route", "outcome"), registry=registry
        )
        self.accept_seconds = Histogram(
            "newsloom_ingest_accept_seconds",
            "Seconds from the request line to the broker's acknowledgement, of accepted requests",
            buckets=SECONDS,
            registry=registry,
        )
        self.batch_lines = Counter(
            "newsloom_ingest_batch_lines_total",
            "Lines of batches: accepted, or the code of a refusal",
            ("outcome",),
            registry=registry,
        )
        self.inbox_records = Counter(
            "newsloom_ingest_inbox_records_total",
            "Records of Kafka inboxes: accepted, or the code of a refusal, which are dead letters",
            ("outcome",),
            registry=registry,
        )
        self.feed_polls = Counter(
            "newsloom_ingest_feed_polls_total",
            "Readings of imported feeds: read, unchanged, failed, gone",
            ("outcome",),
            registry=registry,
        )
        self.feed_items = Counter(
            "newsloom_ingest_feed_items_total",
            "Items of imported feeds: accepted, unchanged, held-back, refused",
            ("outcome",),
            registry=registry,
        )
        self.audit_lost = Counter(
            "newsloom_ingest_audit_lines_lost_total",
            "Lines of the audit that could not be written",
            registry=registry,
        )
