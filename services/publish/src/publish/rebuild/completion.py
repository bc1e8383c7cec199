"""A rebuilt document completed by what readers were told last, where the log does not reach back that far.

`articles-published` keeps the last state of every article, the log of enriched articles only what retention
leaves. So what the first holds and the second does not is taken over; a killed article stays killed.
"""

from typing import Any

from newsloom_schemas.base import Event
from newsloom_schemas.document import Publication, StoredArticleV3, StoredTranslation, Tombstone
from newsloom_schemas.enrichment import EditorTags
from newsloom_schemas.events import ArticleKilledV1, ArticlePublishedV2, ArticleTranslatedV1
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.identity import event_id
from publish.decide import fuller_content
from publish.feeds import feeds_of


def completed(document: StoredArticleV3 | None, told: Event) -> StoredArticleV3 | None:
    """The document with what only the record knows; None when there is neither.

    Its version is that of the document, or 1. What is under embargo is told without content, so nothing can
    be taken over then.
    """
    if document is not None and document.killed:
        return document
    if isinstance(told, ArticleKilledV1):
        return _killed(told, document)
    if isinstance(told, ArticlePublishedV2):
        return _published(document, told)
    return document


def _killed(told: ArticleKilledV1, document: StoredArticleV3 | None) -> StoredArticleV3:
    tombstone = Tombstone(event_id=told.event_id, reason=told.reason, killed_at=told.killed_at)
    ever = document.feeds_ever if document is not None else ()
    return _new(told, document, tombstone=tombstone, feeds_ever=ever)


def _published(document: StoredArticleV3 | None, told: ArticlePublishedV2) -> StoredArticleV3:
    held = document.publication if document is not None else None
    if document is not None and held is not None and (held.revision, held.run) > (told.revision, told.run):
        return document
    same = document is not None and held is not None and held.revision == told.revision
    edited = _later(document.editor_tags if document is not None else None, told.editor_tags)
    publication = _publication(told, held)
    feeds = feeds_of(publication, told.source, edited)
    return _new(
        told,
        document,
        publication=publication,
        translations={**_translations(told), **(document.translations if document and same else {})},
        editor_tags=edited,
        editor_event_id=document.editor_event_id if document and edited is document.editor_tags else None,
        feeds=feeds,
        feeds_ever=tuple(sorted({*(document.feeds_ever if document else ()), *feeds})),
    )


def _new(told: ArticleEvent, document: StoredArticleV3 | None, **fields: Any) -> StoredArticleV3:
    return StoredArticleV3(
        article_id=told.article_id,
        source=told.source,
        external_id=told.external_id,
        document_version=document.document_version if document is not None else 1,
        history=document.history if document is not None else (),
        **fields,
    )


def _publication(told: ArticlePublishedV2, held: Publication | None) -> Publication:
    fields = {name: getattr(told, name) for name in Publication.model_fields}
    return Publication(**{**fields, "content": fuller_content(told, held)})


def _translations(told: ArticlePublishedV2) -> dict[str, StoredTranslation]:
    """Those of the revision told. The ids of their events were not; any that is always the same will do."""
    return {
        language: StoredTranslation(
            event_id=event_id(told.article_id, told.revision, ArticleTranslatedV1.EVENT_TYPE, language),
            revision=told.revision,
            translation=translation,
        )
        for language, translation in told.translations.items()
    }


def _later(one: EditorTags | None, other: EditorTags | None) -> EditorTags | None:
    if one is None or other is None:
        return one or other
    return one if one.edit >= other.edit else other
