"""The numbers of the front door, declared once."""

from collections.abc import Callable, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, Counter

from ingest.ports import Publisher
from ingest.source_profile import source_class
from ingest.source_register import Sources
from newsloom_runtime.metrics import (
    EVERY_SERVICE,
    CounterMetric,
    GaugeMetric,
    HistogramMetric,
    Label,
    Metric,
)
from newsloom_runtime.metrics.age import SOURCE_CLASS
from newsloom_runtime.metrics.mongo import WITH_MONGO
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic
from newsloom_schemas.events import ArticleKilledV1, ArticleSubmittedV2, TagsEditedV1
from newsloom_schemas.events.article_event import ArticleEvent

REFUSALS: Final = "`accepted`, or the code of a refusal in docs/problems.md"
WHY: Final = (
    "no-key",
    "unknown-key",
    "expired-key",
    "revoked-key",
    "bad-token",
    "bad-signature",
    "scope",
    "source",
    "other",
)

ACCEPTED: Final = CounterMetric(
    name="newsloom_ingest_accepted_total",
    meaning="Events that Kafka has confirmed, by what they do and the dialect they came in",
    look="What the newsroom sends. Sudden silence of a class is a tool that has stopped sending.",
    labels=(
        Label(name="kind", values=("article", "kill", "tags")),
        Label(name="dialect", drawn_from="the input dialects, empty for what has none"),
        SOURCE_CLASS,
    ),
)
ACCEPT_SECONDS: Final = HistogramMetric(
    name="newsloom_ingest_accept_seconds",
    meaning="Seconds from the request line to the broker's acknowledgement, of accepted requests",
    look="What a journalist's tool waits for.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
BATCH_LINES: Final = CounterMetric(
    name="newsloom_ingest_batch_lines_total",
    meaning="Lines of batches by outcome",
    look="Refused lines are told to the sender; many of one code is a tool gone wrong.",
    labels=(Label(name="outcome", drawn_from=REFUSALS),),
)
INBOX_RECORDS: Final = CounterMetric(
    name="newsloom_ingest_inbox_records_total",
    meaning="Records of Kafka inboxes by outcome; refused ones are dead letters",
    look="A source that writes to its inbox hears of refusals from nobody but the dead letters.",
    labels=(Label(name="outcome", drawn_from=REFUSALS),),
)
FEED_POLLS: Final = CounterMetric(
    name="newsloom_ingest_feed_polls_total",
    meaning="Readings of imported feeds by outcome",
    look="`failed` for long: the feed's address, its server, or the network. `/readyz` notes which.",
    labels=(Label(name="outcome", values=("read", "unchanged", "failed", "gone")),),
)
FEED_ITEMS: Final = CounterMetric(
    name="newsloom_ingest_feed_items_total",
    meaning="Items of imported feeds by outcome",
    look="Many `refused`: the feed has changed its form.",
    labels=(Label(name="outcome", values=("accepted", "unchanged", "held-back", "refused")),),
)
AUDIT_LOST: Final = CounterMetric(
    name="newsloom_ingest_audit_lines_lost_total",
    meaning="Lines of the audit that could not be written",
    look="The disk is full or too slow; who sent what is no more known for certain.",
)
REGISTER_BEHIND: Final = GaugeMetric(
    name="newsloom_ingest_register_behind_records",
    meaning="Records of the log that the register has still to read",
    look="While it is behind, a submission's fate is told late and a repeated one is taken again.",
)
OLDEST_LETTER: Final = GaugeMetric(
    name="newsloom_ingest_oldest_open_dead_letter_timestamp_seconds",
    meaning="Unix time of the oldest dead letter of a submission neither replayed nor set aside, or 0",
    look="Its age is how long somebody has waited for an operator. Conflicts are the source's, and not here.",
)
AUTH_FAILURES: Final = CounterMetric(
    name="newsloom_ingest_auth_failures_total",
    meaning="Requests refused for who sent them, by why",
    look="A tool with an expired key, or somebody who tries keys: the audit names address and key's name.",
    labels=(
        Label(
            name="why",
            values=WHY,
        ),
    ),
)
IN_FLIGHT_BYTES: Final = GaugeMetric(
    name="newsloom_ingest_in_flight_bytes",
    meaning="Bytes of request bodies in memory",
    look="Near the limit new requests hear 503 with Retry-After.",
)
WORKERS: Final = GaugeMetric(
    name="newsloom_ingest_workers",
    meaning="Worker processes that read what strangers wrote, by state",
    look="All busy for long: pages and feeds wait; more workers or a smaller load.",
    labels=(Label(name="state", values=("busy", "idle")),),
)

OWN: Final[tuple[Metric, ...]] = (
    ACCEPTED,
    ACCEPT_SECONDS,
    BATCH_LINES,
    INBOX_RECORDS,
    FEED_POLLS,
    FEED_ITEMS,
    AUDIT_LOST,
    REGISTER_BEHIND,
    OLDEST_LETTER,
    AUTH_FAILURES,
    IN_FLIGHT_BYTES,
    WORKERS,
)
DECLARED: Final[tuple[Metric, ...]] = (*EVERY_SERVICE, *WITH_MONGO, *OWN)


DENIED: Final = {"scope": "scope", "source": "source", "reserved-source": "source"}


class IngestMetrics:
    """What the front door counts with."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.accepted = ACCEPTED.on(registry)
        self.accept_seconds = ACCEPT_SECONDS.on(registry)
        self.batch_lines = BATCH_LINES.on(registry)
        self.inbox_records = INBOX_RECORDS.on(registry)
        self.feed_polls = FEED_POLLS.on(registry)
        self.feed_items = FEED_ITEMS.on(registry)
        self.audit_lost = AUDIT_LOST.on(registry)
        self.register_behind = REGISTER_BEHIND.on(registry)
        self.oldest_letter = OLDEST_LETTER.on(registry)
        self.auth_failures = AUTH_FAILURES.on(registry)
        self.in_flight_bytes = IN_FLIGHT_BYTES.on(registry)
        self.workers = WORKERS.on(registry)

    def count_refusal(self, code: str, why: str | None) -> None:
        """Count a refusal that concerns who sent it; `why` is what only the audit and operators may know."""
        if code == "unauthorized":
            self.auth_failures.labels(_shown_why(why)).inc()
        elif code in DENIED:
            self.auth_failures.labels(DENIED[code]).inc()


def _shown_why(why: str | None) -> str:
    if why is None:
        return "bad-signature"  # the only proof that comes without a name of its fault
    told = "bad-token" if why.startswith("token-") else why
    return told if told in WHY else "other"


class CountedPublisher:
    """A publisher in front of another, so that no way in can forget to count what it took."""

    def __init__(self, publisher: Publisher, metrics: IngestMetrics, sources: Callable[[], Sources]) -> None:
        self._publisher = publisher
        self._metrics = metrics
        self._sources = sources
        self._known: dict[tuple[str, ...], Counter] = {}

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None:
        await self._publisher.publish(emissions)
        sources = self._sources()
        for _, event in emissions:
            if isinstance(event, ArticleEvent):
                shown = source_class(event.source, sources.get(event.source))
                dialect = event.dialect if isinstance(event, ArticleSubmittedV2) else ""
                self._of(_kind(event), dialect, shown).inc()

    def _of(self, *labels: str) -> Counter:
        found = self._known.get(labels)
        if found is None:
            found = self._known[labels] = self._metrics.accepted.labels(*labels)
        return found


def _kind(event: ArticleEvent) -> str:
    if isinstance(event, ArticleKilledV1):
        return "kill"
    return "tags" if isinstance(event, TagsEditedV1) else "article"
