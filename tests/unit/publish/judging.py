"""What must never be, and what must be at the end: invariants I2 to I6 and I8, judged from what is there."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from newsloom_schemas import public_state
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_PUBLISHED
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.events import (
    ArticleEnrichedV2,
    ArticleTranslatedV1,
    FeedUpdatedV1,
    TagsEditedV1,
)
from publish.ports import Emission
from publish.publish import fold

if TYPE_CHECKING:
    from tests.unit.publish.world import World

Documents = Mapping[str, StoredArticleV3]


def never_back(before: StoredArticleV3 | None, after: StoredArticleV3) -> list[str]:
    """I2, I3 and I5 of one write: versions count up, revisions never down, and a killed one stays empty."""
    found = []
    if before is not None and after.document_version <= before.document_version:
        found.append("a write does not count up")
    if after.killed and (after.publication or after.translations or after.editor_tags or after.feeds):
        found.append("a killed article keeps content")
    if before is not None and before.killed:
        found.append("a killed article is written again")
    if before is not None and before.publication is not None and not after.killed:
        held, new = before.publication, after.publication
        if new is None or (new.revision, new.run) < (held.revision, held.run):
            found.append("an older revision replaces a newer one")
        elif (new.revision, new.run) == (held.revision, held.run) and new != held:
            found.append("a revision is applied twice")
    return [f"{each}: {before and before.document_version} -> {after.document_version}" for each in found]


def has_outcome(document: StoredArticleV3 | None, event: Event) -> bool:
    """I6 of one event: it is stored, or something is that supersedes it."""
    if document is None or document.killed:
        return document is not None
    held = document.publication
    match event:
        case ArticleEnrichedV2():
            return held is not None and (held.revision, held.run) >= (event.revision, event.run)
        case ArticleTranslatedV1():
            current = document.translations.get(event.translation.language)
            superseded = held is not None and held.revision > event.revision
            return superseded or (current is not None and not current.stale)
        case TagsEditedV1():
            return document.editor_tags is not None and document.editor_tags.edit >= event.tags.edit
    return False


def violations(world: "World") -> list[str]:
    """What is wrong after a schedule has been drained."""
    documents = world.memory.documents
    return [
        *dict.fromkeys(world.wrong),
        *_stopped(world),
        *_unlike_the_log(documents, world.events, world.now()),
        *_unlike_the_feeds(documents, world.told),
        *_unlike_the_topic(documents, world.told),
        *_conflicts_amiss(documents, world.events, world.dead),
    ]


def _stopped(world: "World") -> Iterator[str]:
    for member in (*world.publishers.responsive(), *world.proofreaders.responsive()):
        if member.harness.stopped_because is not None:
            yield f"{member.name} stopped for good: {member.harness.stopped_because}"


def _unlike_the_log(documents: Documents, events: Sequence[Event], now: datetime) -> Iterator[str]:
    """I8: the documents are what the events make in their natural order, whatever order they came in."""
    lanes: dict[str, list[Event]] = {}
    for event in sorted(events, key=_natural_order):
        lanes.setdefault(event.subject, []).append(event)
    for article_id, lane in lanes.items():
        expected, stored = fold(None, lane, now).final, documents.get(article_id)
        if expected is None or stored is None:
            yield f"{lane[0].subject} is not stored"
            continue
        wanted, found = public_state.of_document(expected), public_state.of_document(stored)
        if wanted != found:
            yield f"{_name(stored)} differs from the log in {public_state.differing(wanted, found)}"


def _natural_order(event: Event) -> tuple[int, int, int]:
    """Revisions and runs as they count up, each followed by its translations; then edits; then the kill."""
    match event:
        case ArticleEnrichedV2():
            return (0, event.revision, event.run)
        case ArticleTranslatedV1():
            return (0, event.revision, 1_000)
        case TagsEditedV1():
            return (1, event.tags.edit, 0)
    return (2, 0, 0)


def _unlike_the_feeds(documents: Documents, told: Sequence[Emission]) -> Iterator[str]:
    """I4: a reader from the first record, who ignores lower versions, holds what the store holds."""
    lines: dict[tuple[str, str], FeedUpdatedV1] = {}
    for _, event in told:
        if isinstance(event, FeedUpdatedV1):
            held = lines.get((event.feed_id, event.article_id))
            if held is None or event.document_version >= held.document_version:
                lines[event.feed_id, event.article_id] = event
    shown = {place for place, line in lines.items() if line.action == "upsert"}
    stored = {(feed, document.article_id) for document in documents.values() for feed in document.feeds}
    for feed, article_id in sorted(shown ^ stored):
        where = "in the feed" if (feed, article_id) in shown else "in the store"
        yield f"{_name(documents[article_id])} is in {feed} only {where}"


def _unlike_the_topic(documents: Documents, told: Sequence[Emission]) -> Iterator[str]:
    """I5 and more: the last record of a key, which compaction keeps, is the state of the store."""
    last = {event.subject: event for topic, event in told if topic is ARTICLES_PUBLISHED}
    for article_id, document in documents.items():
        if document.publication is None and not document.killed:
            continue  # only an edit of its tags is known
        record = last.get(article_id)
        if record is None:
            yield f"articles-published never heard of {_name(document)}"
        elif public_state.of_record(record) != public_state.of_document(document):
            version = getattr(record, "document_version", None)
            yield f"articles-published ends with v{version} of {_name(document)}"


def _conflicts_amiss(documents: Documents, events: Sequence[Event], dead: Sequence[Event]) -> Iterator[str]:
    """The first of two events with one number wins; the other is a dead letter, and no other event is."""
    contents: dict[tuple[str, str, int, int], list[str]] = {}
    for event in events:
        contents.setdefault(_number(event), []).append(_content_id(event))
    buried = {_content_id(event) for event in dead}
    for event in dead:
        if _content_id(event) == contents[_number(event)][0]:
            yield f"a dead letter that contradicts nothing: {type(event).__name__}"
    for event in events:
        lost = _content_id(event) != contents[_number(event)][0]
        if lost and _is_at(documents.get(event.subject), event) and _content_id(event) not in buried:
            yield f"a conflict that nobody was told of: {type(event).__name__}"


def _number(event: Event) -> tuple[str, str, int, int]:
    _, number, run = _natural_order(event)
    return (event.subject, type(event).__name__, number, run)


def _content_id(event: Event) -> str:
    return event.submission_event_id if isinstance(event, ArticleEnrichedV2) else event.event_id


def _is_at(document: StoredArticleV3 | None, event: Event) -> bool:
    """Whether the number that the event claims is still the one stored, so that it must have been refused."""
    if document is None or document.killed:
        return False
    held = document.publication
    if isinstance(event, ArticleEnrichedV2):
        return held is not None and (held.revision, held.run) == (event.revision, event.run)
    tags = document.editor_tags
    return isinstance(event, TagsEditedV1) and tags is not None and tags.edit == event.tags.edit


def _name(document: StoredArticleV3) -> str:
    return f"{document.external_id} v{document.document_version}"
