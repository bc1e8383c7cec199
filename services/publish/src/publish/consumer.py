"""The two consuming roles: events in, verdicts out. What is refused goes to the dead letters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from newsloom_runtime.records import RawRecord, RawSubscription, Received, Rejection, Subscription
from newsloom_runtime.traces import because
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_PUBLISHED, FEED_UPDATES, versions
from newsloom_schemas.events import ArticlePublishedV2
from newsloom_store import NewerDocument, StoreUnavailable
from publish.arrivals import Arrivals
from publish.decide import Kind
from publish.log_lines import log_healed, log_verdicts
from publish.metrics import CountedStore, PublishMetrics
from publish.ports import Clock, Publisher, ServerClock, Store
from publish.proofread import Mark, proofread
from publish.publish import SwapsLost, publish
from publish.settings import ConsumingRole

# The log holds articles in the form that was the newest when they were told.
PUBLISHED = frozenset(event.EVENT_TYPE.encode() for event in versions(ArticlePublishedV2.NAME))
# What passes by waiting. A document of a newer newsloom is met in a rolling upgrade, and then this process is
# the next to be replaced: it must not bury the article's events meanwhile.
AWAY = (StoreUnavailable, NewerDocument)
VERSION = re.compile(rb"[1-9][0-9]{0,18}")


@dataclass(frozen=True, kw_only=True)
class Roles:
    """What both roles need, and the handlers that they are."""

    store: Store
    publisher: Publisher
    clock: Clock
    server_clock: ServerClock
    public_url: str
    metrics: PublishMetrics
    arrivals: Arrivals = field(default_factory=Arrivals)

    def subscription(self, role: ConsumingRole) -> Subscription | RawSubscription:
        """The subscription of a role."""
        if role == "publisher":
            return Subscription(
                role="publisher",
                group="publish",
                topics=(ARTICLES_ENRICHED,),
                handle=self.on_articles_enriched,
                transient=(*AWAY, SwapsLost),
            )
        return RawSubscription(
            role="proofreader",
            group="publish-proofreader",
            topics=(ARTICLES_PUBLISHED, FEED_UPDATES),
            handle=self.on_told,
            transient=AWAY,
            max_records=2000,  # an article is told in several records: the more at once, the fewer look-ups
        )

    async def on_articles_enriched(self, received: Sequence[Received]) -> Sequence[Rejection]:
        """Publish events; those in conflict with what is stored are rejected."""
        verdicts = await publish(
            [each.event for each in received],
            store=CountedStore(self.store, self.metrics),
            publisher=self.publisher,
            clock=self.server_clock,
            public_url=self.public_url,
            because=because,
            arrivals=self.arrivals,
        )
        self.metrics.count_verdicts(verdicts)
        log_verdicts(received, verdicts)
        return [
            Rejection(record=each, reason="conflict", message=verdict.reason)
            for each, verdict in zip(received, verdicts, strict=True)
            if verdict.kind is Kind.CONFLICT
        ]

    async def on_told(self, records: Sequence[RawRecord]) -> Sequence[Rejection]:
        """Proofread records; those that publish cannot have written are rejected."""
        marks = [mark_of(record) for record in records]
        proof = await proofread(
            [mark for mark in marks if mark is not None],
            store=self.store,
            publisher=self.publisher,
            clock=self.clock,
            public_url=self.public_url,
        )
        self.metrics.count_proof(proof)
        log_healed(proof.healed)
        return [_foreign(record) for record, mark in zip(records, marks, strict=True) if mark is None]


def mark_of(record: RawRecord) -> Mark | None:
    """What the headers of a record say, so that its body need not be read; None without them or it."""
    subject, version = record.header("ce_subject"), record.header("ce_documentversion")
    if not record.value or subject is None or version is None or not VERSION.fullmatch(version):
        return None
    return Mark(
        article_id=subject.decode(errors="replace"),
        document_version=int(version),
        shows=record.header("ce_type") in PUBLISHED,
    )


def _foreign(record: RawRecord) -> Rejection:
    if not record.value:
        message = "the record has no value: only publish may write here, check the ACLs"
        return Rejection(record=record, reason="no-value", message=message)
    return Rejection(
        record=record,
        reason="no-version",
        message="ce_subject or ce_documentversion is missing: only publish may write here, check the ACLs",
    )
