"""Which feeds an article is in, and what is told about it: always its whole state, never a difference."""

from collections.abc import Iterator
from datetime import datetime

from newsloom_schemas.article import ArticleContent
from newsloom_schemas.catalog import ARTICLES_PUBLISHED, FEED_UPDATES
from newsloom_schemas.document import Publication, StoredArticleV1, Tombstone
from newsloom_schemas.events import ArticleKilledV1, ArticlePublishedV1, FeedEntry, FeedUpdatedV1
from newsloom_schemas.identity import FEED_ALL, event_id, language_feed, section_feed, source_feed
from newsloom_schemas.text import summary_of
from publish.ports import Emission


def feeds_of(content: ArticleContent, source: str, language: str) -> tuple[str, ...]:
    """The feeds that an article belongs to."""
    section = (section_feed(content.section),) if content.section else ()
    return (FEED_ALL, source_feed(source), *section, language_feed(language))


def embargoed(content: ArticleContent, now: datetime) -> bool:
    """Whether the article must not be public yet. It is then stored, but in no feed and told to nobody."""
    return content.embargo_until is not None and content.embargo_until > now


def emissions_for(document: StoredArticleV1, public_url: str) -> list[Emission]:
    """Everything there is to tell about a document: its own state, and a line for each feed it was ever in.

    Telling it again is harmless, and whatever was told before and got lost is healed by it. Nothing is told
    of a document that was never public.
    """
    return [*_article_state(document, public_url), *_feed_states(document, public_url)]


def _article_state(document: StoredArticleV1, public_url: str) -> Iterator[Emission]:
    if document.tombstone is not None:
        yield ARTICLES_PUBLISHED, _killed(document, document.tombstone)
    elif document.publication is not None and document.feeds:
        yield ARTICLES_PUBLISHED, _published(document, document.publication, public_url)


def _feed_states(document: StoredArticleV1, public_url: str) -> Iterator[Emission]:
    publication = document.publication
    entry = _entry(document, publication, public_url) if publication is not None and document.feeds else None
    for feed in document.feeds_ever:
        yield FEED_UPDATES, _feed_updated(document, feed, entry if feed in document.feeds else None)


def _killed(document: StoredArticleV1, tombstone: Tombstone) -> ArticleKilledV1:
    return ArticleKilledV1(
        event_id=event_id(document.article_id, document.document_version, ArticleKilledV1.EVENT_TYPE),
        article_id=document.article_id,
        source=document.source,
        external_id=document.external_id,
        reason=tombstone.reason,
        killed_at=tombstone.killed_at,
        document_version=document.document_version,
    )


def _published(document: StoredArticleV1, publication: Publication, public_url: str) -> ArticlePublishedV1:
    """The public state. A stale translation is of another text, so it is not part of it."""
    current = {
        language: stored.translation for language, stored in document.translations.items() if not stored.stale
    }
    return ArticlePublishedV1(
        event_id=event_id(document.article_id, document.document_version, ArticlePublishedV1.EVENT_TYPE),
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
        translations=current,
        enrichment=publication.enrichment,
        feeds=document.feeds,
    )


def _feed_updated(document: StoredArticleV1, feed: str, entry: FeedEntry | None) -> FeedUpdatedV1:
    return FeedUpdatedV1(
        event_id=event_id(document.article_id, document.document_version, FeedUpdatedV1.EVENT_TYPE, feed),
        feed_id=feed,
        article_id=document.article_id,
        document_version=document.document_version,
        action="remove" if entry is None else "upsert",
        entry=entry,
    )


def _entry(document: StoredArticleV1, publication: Publication, public_url: str) -> FeedEntry:
    content = publication.content
    return FeedEntry(
        headline=content.headline,
        summary=summary_of(content.lead, content.body_html),
        url=_address(document, public_url),
        source=document.source,
        language=publication.language,
        section=content.section,
        authors=content.authors,
        image=content.images[0].url if content.images else None,
        published_at=publication.published_at,
        modified_at=content.modified_at,
    )


def _address(document: StoredArticleV1, public_url: str) -> str:
    return f"{public_url.rstrip('/')}/v1/articles/{document.article_id}"
