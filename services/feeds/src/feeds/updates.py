"""What a live reader is sent, and the check that nothing withdrawn or outdated is among it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from feeds.cursors import LogCursor
from feeds.ports import Entry, Versions
from newsloom_schemas.events import FeedUpdatedV1


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What a feed now says about an article; `cursor` is the place after it."""

    cursor: LogCursor
    event: FeedUpdatedV1


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """Nothing new. The cursor moves on all the same, so that a quiet feed's reader does not grow old."""

    cursor: LogCursor


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """The log no longer reaches back to the reader's cursor: take a snapshot now, then read on from here."""

    cursor: LogCursor


Signal = Update | Beat | Reset


def updates_in(entries: Iterable[Entry]) -> list[Update]:
    """The feed updates among the records, in order."""
    return [
        Update(cursor=LogCursor(entry.partition, entry.offset + 1), event=entry.event)
        for entry in entries
        if isinstance(entry.event, FeedUpdatedV1)
    ]


async def current(updates: Sequence[Update], store: Versions) -> list[Update]:
    """Those that the store has not gone beyond. A record with a lower version than the document's was
    appended before a later change, or by a publisher already replaced: a killed text may stand in it.
    """
    if not updates:
        return []
    known = await store.versions(list({update.event.article_id for update in updates}))
    return [u for u in updates if u.event.document_version >= known.get(u.event.article_id, 0)]
