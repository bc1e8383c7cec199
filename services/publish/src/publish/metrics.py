"""What publish counts, declared once. The labels are the kinds of a decision, nothing else."""

from collections.abc import Iterable, Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from newsloom_schemas.document import StoredArticleV3
from publish.decide import JUMPED, Kind
from publish.lift import Lift
from publish.ports import Head, Store, Swap
from publish.proofread import Proof
from publish.publish import Verdict

LATENESS_SECONDS = (0.25, 0.5, 1, 2, 5, 10, 30, 60, 600, 3600)
AGE_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)


class PublishMetrics:
    """Counters of one process, in its own registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        decisions = Counter(
            "newsloom_publish_decisions_total",
            "Events by what became of them",
            ("decision",),
            registry=registry,
        )
        self._decisions = {kind: decisions.labels(kind.value) for kind in Kind}
        self._jumps = Counter(
            "newsloom_publish_revision_jumps_total",
            "Revisions applied that leap far beyond the one before; the log names them",
            registry=registry,
        )
        self._healed = Counter(
            "newsloom_publish_healed_total", "Articles told anew by the proofreader", registry=registry
        )
        self.lost_swaps = Counter(
            "newsloom_publish_lost_swaps_total", "Writes that another writer forestalled", registry=registry
        )
        self._visible_age = Histogram(
            "newsloom_publish_visible_age_seconds",
            "Seconds from accepting a new article until it is read back from articles-published",
            buckets=AGE_SECONDS,
            registry=registry,
        )
        self._lifted = Counter(
            "newsloom_publish_embargoes_lifted_total", "Articles this process lifted", registry=registry
        )
        self._lateness = Histogram(
            "newsloom_publish_embargo_lateness_seconds",
            "Seconds from the end of an embargo until its lift was acknowledged by the log",
            buckets=LATENESS_SECONDS,
            registry=registry,
        )
        self.retold = Counter(
            "newsloom_publish_embargoes_retold_total",
            "Lifted articles told anew, because nobody noted that they had been told",
            registry=registry,
        )
        self.lift_failures = Counter(
            "newsloom_publish_embargo_failures_total",
            "Articles whose lift failed and was set aside; the log names them",
            registry=registry,
        )
        self.clock_difference = Gauge(
            "newsloom_publish_clock_difference_seconds",
            "MongoDB's clock minus ours; the earlier one ends embargoes",
            registry=registry,
        )
        self.migrated = Counter(
            "newsloom_publish_migrated_total",
            "Documents rewritten in the newest schema version",
            registry=registry,
        )

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
