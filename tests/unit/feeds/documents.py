"""Stored documents and feed updates as publish would leave them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from newsloom_schemas import identity
from newsloom_schemas.document import Publication, StoredArticleV3, StoredTranslation, Tombstone
from newsloom_schemas.enrichment import Translation
from newsloom_schemas.events import FeedEntry, FeedUpdatedV1
from newsloom_store import Summary
from tests.factories import MOMENT, content, skipped


def article_id(external_id: str, source: str = "meridian") -> str:
    return identity.article_id(source, external_id)


def publication(*, minutes: int = 0, **fields: Any) -> Publication:
    """A publication, `minutes` after the moment of the tests; `fields` change it or its content."""
    own = {name: fields.pop(name) for name in tuple(fields) if name in Publication.model_fields}
    article = content(**fields)
    return Publication(
        **{
            "submission_event_id": str(uuid4()),
            "revision": 1,
            "accepted_at": MOMENT,
            "published_at": MOMENT + timedelta(minutes=minutes),
            "content": article,
            "language": article.language or "und",
            "enrichment": skipped(),
        }
        | own
    )


def document(
    external_id: str = "story-1", *, version: int = 1, minutes: int = 0, **fields: Any
) -> StoredArticleV3:
    """A published document in the feed `all` and that of its source."""
    own = {name: fields.pop(name) for name in tuple(fields) if name in StoredArticleV3.model_fields}
    feeds = ("all", "source/meridian")
    return StoredArticleV3(
        **{
            "article_id": article_id(external_id),
            "source": "meridian",
            "external_id": external_id,
            "document_version": version,
            "publication": publication(minutes=minutes, **fields),
            "feeds": feeds,
            "feeds_ever": feeds,
        }
        | own
    )


def tombstone(external_id: str = "story-1", *, version: int = 2) -> StoredArticleV3:
    """What is left of a killed document."""
    return StoredArticleV3(
        article_id=article_id(external_id),
        source="meridian",
        external_id=external_id,
        document_version=version,
        tombstone=Tombstone(event_id=str(uuid4()), reason="a secret reason", killed_at=MOMENT),
        feeds_ever=("all", "source/meridian"),
    )


def updated(
    external_id: str, *, version: int = 1, feed: str = "all", headline: str = "News"
) -> FeedUpdatedV1:
    """An upsert of an article in a feed."""
    of = article_id(external_id)
    return FeedUpdatedV1(
        event_id=identity.event_id(of, version, FeedUpdatedV1.EVENT_TYPE, f"{feed} {headline}"),
        feed_id=feed,
        article_id=of,
        document_version=version,
        action="upsert",
        entry=FeedEntry(
            headline=headline,
            url=f"https://news.example/v1/articles/{of}",
            source="meridian",
            language="en",
            published_at=MOMENT,
        ),
    )


def removed(external_id: str, *, version: int = 2, feed: str = "all") -> FeedUpdatedV1:
    """A removal of an article from a feed."""
    of = article_id(external_id)
    return FeedUpdatedV1(
        event_id=identity.event_id(of, version, FeedUpdatedV1.EVENT_TYPE, f"{feed} removed"),
        feed_id=feed,
        article_id=of,
        document_version=version,
        action="remove",
    )


def translated(language: str, *, revision: int = 1, stale: bool = False, **fields: Any) -> StoredTranslation:
    """A machine's translation; `fields` change it."""
    made = Translation(
        **{
            "language": language,
            "status": "published",
            "engine": "engine-x",
            "version": "1",
            "headline": f"The bridge in {language}",
            "lead": f"The lead in {language}",
            "body_html": f"<p>The body in {language}</p>",
        }
        | fields
    )
    return StoredTranslation(
        event_id=article_id(f"translation-{language}"), revision=revision, stale=stale, translation=made
    )


def withheld(external_id: str = "story-1", **fields: Any) -> StoredArticleV3:
    """A document under embargo."""
    until = MOMENT + timedelta(hours=2)
    return document(
        external_id,
        feeds=(),
        feeds_ever=("all",),
        withheld_until=until,
        embargo_until=until,
        headline="A secret headline",
        **fields,
    )


def summary(external_id: str, headline: str = "Elsewhere", *, version: int = 1) -> Summary:
    """What a link to an article shows."""
    return Summary(
        article_id=article_id(external_id),
        headline=headline,
        language="ru",
        source="kursor",
        published_at=MOMENT,
        document_version=version,
    )
