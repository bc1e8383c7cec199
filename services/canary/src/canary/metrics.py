"""What the canary counts, declared once. Steps, outcomes, groups and topics are closed sets."""

from typing import Final, get_args

from prometheus_client import CollectorRegistry

from canary.ports import Outcome, Step
from newsloom_runtime.metrics import EVERY_SERVICE, CounterMetric, GaugeMetric, HistogramMetric, Label, Metric
from newsloom_runtime.metrics.age import AGE

STEP: Final = Label(name="step", values=get_args(Step))
OUTCOME: Final = Label(name="outcome", values=get_args(Outcome))
GROUP: Final = Label(name="group", drawn_from="the consumer groups of the catalogue, and ingest-inbox")
TOPIC: Final = Label(
    name="topic", drawn_from="the catalogue of topics; the inboxes of all sources are one, `editorial-inbox`"
)

STEPS: Final = CounterMetric(
    name="newsloom_canary_steps_total",
    meaning="Steps of canaries by what became of them",
    look="late: slow; failed: not seen, or not taken; wrong: readers were shown what they must never see.",
    labels=(STEP, OUTCOME),
)
STEP_SECONDS: Final = HistogramMetric(
    name="newsloom_canary_step_seconds",
    meaning="Seconds from the accept that a step follows until its effect was seen",
    look="What a reader waits for, by where he looks. A submit is timed from its sending to its accept.",
    labels=(STEP,),
    buckets=AGE.buckets,
)
ROUNDS: Final = CounterMetric(
    name="newsloom_canary_rounds_total",
    meaning="Canaries by the worst that became of one of their steps",
    look="Six a minute; failed also counts a round that was not begun because too many were on their way.",
    labels=(OUTCOME,),
)
LAST_SEEN: Final = GaugeMetric(
    name="newsloom_canary_last_seen_timestamp_seconds",
    meaning="Unix time when a submitted canary was last seen published, 0 when there was none yet",
    look="Its age is the first thing to look at: beyond half a minute nothing new becomes public.",
)
LAST_ROUND: Final = GaugeMetric(
    name="newsloom_canary_last_round_timestamp_seconds",
    meaning="Unix time when a round last ended, well or not, 0 when there was none yet",
    look="Old while the canary runs: it hangs, and its other numbers mean nothing.",
)
GROUP_LAG_RECORDS: Final = GaugeMetric(
    name="newsloom_group_lag_records",
    meaning="Records of a topic that a consumer group has not committed, seen from outside",
    look="Goes on growing when the service is stopped. Without any commit a group is at the beginning.",
    labels=(GROUP, TOPIC),
)
GROUP_LAG_SECONDS: Final = GaugeMetric(
    name="newsloom_group_lag_seconds",
    meaning="Age of the oldest record that a consumer group has not committed, 0 when there is none",
    look="At least so old: a look comes every few seconds, and none is older than this process.",
    labels=(GROUP, TOPIC),
)
GROUP_LAG_LOOK: Final = GaugeMetric(
    name="newsloom_group_lag_look_timestamp_seconds",
    meaning="Unix time of the last look at all consumer groups that succeeded",
    look="Old: the lags stand still, whatever the groups do. Kafka does not answer the canary.",
)

OWN: Final[tuple[Metric, ...]] = (
    STEPS,
    STEP_SECONDS,
    ROUNDS,
    LAST_SEEN,
    LAST_ROUND,
    GROUP_LAG_RECORDS,
    GROUP_LAG_SECONDS,
    GROUP_LAG_LOOK,
)
DECLARED: Final[tuple[Metric, ...]] = (*EVERY_SERVICE, *OWN)


class ProberMetrics:
    """What became of the rounds and their steps: the tally of a running prober."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._steps = STEPS.on(registry)
        self._seconds = STEP_SECONDS.on(registry)
        self._rounds = ROUNDS.on(registry)
        self._last_seen = LAST_SEEN.on(registry)
        self._last_round = LAST_ROUND.on(registry)

    def step(self, step: Step, outcome: Outcome, seconds: float | None) -> None:
        """See Tally."""
        self._steps.labels(step, outcome).inc()
        if seconds is not None:
            self._seconds.labels(step).observe(seconds)

    def round(self, outcome: Outcome) -> None:
        """See Tally."""
        self._rounds.labels(outcome).inc()
        self._last_round.set_to_current_time()

    def published(self) -> None:
        """See Tally."""
        self._last_seen.set_to_current_time()


class GroupLagMetrics:
    """How far each consumer group of the catalogue is behind, seen from outside."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.records = GROUP_LAG_RECORDS.on(registry)
        self.seconds = GROUP_LAG_SECONDS.on(registry)
        self.looked = GROUP_LAG_LOOK.on(registry)
