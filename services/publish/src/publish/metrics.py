"""What publish counts, declared once. The labels are the kinds of a decision, nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from prometheus_client import CollectorRegistry

from newsloom_runtime.metrics import (
    EVERY_SERVICE,
    CounterMetric,
    GaugeMetric,
    HistogramMetric,
    Label,
    Metric,
)
from newsloom_runtime.metrics.age import AGE, ArticleAge
from newsloom_runtime.metrics.mongo import WITH_MONGO
from newsloom_schemas.document import StoredArticleV3
from publish.arrivals import Arrival, Arrived
from publish.decide import JUMPED, Kind
from publish.lift import Lift
from publish.ports import Clock, Head, Store, Swap
from publish.proofread import Proof
from publish.publish import Verdict

DECISIONS: Final = CounterMetric(
    name="newsloom_publish_decisions_total",
    meaning="Events by what became of them",
    look="Mostly applied and replayed; conflicts are dead letters, stale ones came after something newer.",
    labels=(Label(name="decision", values=tuple(kind.value for kind in Kind)),),
)
JUMPS: Final = CounterMetric(
    name="newsloom_publish_revision_jumps_total",
    meaning="Revisions applied that leap far beyond the one before; the log names them",
    look="A source's numbering went wrong, and it can never go back.",
)
HEALED: Final = CounterMetric(
    name="newsloom_publish_healed_total",
    meaning="Articles told anew by the proofreader",
    look="A replaced publisher wrote late. Now and then in a rebalance; often means that pauses are long.",
)
LOST_SWAPS: Final = CounterMetric(
    name="newsloom_publish_lost_swaps_total",
    meaning="Writes that another writer forestalled",
    look="Two publishers on one partition: usual for a moment in a rebalance, not for long.",
)
VISIBLE_AGE: Final = HistogramMetric(
    name="newsloom_publish_visible_age_seconds",
    meaning="Seconds from accepting a new article until it is read back from articles-published",
    look="What the proofreader sees, new articles only; newsloom_article_age_seconds has every revision.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800),
)
LIFTED: Final = CounterMetric(
    name="newsloom_publish_embargoes_lifted_total",
    meaning="Articles this process lifted",
    look="How many embargoes ended.",
)
LATENESS: Final = HistogramMetric(
    name="newsloom_publish_embargo_lateness_seconds",
    meaning="Seconds from the end of an embargo until its lift was acknowledged by the log",
    look="Seconds at most; minutes are a publisher that was away, or clocks that differ.",
    buckets=(0.25, 0.5, 1, 2, 5, 10, 30, 60, 600, 3600),
)
RETOLD: Final = CounterMetric(
    name="newsloom_publish_embargoes_retold_total",
    meaning="Lifted articles told anew, because nobody noted that they had been told",
    look="After a crash in the middle of a lift; harmless.",
)
LIFT_FAILURES: Final = CounterMetric(
    name="newsloom_publish_embargo_failures_total",
    meaning="Articles whose lift failed and was set aside; the log names them",
    look="An article that should be public is not.",
)
CLOCK_DIFFERENCE: Final = GaugeMetric(
    name="newsloom_publish_clock_difference_seconds",
    meaning="MongoDB's clock minus ours; the earlier one ends embargoes",
    look="Above a second: mend the time of one of the machines.",
)
MIGRATED: Final = CounterMetric(
    name="newsloom_publish_migrated_total",
    meaning="Documents rewritten in the newest schema version",
    look="Grows after an upgrade until all are rewritten.",
)

OWN: Final[tuple[Metric, ...]] = (
    DECISIONS,
    JUMPS,
    HEALED,
    LOST_SWAPS,
    AGE,
    VISIBLE_AGE,
    LIFTED,
    LATENESS,
    RETOLD,
    LIFT_FAILURES,
    CLOCK_DIFFERENCE,
    MIGRATED,
)
DECLARED: Final[tuple[Metric, ...]] = (*EVERY_SERVICE, *WITH_MONGO, *OWN)


class PublishMetrics:
    """Counters of one process, in its own registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        decisions = DECISIONS.on(registry)
        self._decisions = {kind: decisions.labels(kind.value) for kind in Kind}
        self._jumps = JUMPS.on(registry)
        self._healed = HEALED.on(registry)
        self.lost_swaps = LOST_SWAPS.on(registry)
        self._visible_age = VISIBLE_AGE.on(registry)
        self._lifted = LIFTED.on(registry)
        self._lateness = LATENESS.on(registry)
        self.retold = RETOLD.on(registry)
        self.lift_failures = LIFT_FAILURES.on(registry)
        self.clock_difference = CLOCK_DIFFERENCE.on(registry)
        self.migrated = MIGRATED.on(registry)

    def count_lifts(self, lifts: Sequence[Lift], *, telling_took: float) -> None:
        """Count lifted articles and how late they were, `telling_took` seconds after they were found."""
        self._lifted.inc(len(lifts))
        for each in lifts:
            self._lateness.observe(each.late_by.total_seconds() + telling_took)

    def count_verdicts(self, verdicts: Iterable[Verdict]) -> None:
        """Count each verdict by its kind."""
        for verdict in verdicts:
            self._decisions[verdict.kind].inc()
            if verdict.reason == JUMPED:
                self._jumps.inc()

    def count_proof(self, proof: Proof) -> None:
        """Count what was healed and observe the ages."""
        self._healed.inc(len(proof.healed))
        for age in proof.ages:
            self._visible_age.observe(age)


def ages(age: ArticleAge, clock: Clock) -> Arrived:
    """Observes the age of new revisions, whenever they have come to a place."""

    def arrived(place: Literal["stored", "told"], arrivals: Iterable[Arrival]) -> None:
        age.at(place, [(each.accepted_at, each.source_class) for each in arrivals], now=clock.now())

    return arrived


class CountedStore:
    """A store that counts the swaps lost in it."""

    def __init__(self, store: Store, metrics: PublishMetrics) -> None:
        self._store = store
        self._metrics = metrics

    async def load(self, article_ids: Sequence[str]) -> Mapping[str, StoredArticleV3]:
        return await self._store.load(article_ids)

    async def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]:
        return await self._store.heads(article_ids)

    async def write(self, swaps: Sequence[Swap]) -> frozenset[str]:
        lost = await self._store.write(swaps)
        self._metrics.lost_swaps.inc(len(lost))
        return lost
