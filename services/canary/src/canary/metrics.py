"""What the canary counts, declared once. Steps, outcomes, groups and topics are closed sets."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

AGE_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)


class ProberMetrics:
    """What became of the rounds and their steps."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.steps = Counter(
            "newsloom_canary_steps_total",
            "Steps of canaries by what became of them",
            ("step", "outcome"),
            registry=registry,
        )
        self.seconds = Histogram(
            "newsloom_canary_step_seconds",
            "Seconds from the accept that a step follows until its effect was seen",
            ("step",),
            buckets=AGE_SECONDS,
            registry=registry,
        )
        self.rounds = Counter(
            "newsloom_canary_rounds_total",
            "Canaries by the worst that became of one of their steps",
            ("outcome",),
            registry=registry,
        )
        self.last_seen = Gauge(
            "newsloom_canary_last_seen_timestamp_seconds",
            "Unix time when a submitted canary was last seen published",
            registry=registry,
        )
        self.last_round = Gauge(
            "newsloom_canary_last_round_timestamp_seconds",
            "Unix time when a round last ended, well or not",
            registry=registry,
        )


class GroupLagMetrics:
    """How far each consumer group of the catalogue is behind, seen from outside."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.records = Gauge(
            "newsloom_group_lag_records",
            "Records of a topic that a consumer group has not committed",
            ("group", "topic"),
            registry=registry,
        )
        self.seconds = Gauge(
            "newsloom_group_lag_seconds",
            "Age of the oldest record that a consumer group has not committed; 0 when there is none",
            ("group", "topic"),
            registry=registry,
        )
        self.looked = Gauge(
            "newsloom_group_lag_look_timestamp_seconds",
            "Unix time of the last look at all consumer groups that succeeded",
            registry=registry,
        )
