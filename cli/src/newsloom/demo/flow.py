"""What the log tells of each article while it passes, seen by reading the topics as anyone may."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsloom_runtime.log_reader import LogEntry, LogReader
from newsloom_schemas.events import ArticleEnrichedV2, ArticlePublishedV2


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A submission in a topic. `timestamp_ms`: when its writer wrote it, milliseconds since 1970."""

    timestamp_ms: int
    language: str
    tags: int
    links: int


class Stage:
    """One topic, followed from a moment on; remembers the first sighting of each submission."""

    def __init__(self) -> None:
        self._seen: dict[str, Sighting] = {}
        self._news = asyncio.Event()

    async def follow(self, log: LogReader, start: Mapping[int, int]) -> None:
        """Read from `start` for ever."""
        async for entries in log.follow(start):
            self.note(entries)

    def note(self, entries: Sequence[LogEntry]) -> None:
        """Remember what is new in these entries, and wake whoever waits."""
        for entry in entries:
            event = entry.event
            if isinstance(event, ArticleEnrichedV2 | ArticlePublishedV2):
                self._seen.setdefault(event.submission_event_id, _sighting(entry, event))
        self._news.set()
        self._news = asyncio.Event()

    def seen(self, event_id: str) -> Sighting | None:
        """The sighting of a submission, if it was seen by now."""
        return self._seen.get(event_id)

    async def wait_for(self, event_id: str, seconds: float) -> Sighting | None:
        """The sighting of a submission; None when it was not seen within `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while event_id not in self._seen:
                    await self._news.wait()
        except TimeoutError:
            return None
        return self._seen[event_id]


def _sighting(entry: LogEntry, event: ArticleEnrichedV2 | ArticlePublishedV2) -> Sighting:
    return Sighting(
        timestamp_ms=entry.timestamp_ms,
        language=event.language,
        tags=len(event.tags),
        links=len(event.related),
    )
