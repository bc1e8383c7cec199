"""An article as newsloom's own JSON: the submission's fields, what was added, and how that went."""

from typing import Any

from pydantic import ConfigDict, Field

from feeds.links import Links
from feeds.ports import Summary
from feeds.reading import LinkedArticle, PublicArticle, TranslatedArticle
from newsloom_schemas.article import ArticleContent
from newsloom_schemas.base import Value
from newsloom_schemas.document import StoredArticleV3, StoredTranslation
from newsloom_schemas.enrichment import Enrichment, RelatedLink, Tag, Translation, shown_tags
from newsloom_schemas.text import plain_text
from newsloom_schemas.types import (
    ArticleId,
    EventId,
    ExternalId,
    FeedId,
    LanguageTag,
    Revision,
    SourceId,
    Text,
    Timestamp,
)

NAME = "json"
MEDIA_TYPE = "application/json"


class ShownLink(RelatedLink):
    """A related link, resolved when the article was asked for."""

    url: str
    page_url: str = Field(description="the same for people")
    headline: Text
    language: LanguageTag
    source: SourceId
    published_at: Timestamp


class ShownTranslation(Translation):
    """A translation of the revision that is shown."""

    revision: Revision
    url: str
    page_url: str = Field(description="the same for people")


class ArticleDocument(ArticleContent):
    """The answer of `GET /v1/articles/{article_id}`. Absent fields are left out, not null."""

    model_config = ConfigDict(title="Article")

    article_id: ArticleId
    document_version: int = Field(description="rises with every change of what is shown")
    source: SourceId
    external_id: ExternalId
    revision: Revision
    submission_event_id: EventId = Field(description="the event_id that ingest answered for this revision")
    url: str
    page_url: str = Field(description="the same for people")
    accepted_at: Timestamp
    language: LanguageTag = Field(description="declared or identified; `und` when unknown")
    body_text: Text = Field(description="plain text of body_html; evidence offsets of `body` count in it")
    tags: tuple[Tag, ...] = ()
    related: tuple[ShownLink, ...] = ()
    translations: dict[str, ShownTranslation] = Field(default_factory=dict)
    enrichment: Enrichment
    feeds: tuple[FeedId, ...] = ()


class TranslationDocument(Value):
    """The answer of `GET /v1/articles/{article_id}/translations/{language}`."""

    article_id: ArticleId
    document_version: int
    source_language: LanguageTag
    translation: ShownTranslation


def render_article(linked: LinkedArticle, links: Links) -> bytes:
    """The article as UTF-8 JSON."""
    document, publication = linked.article.document, linked.article.publication
    shown = ArticleDocument.model_construct(
        **_submitted(publication.content),
        article_id=document.article_id,
        document_version=document.document_version,
        source=document.source,
        external_id=document.external_id,
        revision=publication.revision,
        submission_event_id=publication.submission_event_id,
        url=links.article(document.article_id),
        page_url=links.article_page(document.article_id),
        accepted_at=publication.accepted_at,
        published_at=publication.published_at,
        language=publication.language,
        body_text=plain_text(publication.content.body_html),
        tags=shown_tags(publication.tags, document.editor_tags),
        related=_related(linked, links),
        translations=_translations(linked.article, links),
        enrichment=publication.enrichment,
        feeds=document.feeds,
    )
    return shown.model_dump_json(exclude_none=True).encode()


def render_translation(translated: TranslatedArticle, links: Links) -> bytes:
    """One translation as UTF-8 JSON."""
    document = translated.article.document
    shown = TranslationDocument.model_construct(
        article_id=document.article_id,
        document_version=document.document_version,
        source_language=translated.article.publication.language,
        translation=_translation(document, translated.stored, links),
    )
    return shown.model_dump_json(exclude_none=True).encode()


def _submitted(content: ArticleContent) -> dict[str, Any]:
    fields = {name: getattr(content, name) for name in ArticleContent.model_fields}
    for decided_by_newsloom in ("language", "published_at", "embargo_until"):
        del fields[decided_by_newsloom]
    return fields


def _related(linked: LinkedArticle, links: Links) -> tuple[ShownLink, ...]:
    found = ((link, linked.targets.get(link.article_id)) for link in linked.article.publication.related)
    return tuple(_link(link, target, links) for link, target in found if target is not None)


def _link(link: RelatedLink, target: Summary, links: Links) -> ShownLink:
    return ShownLink.model_construct(
        article_id=link.article_id,
        relation=link.relation,
        score=link.score,
        reasons=link.reasons,
        url=links.article(link.article_id),
        page_url=links.article_page(link.article_id),
        headline=target.headline,
        language=target.language,
        source=target.source,
        published_at=target.published_at,
    )


def _translations(article: PublicArticle, links: Links) -> dict[str, ShownTranslation]:
    """The translations of this revision. Whether one of an older revision is there depends on the order in
    which events arrived, so it is not public."""
    document = article.document
    return {
        language: _translation(document, stored, links)
        for language, stored in document.translations.items()
        if not stored.stale
    }


def _translation(document: StoredArticleV3, stored: StoredTranslation, links: Links) -> ShownTranslation:
    made = stored.translation
    return ShownTranslation.model_construct(
        **{name: getattr(made, name) for name in Translation.model_fields},
        revision=stored.revision,
        url=links.translation(document.article_id, made.language),
        page_url=links.article_page(document.article_id, made.language),
    )
