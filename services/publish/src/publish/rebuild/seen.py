"""Which events a log still held: where older ones are gone, it cannot speak of every document."""

from collections.abc import Sequence
from uuid import UUID

from newsloom_schemas.base import Event
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.events import ArticleEnrichedV2
from newsloom_schemas.public_state import PublicState


class Seen:
    """Ids of events, as a document remembers them."""

    def __init__(self) -> None:
        self._ids: set[int] = set()  # a third of what texts would take

    def note(self, events: Sequence[Event]) -> None:
        """Remember events."""
        self._ids.update(UUID(_remembered(event)).int for event in events)

    def all_of(self, document: StoredArticleV3) -> bool:
        """Whether every event that the document rests on is among them."""
        return all(UUID(event_id).int in self._ids for event_id in _rests_on(document))


def knows_more(expected: PublicState | None, live: StoredArticleV3) -> bool:
    """Whether the log holds something later than the document: that is a difference, whatever is gone."""
    if expected is None or expected.state == "absent" or live.killed:
        return False
    held = (live.publication.revision, live.publication.run) if live.publication else (0, 0)
    return expected.state == "killed" or (expected.revision or 0, expected.run or 0) > held


def _remembered(event: Event) -> str:
    return event.submission_event_id if isinstance(event, ArticleEnrichedV2) else event.event_id


def _rests_on(document: StoredArticleV3) -> list[str]:
    if document.tombstone is not None:
        return [document.tombstone.event_id]
    parts = [document.publication.submission_event_id] if document.publication else []
    parts += [document.editor_event_id] if document.editor_event_id else []
    return [*parts, *(each.event_id for each in document.translations.values() if not each.stale)]
