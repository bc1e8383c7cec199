"""Which feeds an article is in, and what is told about it: always its whole state, never a difference."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from newsloom_schemas.article import ArticleContent
from newsloom_schemas.catalog import ARTICLES_PUBLISHED, FEED_UPDATES
from newsloom_schemas.document import Publication, StoredArticleV3, Tombstone
from newsloom_schemas.enrichment import EditorTags, Tag, shown_tags
from newsloom_schemas.events import (
    ArticleKilledV1,
    ArticlePublishedV2,
    ArticleWithheldV1,
    FeedEntry,
    FeedUpdatedV1,
)
from newsloom_schemas.identity import (
    CANARY_SOURCE,
    FEED_ALL,
    FEED_CANARY,
    event_id,
    language_feed,
    section_feed,
    source_feed,
    topic_feed,
)
from newsloom_schemas.public_state import told_translations
from newsloom_schemas.text import summary_of
from publish.arrivals import Arrival
from publish.ports import Emission

MAX_TOPIC_FEEDS = 8  # each is a record of its own at every change of the article


def feeds_of(publication: Publication, source: str, edited: EditorTags | None = None) -> tuple[str, ...]:
    """The feeds that an article belongs to, from its content and the tags that are shown.

    A canary is in its own feed alone, whatever it says: no reader shall meet it.
    """
    if source == CANARY_SOURCE:
        return (FEED_CANARY,)
    content = publication.content
    section = (section_feed(content.section),) if content.section else ()
    topics = _topics(shown_tags(publication.tags, edited))
    return (FEED_ALL, source_feed(source), *section, language_feed(publication.language), *topics)


def _topics(tags: Iterable[Tag]) -> tuple[str, ...]:
    """Feeds of what the article is about: an editor's tags, then subjects, then the surest names."""
    about = sorted((tag for tag in tags if tag.role == "subject" and tag.id is not None), key=_topic_order)
    found = (topic_feed(tag.id) for tag in about if tag.id is not None)
    return tuple(dict.fromkeys(feed for feed in found if feed is not None))[:MAX_TOPIC_FEEDS]


def _topic_order(tag: Tag) -> tuple[bool, bool, float, str]:
    return (tag.basis != "editor", tag.kind != "subject", -tag.confidence, tag.id or "")


def embargoed(content: ArticleContent, now: datetime) -> bool:
    """Whether the article must not be public yet: it is stored, in no feed, and told without its content."""
    return content.embargo_until is not None and content.embargo_until > now


def emissions_for(
    document: StoredArticleV3, public_url: str, *, news: Arrival | None = None
) -> list[Emission]:
    """Everything there is to tell about a document: its own state, and a line for each feed it was ever in.

    Telling it again is harmless, and whatever was told before and got lost is healed by it. Nothing is told
    of a document that has no revision yet; of one under embargo, that it is withheld. `news` is the revision
    that is shown for the first time, if any: its lines say so, for whoever measures.
    """
    return [*_article_state(document, public_url), *_feed_states(document, public_url, news)]


def _article_state(document: StoredArticleV3, public_url: str) -> Iterator[Emission]:
    """Of a canary nothing: anyone in the house may subscribe, and would take it for an article; and the last
    record of each key is kept for ever."""
    if document.source == CANARY_SOURCE:
        return
    if document.tombstone is not None:
        yield ARTICLES_PUBLISHED, _killed(document, document.tombstone)
    elif document.withheld_until is not None:
        yield ARTICLES_PUBLISHED, _withheld(document, document.withheld_until)
    elif document.publication is not None:
        yield ARTICLES_PUBLISHED, _published(document, document.publication, public_url)


def _feed_states(document: StoredArticleV3, public_url: str, news: Arrival | None) -> Iterator[Emission]:
    publication = document.publication
    entry = _entry(document, publication, public_url) if publication is not None and document.feeds else None
    for feed in document.feeds_ever:
        yield FEED_UPDATES, _feed_updated(document, feed, entry if feed in document.feeds else None, news)


def _killed(document: StoredArticleV3, tombstone: Tombstone) -> ArticleKilledV1:
    return ArticleKilledV1(
        event_id=event_id(document.article_id, document.document_version, ArticleKilledV1.EVENT_TYPE),
        article_id=document.article_id,
        source=document.source,
        external_id=document.external_id,
        reason=tombstone.reason,
        killed_at=tombstone.killed_at,
        document_version=document.document_version,
    )


def _withheld(document: StoredArticleV3, until: datetime) -> ArticleWithheldV1:
    return ArticleWithheldV1(
        event_id=event_id(document.article_id, document.document_version, ArticleWithheldV1.EVENT_TYPE),
        article_id=document.article_id,
        source=document.source,
        external_id=document.external_id,
        document_version=document.document_version,
        withheld_until=until,
    )


def _published(document: StoredArticleV3, publication: Publication, public_url: str) -> ArticlePublishedV2:
    """The public state. A stale translation is of another text, so it is not part of it."""
    return ArticlePublishedV2(
        event_id=event_id(document.article_id, document.document_version, ArticlePublishedV2.EVENT_TYPE),
        article_id=document.article_id,
        source=document.source,
        external_id=document.external_id,
        document_version=document.document_version,
        submission_event_id=publication.submission_event_id,
        revision=publication.revision,
        run=publication.run,
        published_at=publication.published_at,
        accepted_at=publication.accepted_at,
        url=_address(document, public_url),
        content=publication.content,
        language=publication.language,
        tags=publication.tags,
        editor_tags=document.editor_tags,
        related=publication.related,
        translations=told_translations(document),
        enrichment=publication.enrichment,
        translations_wanted=publication.translations_wanted,
        feeds=document.feeds,
    )


def _feed_updated(
    document: StoredArticleV3, feed: str, entry: FeedEntry | None, news: Arrival | None
) -> FeedUpdatedV1:
    new = news if entry is not None else None
    return FeedUpdatedV1(
        event_id=event_id(document.article_id, document.document_version, FeedUpdatedV1.EVENT_TYPE, feed),
        feed_id=feed,
        article_id=document.article_id,
        document_version=document.document_version,
        action="remove" if entry is None else "upsert",
        entry=entry,
        accepted_at=new.accepted_at if new else None,
        source_class=new.source_class if new else None,
    )


def _entry(document: StoredArticleV3, publication: Publication, public_url: str) -> FeedEntry:
    content = publication.content
    return FeedEntry(
        headline=content.headline,
        summary=summary_of(content.lead, content.body_html),
        url=_address(document, public_url),
        source=document.source,
        language=publication.language,
        section=content.section,
        authors=content.author_names,
        image=content.images[0].url if content.images else None,
        published_at=publication.published_at,
        modified_at=content.modified_at,
    )


def _address(document: StoredArticleV3, public_url: str) -> str:
    return f"{public_url.rstrip('/')}/v1/articles/{document.article_id}"
