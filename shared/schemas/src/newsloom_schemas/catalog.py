"""The catalogue: every topic and every event type. Topics job, docs and tests derive from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from newsloom_schemas.base import Event
from newsloom_schemas.events import (
    ArticleEnrichedV1,
    ArticleEnrichedV2,
    ArticleKilledV1,
    ArticlePublishedV1,
    ArticlePublishedV2,
    ArticleSubmittedV1,
    ArticleSubmittedV2,
    ArticleTranslatedV1,
    ArticleWithheldV1,
    FeedUpdatedV1,
    ReindexRequestedV1,
    ReindexRequestedV2,
    TagsEditedV1,
    TranslationRequestedV1,
    TranslationRequestedV2,
)

HOUR_MS = 60 * 60 * 1000
DAY_MS = 24 * HOUR_MS
# By default Kafka may leave replaced records in a compacted topic for ever; a killed text must go.
FORGOTTEN_WITHIN_MS = HOUR_MS
PARTITIONS = 8
ANYONE = "anyone"  # readers who are no part of newsloom


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One topic: what flows in it, who writes it, who reads it, and how long it is kept.

    `events` are the newest version of each; older ones may lie in the topic and come from old producers.
    """

    name: str
    key: str
    events: tuple[type[Event], ...]
    written_by: tuple[str, ...]
    read_by: tuple[str, ...]
    summary: str
    partitions: int = PARTITIONS
    compacted: bool = False
    retention_ms: int = 30 * DAY_MS

    @property
    def settings(self) -> Mapping[str, str]:
        """Topic settings as Kafka names them."""
        if self.compacted:
            return {"cleanup.policy": "compact", "max.compaction.lag.ms": str(FORGOTTEN_WITHIN_MS)}
        return {"cleanup.policy": "delete", "retention.ms": str(self.retention_ms)}


ARTICLES_SUBMITTED = Topic(
    name="articles-submitted",
    key="article_id",
    events=(ArticleSubmittedV2, ArticleKilledV1, TagsEditedV1),
    written_by=("ingest",),
    read_by=("enrich", "ingest"),
    summary="What sources handed in, clean and validated.",
)
ARTICLES_ENRICHED = Topic(
    name="articles-enriched",
    key="article_id",
    events=(ArticleEnrichedV2, ArticleTranslatedV1, ArticleKilledV1, TagsEditedV1),
    written_by=("enrich",),
    read_by=("publish", "ingest"),
    summary="Articles with what the machine added; kills and edits pass through in key order.",
)
TRANSLATIONS_REQUESTED = Topic(
    name="translations-requested",
    key="article_id",
    events=(TranslationRequestedV2, ArticleKilledV1),
    written_by=("enrich",),
    read_by=("enrich",),
    summary="Slow work, kept off the live lane; a kill ends what waits of its article.",
)
ARTICLES_REINDEX = Topic(
    name="articles-reindex",
    key="article_id",
    events=(ReindexRequestedV2,),
    written_by=("newsloom reindex",),
    read_by=("enrich",),
    summary="The archive's lane: published articles to be enriched again while live ones leave time.",
)
ARTICLES_PUBLISHED = Topic(
    name="articles-published",
    key="article_id",
    events=(ArticlePublishedV2, ArticleWithheldV1, ArticleKilledV1),
    written_by=("publish",),
    read_by=(ANYONE, "enrich", "publish", "ingest"),
    summary="The public state of every article; the last record of a key is the truth.",
    compacted=True,
)
FEED_UPDATES = Topic(
    name="feed-updates",
    key="feed_id",
    events=(FeedUpdatedV1,),
    written_by=("publish",),
    read_by=(ANYONE, "feeds", "publish", "ingest"),
    summary="What each feed now says about an article; the cursor of a feed is partition:offset.",
    retention_ms=7 * DAY_MS,
)


def _dead_letters(service: str) -> Topic:
    return Topic(
        name=f"{service}-dlq",
        key="the original key",
        events=(),
        written_by=(service, "newsloom dlq"),
        read_by=("newsloom dlq", "ingest"),
        summary=f"Records that {service} could not process, bytes untouched, and what was done about them.",
    )


INBOX_PREFIX = "editorial-inbox-"


def editorial_inbox(source: str) -> Topic:
    """The inbox of a source, which is there when the source is registered with one.

    What lies in it is untrusted and no event of ours; who may write there speaks for the source.
    """
    return Topic(
        name=INBOX_PREFIX + source,
        key="any",
        events=(),
        written_by=(f"the tool of {source}",),
        read_by=("ingest",),
        summary=f"Raw submissions of {source}: the JSON body of POST /v1/articles, or a kill.",
    )


SERVICES = ("ingest", "enrich", "publish", "feeds")
TOPICS: tuple[Topic, ...] = (
    ARTICLES_SUBMITTED,
    ARTICLES_ENRICHED,
    TRANSLATIONS_REQUESTED,
    ARTICLES_REINDEX,
    ARTICLES_PUBLISHED,
    FEED_UPDATES,
    *(_dead_letters(service) for service in SERVICES),
)
# Nobody writes them any more, but old producers and what still lies in topics; the codec brings them up.
OLDER_VERSIONS: tuple[type[Event], ...] = (
    ArticleSubmittedV1,
    ArticleEnrichedV1,
    ArticlePublishedV1,
    TranslationRequestedV1,
    ReindexRequestedV1,
)
EVENTS: Mapping[str, type[Event]] = MappingProxyType(
    {
        event.EVENT_TYPE: event
        for event in (*OLDER_VERSIONS, *(event for topic in TOPICS for event in topic.events))
    }
)


def versions(name: str) -> tuple[type[Event], ...]:
    """Every version of an event by its name, such as `article.submitted`, the oldest first."""
    known = (event for event in EVENTS.values() if name == event.NAME)
    return tuple(sorted(known, key=lambda event: event.VERSION))


def dlq_topic(service: str) -> str:
    """Name of a service's dead-letter topic."""
    return f"{service}-dlq"
