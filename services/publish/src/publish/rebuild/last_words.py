"""The compacted topic, folded: what it says last of each article, and where."""

from collections.abc import AsyncIterator, Collection, Mapping
from typing import NamedTuple

from newsloom_runtime.log_reader import LogEntry, LogReader
from newsloom_schemas.base import Event
from newsloom_schemas.events import ArticleKilledV1, ArticlePublishedV2, ArticleWithheldV1
from newsloom_schemas.public_state import PublicState, of_record
from publish.rebuild.replay import Progress

TOLD = (ArticlePublishedV2, ArticleWithheldV1, ArticleKilledV1)


class LastWord(NamedTuple):
    """The last record of an article: place and digest; `version` is the highest of all its records."""

    partition: int
    offset: int
    digest: str
    version: int


class LastWords:
    """The last record of each key, and not the one with the highest version: compaction keeps no other."""

    def __init__(self, reader: LogReader, *, progress: Progress = lambda _read, _of: None) -> None:
        self._reader = reader
        self._progress = progress
        self._words: dict[str, LastWord] = {}
        self.first: dict[int, int] = {}
        self.reached: dict[int, int] = {}
        self.records = 0

    @property
    def by_article(self) -> Mapping[str, LastWord]:
        return self._words

    async def to_end(self) -> None:
        """Read on to the present end of the topic. Raises LogUnavailable."""
        self.first, ends = await self._reader.beginning_offsets(), await self._reader.end_offsets()
        starts = {partition: self.reached.get(partition, first) for partition, first in self.first.items()}
        ahead = self.records + sum(ends[p] - starts[p] for p in ends)
        for partition, end in ends.items():
            async for entries in self._reader.read(partition, starts[partition], end):
                for entry in entries:
                    self._note(entry)
                self.records += len(entries)
                self._progress(self.records, ahead)
        self.reached = ends

    def _note(self, entry: LogEntry) -> None:
        event = entry.event
        if not isinstance(event, TOLD):
            return
        before = self._words.get(event.article_id)
        version = max(event.document_version or 0, before.version if before else 0)
        digest = of_record(event).digest()
        self._words[event.article_id] = LastWord(entry.partition, entry.offset, digest, version)

    async def events(self, article_ids: Collection[str]) -> AsyncIterator[Mapping[str, Event]]:
        """The last records of these articles, page by page, by article. Raises LogUnavailable."""
        for partition, end in self.reached.items() if article_ids else ():
            async for entries in self._reader.read(partition, self.first[partition], end):
                last = {e.event.subject: e.event for e in entries if self._is_last(e)}
                yield {key: event for key, event in last.items() if key in article_ids}

    def _is_last(self, entry: LogEntry) -> bool:
        word = self._words.get(entry.event.subject)
        return word is not None and (word.partition, word.offset) == (entry.partition, entry.offset)

    async def state(self, word: LastWord) -> PublicState | None:
        """What a word says, whole; None when a later one has replaced it since."""
        async for entries in self._reader.read(word.partition, word.offset, word.offset + 1):
            return of_record(entries[0].event)
        return None
