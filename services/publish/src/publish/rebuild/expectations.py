"""Two things that know what the store must hold: a rebuilt store, and the compacted topic."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from newsloom_runtime.log_reader import LogEntry, LogReader
from newsloom_schemas.document import StoredArticleV2
from newsloom_schemas.events import ArticleKilledV1, ArticlePublishedV1, ArticleWithheldV1
from newsloom_schemas.public_state import PublicState, absent, of_document, of_record
from publish.lift import lift
from publish.ports import ServerClock, Store
from publish.rebuild.replay import Progress, Replay
from publish.rebuild.seen import knows_more

IDS = 5_000  # a page of them
TOLD = (ArticlePublishedV1, ArticleWithheldV1, ArticleKilledV1)
CATCHES_UP_WITHIN_S = 5.0
ASK_AGAIN_S = 0.1

# Records that a service has still to settle, by the first offset and the end of each partition.
HowFarBehind = Callable[[Mapping[int, int], Mapping[int, int]], Awaitable[int]]


class RebuildStore(Store, Protocol):
    """The store that is rebuilt."""

    async def ids(self, *, after: str = "", limit: int) -> Sequence[str]: ...


class RebuiltStore:
    """What replaying `articles-enriched` gives. An embargo that is over has ended here, too."""

    def __init__(
        self, replay: Replay, *, store: RebuildStore, clock: ServerClock, publisher_behind: HowFarBehind
    ) -> None:
        self._replay = replay
        self._store = store
        self._clock = clock
        self._publisher_behind = publisher_behind
        self._now: datetime | None = None

    async def catch_up(self) -> None:
        await self._replay.to_end()
        self._now = await self._clock.server_time()

    async def behind(self) -> int:
        return await _waited_for(lambda: self._publisher_behind(self._replay.first, self._replay.reached))

    async def digests(self, article_ids: Sequence[str]) -> Mapping[str, str]:
        documents = await self._store.load(article_ids)
        return {key: self._shown(document).digest() for key, document in documents.items()}

    async def state(self, article_id: str) -> PublicState | None:
        document = (await self._store.load([article_id])).get(article_id)
        return None if document is None else self._shown(document)

    def _shown(self, document: StoredArticleV2) -> PublicState:
        lifted = lift(document, now=self._now) if self._now is not None else None
        return of_document(lifted.document if lifted else document)

    async def ids(self) -> AsyncIterator[Sequence[str]]:
        after = ""
        while page := await self._store.ids(after=after, limit=IDS):
            yield page
            after = page[-1]

    def covers(self, live: StoredArticleV2, expected: PublicState | None) -> bool:
        if not self._replay.lacks_older_events(live.article_id):
            return True
        return self._replay.seen.all_of(live) or knows_more(expected, live)

    def is_moving(self, live: StoredArticleV2) -> bool:
        until = live.withheld_until
        return until is not None and self._now is not None and until <= self._now


class LastWord(NamedTuple):
    """Where the last record of an article lies, and what it says."""

    partition: int
    offset: int
    digest: str


class FoldedTopic:
    """What a new consumer of `articles-published` has, who keeps the last record of each key.

    The last and not the one with the highest version: compaction keeps no other.
    """

    def __init__(
        self,
        reader: LogReader,
        *,
        publisher_behind: Callable[[], Awaitable[int]],
        proofreader_behind: HowFarBehind,
        progress: Progress = lambda _read, _of: None,
    ) -> None:
        self._reader = reader
        self._publisher_behind = publisher_behind
        self._proofreader_behind = proofreader_behind
        self._progress = progress
        self._words: dict[str, LastWord] = {}
        self._first: dict[int, int] = {}
        self._reached: dict[int, int] = {}
        self.records = 0

    async def catch_up(self) -> None:
        self._first, ends = await self._reader.beginning_offsets(), await self._reader.end_offsets()
        starts = {partition: self._reached.get(partition, first) for partition, first in self._first.items()}
        ahead = self.records + sum(ends[p] - starts[p] for p in ends)
        for partition, end in ends.items():
            async for entries in self._reader.read(partition, starts[partition], end):
                for entry in entries:
                    self._note(entry)
                self.records += len(entries)
                self._progress(self.records, ahead)
        self._reached = ends

    def _note(self, entry: LogEntry) -> None:
        if isinstance(entry.event, TOLD):
            digest = of_record(entry.event).digest()
            self._words[entry.event.article_id] = LastWord(entry.partition, entry.offset, digest)

    async def behind(self) -> int:
        """Of the publisher, that everything is told; of the proofreader, that everything told is healed."""
        return await _waited_for(self._both_behind)

    async def _both_behind(self) -> int:
        return await self._publisher_behind() + await self._proofreader_behind(self._first, self._reached)

    async def digests(self, article_ids: Sequence[str]) -> Mapping[str, str]:
        return {key: word.digest if (word := self._words.get(key)) else _nothing(key) for key in article_ids}

    async def state(self, article_id: str) -> PublicState | None:
        word = self._words.get(article_id)
        if word is None:
            return absent(article_id)
        async for entries in self._reader.read(word.partition, word.offset, word.offset + 1):
            return of_record(entries[0].event)
        return None  # compacted away by a later record, which is read at the next look

    async def ids(self) -> AsyncIterator[Sequence[str]]:
        known = sorted(self._words)
        for start in range(0, len(known), IDS):
            yield known[start : start + IDS]

    def covers(self, live: StoredArticleV2, expected: PublicState | None) -> bool:
        return True

    def is_moving(self, live: StoredArticleV2) -> bool:
        return live.untold_since is not None


def _nothing(article_id: str) -> str:
    return absent(article_id).digest()


async def _waited_for(behind: Callable[[], Awaitable[int]]) -> int:
    """How far behind the service is once it is there, or after some seconds."""
    deadline = time.monotonic() + CATCHES_UP_WITHIN_S
    while True:
        left = await behind()
        if not left or time.monotonic() > deadline:
            return left
        await asyncio.sleep(ASK_AGAIN_S)
