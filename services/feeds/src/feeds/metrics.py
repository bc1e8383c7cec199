"""What feeds counts, declared once: live readers, how they catch up, and what they are sent."""

from collections.abc import Callable, Iterable
from typing import Final, Literal

from prometheus_client import CollectorRegistry

from feeds.ports import Entry
from newsloom_runtime.clock import Clock
from newsloom_runtime.metrics import EVERY_SERVICE, CounterMetric, GaugeMetric, Label, Metric
from newsloom_runtime.metrics.age import AGE, ArticleAge
from newsloom_runtime.metrics.mongo import WITH_MONGO
from newsloom_schemas.events import FeedUpdatedV1
from newsloom_schemas.identity import FEED_ALL, FEED_CANARY

LOG_TOO_SHORT: Final = "log-too-short"
OLDER: Final = "older-than-the-store"
EVERY_ARTICLE: Final = frozenset({FEED_ALL, FEED_CANARY})

STREAMS: Final = GaugeMetric(
    name="newsloom_feeds_streams",
    meaning="Live readers connected",
    look="Near FEEDS_MAX_STREAMS new ones hear 503; a sudden fall is a proxy that cut them off.",
)
LOG_PAGES: Final = CounterMetric(
    name="newsloom_feeds_log_pages_total",
    meaning="Pages read back for live readers",
    look="Readers who were away for long. Much at once: everybody reconnects.",
)
CATCH_UPS: Final = CounterMetric(
    name="newsloom_feeds_stream_catch_ups_total",
    meaning="Live readers who came back with something missed, by where they begin to get it from",
    look="`log` costs more than `window`; see newsloom_feeds_log_pages_total.",
    labels=(Label(name="from", values=("window", "log")),),
)
RESETS: Final = CounterMetric(
    name="newsloom_feeds_stream_resets_total",
    meaning="Live readers who were told to take a snapshot",
    look="They were away for longer than feed-updates is kept, or came with a cursor of another log.",
    labels=(Label(name="why", values=(LOG_TOO_SHORT,)),),
)
SENT: Final = CounterMetric(
    name="newsloom_feeds_updates_sent_total",
    meaning="Updates sent to live readers, each reader counted",
    look="What live readers cost.",
)
PASSED_OVER: Final = CounterMetric(
    name="newsloom_feeds_updates_passed_over_total",
    meaning="Updates of the log that live readers are not shown, by why",
    look="The store knew something newer: a late publisher. Nothing is missing for anybody.",
    labels=(Label(name="why", values=(OLDER,)),),
)
TAIL_BEHIND: Final = GaugeMetric(
    name="newsloom_feeds_tail_behind_records",
    meaning="Records of feed-updates that the live tail has not read",
    look="Live readers are so far behind; reading anew (not live) is not.",
)

OWN: Final[tuple[Metric, ...]] = (
    STREAMS,
    LOG_PAGES,
    CATCH_UPS,
    RESETS,
    SENT,
    PASSED_OVER,
    TAIL_BEHIND,
    AGE,
)
DECLARED: Final[tuple[Metric, ...]] = (*EVERY_SERVICE, *WITH_MONGO, *OWN)


class FeedsMetrics:
    """What the live side counts with."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.streams = STREAMS.on(registry)
        self.log_pages = LOG_PAGES.on(registry)
        self._catch_ups = CATCH_UPS.on(registry)
        self._resets = RESETS.on(registry)
        self._sent = SENT.on(registry)
        self._passed_over = PASSED_OVER.on(registry)
        self.tail_behind = TAIL_BEHIND.on(registry)
        self._age = ArticleAge(registry)

    def caught_up(self, source: Literal["window", "log"]) -> None:
        """See StreamCounts."""
        self._catch_ups.labels(source).inc()

    def reset(self) -> None:
        """See StreamCounts."""
        self._resets.labels(LOG_TOO_SHORT).inc()

    def sent(self, updates: int) -> None:
        """See StreamCounts."""
        self._sent.inc(updates)

    def passed_over(self, updates: int) -> None:
        """See StreamCounts."""
        if updates:
            self._passed_over.labels(OLDER).inc(updates)

    def ages(self, clock: Clock) -> Callable[[Iterable[Entry]], None]:
        """Observes how old the new revisions are that the live end of the log has.

        An article is told to several feeds; it is counted in the one that each is in.
        """

        def told(entries: Iterable[Entry]) -> None:
            told = (entry.event for entry in entries if isinstance(entry.event, FeedUpdatedV1))
            new = [
                (event.accepted_at, event.source_class)
                for event in told
                if event.accepted_at is not None and event.feed_id in EVERY_ARTICLE
            ]
            if new:
                self._age.at("feed", new, now=clock.now())

        return told
