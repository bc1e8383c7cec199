"""Searches the logs for the records of one article: only the partitions that its key can lie in."""

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from newsloom.journey.sighting import Buried, Read, Sighting, buried_as, came_by_inbox, sighting_of
from newsloom_runtime.letters import Letter, fold, read_record
from newsloom_runtime.placement import partition_of
from newsloom_runtime.records import RawRecord
from newsloom_schemas.catalog import (
    ARTICLES_ENRICHED,
    ARTICLES_PUBLISHED,
    ARTICLES_REINDEX,
    ARTICLES_SUBMITTED,
    FEED_UPDATES,
    SERVICES,
    TRANSLATIONS_REQUESTED,
    dlq_topic,
)

BY_ARTICLE = (
    ARTICLES_SUBMITTED.name,
    ARTICLES_ENRICHED.name,
    ARTICLES_PUBLISHED.name,
    TRANSLATIONS_REQUESTED.name,
    ARTICLES_REINDEX.name,
)
SKEW_MS = 2_000  # how far the clocks of two machines may lie apart
Tell = Callable[[str, int, int], None]


class Log(Protocol):
    """What is needed of newsloom_runtime's RawReader."""

    async def topics(self) -> frozenset[str]: ...
    async def partitions(self, topic: str) -> int: ...
    async def since(self, topic: str, partition: int, moment_ms: int) -> tuple[int, int]: ...
    def read(
        self, topic: str, partition: int, start: int, end: int
    ) -> AsyncGenerator[Sequence[RawRecord], None]: ...


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The article. `external_id` and `source` are known when it was asked for by them."""

    article_id: str
    source: str | None = None
    external_id: str | None = None


@dataclass(kw_only=True)
class Found:
    """What has been seen so far; it stays when the search is cut short, and then `whole` is False."""

    sightings: list[Sighting] = field(default_factory=list)
    letters: list[Buried] = field(default_factory=list)
    missing_topics: list[str] = field(default_factory=list)
    whole: bool = False


async def search(
    log: Log, wanted: Wanted, found: Found, *, since: datetime, feeds: Iterable[str] = (), tell: Tell
) -> None:
    """Fill `found` with all records since then. `feeds` are those that the article is known to have been in;
    `tell` hears of each partition how far it is read. Raises LogUnavailable."""
    there, since_ms = await log.topics(), int(since.timestamp() * 1000)
    found.missing_topics = sorted({*BY_ARTICLE, FEED_UPDATES.name} - there)
    scan = _Scan(log, wanted, found, since_ms, tell)
    for topic in BY_ARTICLE:
        if topic in there:
            await scan.by_article(topic)
    for service in SERVICES:
        if dlq_topic(service) in there:
            await scan.letters(dlq_topic(service))
    if FEED_UPDATES.name in there:
        await scan.feeds(feeds)
    found.whole = True


@dataclass(frozen=True)
class _Scan:
    log: Log
    wanted: Wanted
    found: Found
    since_ms: int
    tell: Tell

    @property
    def _key(self) -> bytes:
        return self.wanted.article_id.encode()

    async def by_article(self, topic: str) -> None:
        partition = partition_of(self._key, await self.log.partitions(topic))
        async for raw in self._records(topic, partition, self.since_ms):
            if raw.key == self._key:
                self.found.sightings.append(sighting_of(raw))

    async def feeds(self, known: Iterable[str]) -> None:
        """The fullest topic: begun at the first word that the article was told with."""
        told = [each for each in self.found.sightings if each.topic == ARTICLES_PUBLISHED.name]
        before = [each.at for each in told or self.found.sightings]
        feeds = {*known, *(feed for each in told for feed in each.facts.get("feeds", ()))}
        if not feeds or not before:
            return
        start_ms = max(self.since_ms, int(min(before).timestamp() * 1000) - SKEW_MS)
        count = await self.log.partitions(FEED_UPDATES.name)
        for partition in sorted({partition_of(feed.encode(), count) for feed in feeds}):
            async for raw in self._records(FEED_UPDATES.name, partition, start_ms):
                if raw.header("ce_subject") == self._key:
                    self.found.sightings.append(sighting_of(raw))

    async def letters(self, topic: str) -> None:
        """A letter keeps the key of its record; one of an inbox may have any, so all partitions are read."""
        count = await self.log.partitions(topic)
        everywhere = self.wanted.source is not None and topic == dlq_topic("ingest")
        read: list[Read] = []
        values: dict[int, bytes | None] = {}
        for partition in range(count) if everywhere else (partition_of(self._key, count),):
            async for raw in self._records(topic, partition, self.since_ms):
                record = read_record(raw)
                if not isinstance(record, Letter):
                    read.append(record)
                elif self._is_ours(record, raw.value):
                    values[id(record)] = raw.value
                    read.append(record)
        self.found.letters += [buried_as(case, values[id(case.letter)]) for case in fold(read)]

    def _is_ours(self, letter: Letter, value: bytes | None) -> bool:
        if letter.key == self._key or letter.header("ce_subject") == self.wanted.article_id:
            return True
        source, external_id = self.wanted.source, self.wanted.external_id
        if source is None or external_id is None:
            return False
        return came_by_inbox(letter, value, source, external_id)

    async def _records(self, topic: str, partition: int, since_ms: int) -> AsyncGenerator[RawRecord, None]:
        start, end = await self.log.since(topic, partition, since_ms)
        if start >= end:
            return
        async with aclosing(self.log.read(topic, partition, start, end)) as batches:
            async for batch in batches:
                for raw in batch:
                    yield raw
                if batch:
                    self.tell(f"{topic}/{partition}", batch[-1].offset + 1 - start, end - start)
