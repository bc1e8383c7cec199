"""Who reads which topic, and in which consumer group."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from newsloom_schemas.catalog import (
    ANYONE,
    ARTICLES_ENRICHED,
    ARTICLES_PUBLISHED,
    ARTICLES_REINDEX,
    ARTICLES_SUBMITTED,
    FEED_UPDATES,
    SERVICES,
    TRANSLATIONS_REQUESTED,
    Topic,
    dlq_topic,
)

# Older versions that a service writes in place of the newest when a newsroom's readers need them.
WRITTEN_ON_REQUEST: Mapping[str, str] = MappingProxyType(
    {"newsloom.article.published.v1": "PUBLISH_ARTICLE_EVENTS=v1"}
)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One way in which a topic is read. Without a `group` each process reads all of it, on its own."""

    name: str
    role: str
    topic: str
    group: str | None
    summary: str


def _reader(name: str, role: str, topic: Topic, group: str | None, summary: str) -> Reader:
    return Reader(name=name, role=role, topic=topic.name, group=group, summary=summary)


READERS: tuple[Reader, ...] = (
    _reader("enrich", "enricher", ARTICLES_SUBMITTED, "enrich", "adds language, tags and related links"),
    _reader("publish", "publisher", ARTICLES_ENRICHED, "publish", "stores each article and tells its state"),
    _reader(
        "enrich",
        "translator",
        TRANSLATIONS_REQUESTED,
        "enrich-translator",
        "translates, and writes what came of it behind the article it belongs to",
    ),
    _reader(
        "enrich",
        "archivist",
        ARTICLES_REINDEX,
        "enrich-archive",
        "enriches published articles again while live ones leave time",
    ),
    _reader(
        ANYONE,
        "subscriber",
        ARTICLES_PUBLISHED,
        None,
        "keeps the newest state of every article that it needs",
    ),
    _reader(
        "enrich",
        "related-index",
        ARTICLES_PUBLISHED,
        None,
        "keeps an index of what is published, from which related links are found",
    ),
    _reader(
        "publish",
        "proofreader",
        ARTICLES_PUBLISHED,
        "publish-proofreader",
        "compares what was told with what is stored, and tells the present state again where they differ",
    ),
    _reader(ANYONE, "subscriber", FEED_UPDATES, None, "follows what feeds say about articles"),
    _reader("feeds", "live", FEED_UPDATES, None, "passes changes on to those who listen to a live feed"),
    _reader(
        "publish",
        "proofreader",
        FEED_UPDATES,
        "publish-proofreader",
        "compares what was told with what is stored, and tells the present state again where they differ",
    ),
    _reader("ingest", "register", ARTICLES_SUBMITTED, None, "notes which submissions the log holds"),
    *(
        _reader(
            "ingest", "register", topic, None, "finds when a submission took this step, when somebody asks"
        )
        for topic in (ARTICLES_ENRICHED, ARTICLES_PUBLISHED, FEED_UPDATES)
    ),
    *(
        Reader(
            name="ingest",
            role="register",
            topic=dlq_topic(service),
            group=None,
            summary="notes which submissions could not be processed",
        )
        for service in SERVICES
    ),
    *(
        Reader(
            name="newsloom dlq",
            role="operator",
            topic=dlq_topic(service),
            group=None,
            summary="lists what could not be processed, sends it again or sets it aside",
        )
        for service in SERVICES
    ),
)


def readers_of(topic: str) -> tuple[Reader, ...]:
    """Everyone who reads a topic, in the catalogue's order."""
    return tuple(reader for reader in READERS if reader.topic == topic)
