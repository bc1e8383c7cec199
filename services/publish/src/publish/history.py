"""What is remembered of a document's past: who changed what, and when. Never what the text said."""

import hashlib
import json
from datetime import datetime

from newsloom_schemas.article import ArticleContent
from newsloom_schemas.document import (
    HISTORY_ENTRIES,
    Cause,
    Correction,
    HistoryEntry,
    Publication,
    StoredArticleV3,
)
from newsloom_schemas.events import ArticleEnrichedV2, ArticleKilledV1, ArticleTranslatedV1, TagsEditedV1

_NOT_A_CORRECTION = frozenset({"note", "modified_at"})  # they speak of the correction
_DIGEST_CHARS = 32

History = tuple[HistoryEntry, ...]


def with_entry(stored: StoredArticleV3 | None, entry: HistoryEntry) -> History:
    """The history with one more entry; the oldest ones go."""
    held = stored.history if stored is not None else ()
    return (*held, entry)[-HISTORY_ENTRIES:]


def without_texts(history: History) -> History:
    """What may be kept of a killed article: the notes and hashes of its texts are dropped too."""
    return tuple(entry.model_copy(update={"note": None, "corrections": ()}) for entry in history)


def of_revision(version: int, event: ArticleEnrichedV2, replaced: Publication | None) -> HistoryEntry:
    """A revision, or another run over the one that is stored."""
    again = replaced is not None and replaced.revision == event.revision
    return HistoryEntry.model_construct(
        document_version=version,
        cause="re-enrichment" if again else "revision",
        event_id=event.event_id,
        revision=event.revision,
        at=event.accepted_at,
        note=event.content.note if replaced is not None and not again else None,
        corrections=corrections(replaced.content, event.content) if replaced is not None else (),
    )


def of_translation(version: int, event: ArticleTranslatedV1, held: Publication) -> HistoryEntry:
    """A translation. One that does not say when it was made counts from its article's acceptance."""
    at = event.translation.translated_at or held.accepted_at
    return _entry(version, "translation", event.event_id, at, event.revision)


def of_edit(version: int, event: TagsEditedV1) -> HistoryEntry:
    """An editor's word on the tags."""
    return _entry(version, "tags-edit", event.event_id, event.edited_at, None)


def of_kill(version: int, event: ArticleKilledV1) -> HistoryEntry:
    """The kill."""
    return _entry(version, "kill", event.event_id, event.killed_at, None)


def of_lift(version: int, publication: Publication, until: datetime) -> HistoryEntry:
    """The end of an embargo: at the time it named, whenever that was noticed."""
    return _entry(version, "embargo-lifted", publication.submission_event_id, until, publication.revision)


def _entry(version: int, cause: Cause, event_id: str, at: datetime, revision: int | None) -> HistoryEntry:
    return HistoryEntry.model_construct(
        document_version=version, cause=cause, event_id=event_id, revision=revision, at=at
    )


def corrections(old: ArticleContent, new: ArticleContent) -> tuple[Correction, ...]:
    """The fields in which two revisions differ, in the order of the contract."""
    return tuple(
        Correction.model_construct(field=name, old=_digest(old, name), new=_digest(new, name))
        for name in ArticleContent.model_fields
        if name not in _NOT_A_CORRECTION and getattr(old, name) != getattr(new, name)
    )


def _digest(content: ArticleContent, name: str) -> str | None:
    """First half of the SHA-256 of the field's JSON; None for an empty one.

    Of the oldest form that says the same, so that a new version of the contract changes no digest.
    """
    if getattr(content, name) in (None, "", ()):
        return None
    value = content.simplest().model_dump(mode="json", include={name})[name]
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:_DIGEST_CHARS]
