"""The heart of publish: what an event does to the stored state of its article. Pure, so it can be proven."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from newsloom_schemas.article import ArticleContent
from newsloom_schemas.base import Event
from newsloom_schemas.document import Publication, StoredArticleV3, StoredTranslation, Tombstone
from newsloom_schemas.enrichment import EditorTags
from newsloom_schemas.events import (
    ArticleEnrichedV2,
    ArticleKilledV1,
    ArticlePublishedV2,
    ArticleTranslatedV1,
    TagsEditedV1,
)
from newsloom_schemas.events.article_event import ArticleEvent
from publish import history
from publish.feeds import embargoed, feeds_of
from publish.translations import with_translations

NEWER = "a newer revision or run"
JUMPED = "a newer revision, by a leap"
JUMP_OF, JUMP_TIMES = 1_000_000, 1_000


class Kind(StrEnum):
    """APPLY and KILL store; REPLAY repeats what was told; CONFLICT is refused; STALE has no effect."""

    APPLY = "apply"
    REPLAY = "replay"
    CONFLICT = "conflict"
    STALE = "stale"
    KILL = "kill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of one event. `document` is the state to store, None when nothing is to be stored."""

    kind: Kind
    reason: str
    document: StoredArticleV3 | None = None


def decide(stored: StoredArticleV3 | None, event: Event, *, now: datetime) -> Decision:
    """Decide an event against the stored state of its article.

    Killed absorbs everything; a higher (revision, run) replaces a lower one; a facet is told to the revision
    it was made for. `now` only tells whether an embargo still holds. TypeError for an event that is not ours.
    """
    if isinstance(event, ArticleKilledV1):
        return _on_killed(stored, event)
    if stored is not None and stored.killed:
        return Decision(kind=Kind.STALE, reason="the article is killed")
    match event:
        case ArticleEnrichedV2():
            return _on_enriched(stored, event, now)
        case ArticleTranslatedV1():
            return _on_translated(stored, event)
        case TagsEditedV1():
            return _on_tags_edited(stored, event)
    raise TypeError(f"publish decides no {type(event).__name__}; it does not belong on articles-enriched")


def _on_killed(stored: StoredArticleV3 | None, event: ArticleKilledV1) -> Decision:
    if stored is not None and stored.killed:
        return Decision(kind=Kind.REPLAY, reason="the article is already killed")
    tombstone = Tombstone(event_id=event.event_id, reason=event.reason, killed_at=event.killed_at)
    told = history.with_entry(stored, history.of_kill(_next_version(stored), event))
    document = _next(
        stored,
        event,
        tombstone=tombstone,
        history=history.without_texts(told),
        withheld_until=None,
        publication=None,
        translations={},
        editor_tags=None,
        editor_event_id=None,
        feeds=(),
    )
    return Decision(kind=Kind.KILL, reason="killed by its source", document=document)


def _on_enriched(stored: StoredArticleV3 | None, event: ArticleEnrichedV2, now: datetime) -> Decision:
    held = stored.publication if stored is not None else None
    if held is None or (held.revision, held.run) < (event.revision, event.run):
        document = _with_publication(stored, event, now)
        return Decision(kind=Kind.APPLY, reason=JUMPED if _jumped(held, event) else NEWER, document=document)
    if (held.revision, held.run) > (event.revision, event.run):
        return Decision(kind=Kind.STALE, reason="a newer revision or run is stored")
    if held.submission_event_id == event.submission_event_id:
        return Decision(kind=Kind.REPLAY, reason="this revision is already stored")
    return Decision(
        kind=Kind.CONFLICT,
        reason=f"revision {event.revision} is already stored with other content; send a higher revision",
    )


def _jumped(held: Publication | None, event: ArticleEnrichedV2) -> bool:
    """Whether a source's number leaps as neither counting nor the time does; it can never go back."""
    if held is None or event.revision - held.revision <= JUMP_OF:
        return False
    return event.revision > JUMP_TIMES * held.revision


def _on_translated(stored: StoredArticleV3 | None, event: ArticleTranslatedV1) -> Decision:
    if stored is None or stored.publication is None or stored.publication.revision != event.revision:
        return Decision(kind=Kind.STALE, reason="a translation of a revision that is not the stored one")
    translation = StoredTranslation(
        event_id=event.event_id, revision=event.revision, translation=event.translation
    )
    language = event.translation.language
    held = stored.translations.get(language)
    if held is not None and held.event_id == event.event_id:
        return Decision(kind=Kind.REPLAY, reason="this translation is already stored")
    if held is not None and _rank(held) > _rank(translation):
        return Decision(kind=Kind.STALE, reason="a translation that goes before this one is stored")
    translations = {**stored.translations, language: translation}
    document = _next(
        stored,
        event,
        publication=with_translations(stored.publication, translations),
        translations=translations,
        history=history.with_entry(
            stored, history.of_translation(_next_version(stored), event, stored.publication)
        ),
    )
    return Decision(kind=Kind.APPLY, reason="a translation of the stored revision", document=document)


def _on_tags_edited(stored: StoredArticleV3 | None, event: TagsEditedV1) -> Decision:
    held = stored.editor_tags.edit if stored is not None and stored.editor_tags is not None else 0
    if event.tags.edit > held:
        document = _with_editor_tags(stored, event)
        return Decision(kind=Kind.APPLY, reason="a later edit of the tags", document=document)
    if event.tags.edit < held:
        return Decision(kind=Kind.REPLAY, reason="a later edit of the tags is stored")
    if stored is not None and stored.editor_event_id == event.event_id:
        return Decision(kind=Kind.REPLAY, reason="this edit is already stored")
    return Decision(
        kind=Kind.CONFLICT,
        reason=f"edit {held} of the tags is already stored with other content; send edit {held + 1}",
    )


def _next_version(stored: StoredArticleV3 | None) -> int:
    return stored.document_version + 1 if stored is not None else 1


def _next(stored: StoredArticleV3 | None, event: ArticleEvent, **changes: Any) -> StoredArticleV3:
    """The stored state with changes, one version on; the first version when there is none.

    Whoever stores it tells it before he commits, so a lift that is still to be told need not be any more.
    """
    if stored is not None:
        version = _next_version(stored)
        return stored.model_copy(update={"document_version": version, "untold_since": None, **changes})
    return StoredArticleV3(
        article_id=event.article_id,
        source=event.source,
        external_id=event.external_id,
        document_version=1,
        **changes,
    )


def _with_publication(
    stored: StoredArticleV3 | None, event: ArticleEnrichedV2, now: datetime
) -> StoredArticleV3:
    """The revision in place of whatever was there; under embargo it withholds the whole article."""
    replaced = stored.publication if stored is not None else None
    event = event.model_copy(update={"content": fuller_content(event, replaced)})
    translations = _aged(stored.translations, event.revision) if stored is not None else {}
    publication = with_translations(_publication(event), translations)
    withheld_until = event.content.embargo_until if embargoed(event.content, now) else None
    return _next(
        stored,
        event,
        publication=publication,
        translations=translations,
        withheld_until=withheld_until,
        history=history.with_entry(stored, history.of_revision(_next_version(stored), event, replaced)),
        **_membership(stored, event, publication, stored.editor_tags if stored else None, withheld_until),
    )


def fuller_content(told: ArticleEnrichedV2 | ArticlePublishedV2, held: Publication | None) -> ArticleContent:
    """The content that is told, or that is held of the same submission when it knows more of its authors.

    A submission never changes, but its content may come back from where it was told in an older form.
    """
    if held is None or held.submission_event_id != told.submission_event_id:
        return told.content
    return held.content if held.content.simplest() is held.content else told.content


def _with_editor_tags(stored: StoredArticleV3 | None, event: TagsEditedV1) -> StoredArticleV3:
    publication = stored.publication if stored is not None else None
    withheld_until = stored.withheld_until if stored is not None else None
    return _next(
        stored,
        event,
        editor_tags=event.tags,
        editor_event_id=event.event_id,
        history=history.with_entry(stored, history.of_edit(_next_version(stored), event)),
        **_membership(stored, event, publication, event.tags, withheld_until),
    )


def _membership(
    stored: StoredArticleV3 | None,
    event: ArticleEvent,
    publication: Publication | None,
    edited: EditorTags | None,
    withheld_until: datetime | None,
) -> dict[str, tuple[str, ...]]:
    """The feeds it is in now and those it was ever in."""
    public = publication is not None and withheld_until is None
    feeds = feeds_of(publication, event.source, edited) if public and publication else ()
    ever = stored.feeds_ever if stored is not None else ()
    return {"feeds": feeds, "feeds_ever": tuple(sorted({*ever, *feeds}))}


def _publication(event: ArticleEnrichedV2) -> Publication:
    return Publication(
        submission_event_id=event.submission_event_id,
        revision=event.revision,
        run=event.run,
        accepted_at=event.accepted_at,
        published_at=event.content.published_at or _first_shown(event),
        content=event.content,
        language=event.language,
        tags=event.tags,
        related=event.related,
        enrichment=event.enrichment,
        translations_wanted=event.translations_wanted,
    )


def _first_shown(event: ArticleEnrichedV2) -> datetime:
    """When readers could see it first: with an embargo not before that is over."""
    until = event.content.embargo_until
    return event.accepted_at if until is None else max(event.accepted_at, until)


def _aged(held: Mapping[str, StoredTranslation], revision: int) -> dict[str, StoredTranslation]:
    """Translations as they stand beside a revision: those of another one stay, marked stale."""
    return {
        language: translation.model_copy(update={"stale": translation.revision != revision})
        for language, translation in held.items()
    }


def _rank(held: StoredTranslation) -> tuple[bool, int, int, str]:
    """Which of two translations into a language stands, whatever the order they come in.

    One that is not stale, then the one with more of an editor's words, then the better outcome, then the
    higher id: arbitrary, but the same for all.
    """
    order = ("failed", "unavailable", "draft", "published")
    made = held.translation
    edited = made.quality.edited if made.quality is not None else 0
    return (not held.stale, edited, order.index(made.status), held.event_id)
