"""What a live reader is sent: updates in the form they go out in, rendered once for all readers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from feeds.cursors import LogCursor
from feeds.filters import Filter
from feeds.formats import sse
from feeds.ports import Entry
from newsloom_schemas.events import FeedUpdatedV1


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What a feed now says about an article; `cursor` is the place after it, `frame` how it is sent.

    `source` and `language` are None for a removal, which does not say. `removal` is what a reader is told
    whose filter the article does not pass now, but may have passed before; None when it cannot have.
    """

    cursor: LogCursor
    feed_id: str
    article_id: str
    document_version: int
    action: Literal["upsert", "remove"]
    source: str | None
    language: str | None
    frame: bytes
    removal: "Update | None"

    def as_seen_through(self, wanted: Filter) -> "Update | None":
        """What a reader who wants only this is told; None for nothing."""
        if self.source is None or self.language is None:
            return self
        if not wanted.admits_source(self.source):
            return None
        return self if wanted.admits_language(self.language) else self.removal

    @property
    def size_bytes(self) -> int:
        """About what it takes of the memory."""
        return len(self.frame) + (len(self.removal.frame) if self.removal else 0) + 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Updates of a feed in the order of the log; never empty."""

    cursor: LogCursor
    updates: tuple[Update, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """Nothing new. The cursor moves on all the same, so that a quiet feed's reader does not grow old."""

    cursor: LogCursor


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """The log no longer reaches back to the reader's cursor: take a snapshot now, then read on from here."""

    cursor: LogCursor


Signal = Batch | Beat | Reset


def updates_in(entries: Iterable[Entry]) -> list[Update]:
    """The feed updates among the records, in order."""
    return [
        update_of(entry.event, LogCursor(entry.partition, entry.offset + 1))
        for entry in entries
        if isinstance(entry.event, FeedUpdatedV1)
    ]


def update_of(event: FeedUpdatedV1, cursor: LogCursor) -> Update:
    """The update that an event is, at its place."""
    entry = event.entry
    return Update(
        cursor=cursor,
        feed_id=event.feed_id,
        article_id=event.article_id,
        document_version=event.document_version,
        action=event.action,
        source=entry.source if entry else None,
        language=entry.language if entry else None,
        frame=sse.event(cursor, event.action, event),
        removal=_removal(event, cursor) if entry else None,
    )


def _removal(event: FeedUpdatedV1, cursor: LogCursor) -> Update | None:
    """The article's first version took the place of nothing, so nobody has to be told that it is gone."""
    if event.document_version == 1:
        return None
    return update_of(event.model_copy(update={"action": "remove", "entry": None}), cursor)
