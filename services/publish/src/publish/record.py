"""The operator's record of an article: its state and its past, and nothing of what it says."""

from typing import Literal

from newsloom_schemas.base import Value
from newsloom_schemas.document import HistoryEntry, StoredArticleV3, StoredTranslation, Tombstone
from newsloom_schemas.enrichment import EditorTags
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

State = Literal["public", "withheld", "killed", "waiting"]


class RecordedRevision(Value):
    """Which revision stands, and its times."""

    revision: Revision
    run: int
    submission_event_id: EventId
    accepted_at: Timestamp
    published_at: Timestamp
    language: LanguageTag


class RecordedTranslation(Value):
    """How a translation went."""

    status: str
    revision: Revision
    stale: bool
    engine: str | None = None
    version: str | None = None
    reason: Text | None = None
    translated_at: Timestamp | None = None


class Record(Value):
    """What is known of an article besides its text, with an editor's word on its tags.

    `waiting` is one whose first revision has not come.
    """

    article_id: ArticleId
    source: SourceId
    external_id: ExternalId
    state: State
    document_version: int
    current: RecordedRevision | None = None
    withheld_until: Timestamp | None = None
    untold_since: Timestamp | None = None
    tombstone: Tombstone | None = None
    feeds: tuple[FeedId, ...]
    feeds_ever: tuple[FeedId, ...]
    translations: dict[str, RecordedTranslation]
    edit_of_tags: int | None = None
    editor_tags: EditorTags | None = None
    history: tuple[HistoryEntry, ...]


def record_of(document: StoredArticleV3) -> Record:
    """The record. Notes on corrections and an editor's tags are about the text: withheld with the article."""
    history = document.history
    if document.withheld:
        history = tuple(entry.model_copy(update={"note": None}) for entry in history)
    return Record(
        article_id=document.article_id,
        source=document.source,
        external_id=document.external_id,
        state=_state(document),
        document_version=document.document_version,
        current=_current(document),
        withheld_until=document.withheld_until,
        untold_since=document.untold_since,
        tombstone=document.tombstone,
        feeds=document.feeds,
        feeds_ever=document.feeds_ever,
        translations={tag: _translation(held) for tag, held in document.translations.items()},
        edit_of_tags=document.editor_tags.edit if document.editor_tags else None,
        editor_tags=None if document.withheld else document.editor_tags,
        history=history,
    )


def _state(document: StoredArticleV3) -> State:
    if document.killed:
        return "killed"
    if document.publication is None:
        return "waiting"
    return "withheld" if document.withheld else "public"


def _current(document: StoredArticleV3) -> RecordedRevision | None:
    held = document.publication
    if held is None:
        return None
    return RecordedRevision(
        revision=held.revision,
        run=held.run,
        submission_event_id=held.submission_event_id,
        accepted_at=held.accepted_at,
        published_at=held.published_at,
        language=held.language,
    )


def _translation(held: StoredTranslation) -> RecordedTranslation:
    made = held.translation
    return RecordedTranslation(
        status=made.status,
        revision=held.revision,
        stale=held.stale,
        engine=made.engine,
        version=made.version,
        reason=made.reason,
        translated_at=made.translated_at,
    )
