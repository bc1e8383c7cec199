"""Everything that one run leaves behind, collected into one value that the checks are functions of."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from newsloom_runtime.records import RawRecord
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import (
    ARTICLES_ENRICHED,
    ARTICLES_PUBLISHED,
    ARTICLES_SUBMITTED,
    FEED_UPDATES,
    Topic,
)
from newsloom_schemas.codec import decode_record
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.envelope import UndecodableEvent
from newsloom_schemas.events import FeedUpdatedV1
from newsloom_schemas.identity import FEED_ALL, source_feed
from tests.oracle.collectors_http import (
    Frame,
    Gone,
    LiveStream,
    Sampler,
    Sighting,
    Sightings,
    TakedownWatch,
    listed,
    statuses,
)
from tests.oracle.collectors_log import (
    CommitSnapshot,
    CommitWatch,
    LiveLog,
    Offsets,
    commit_snapshot,
    dump_topics,
    end_offsets,
)
from tests.oracle.collectors_store import Documents, dump_documents
from tests.oracle.ports import System
from tests.oracle.record import Ledger

PUBLIC_TOPICS = (ARTICLES_PUBLISHED.name, FEED_UPDATES.name)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A decoded event with its place. `at` is the record's time, seconds since 1970."""

    event: Event
    topic: str
    partition: int
    offset: int
    at: float

    @property
    def place(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True, kw_only=True)
class Dump:
    """What is left of one run. Only articles of the run's own sources are looked at.

    `frames`: by feed, what its live stream said. `statuses`: what each article is answered after the drain;
    `pages`: the articles that each feed's pages list then.
    `healed_at`: when the fault was over; None for a run without one, and then times are checked strictly.
    """

    sources: tuple[str, ...]
    ledger: Ledger
    topics: Mapping[str, tuple[RawRecord, ...]]
    documents: Documents
    commits: tuple[CommitSnapshot, ...] = ()
    seen_live: Mapping[tuple[str, int, int], float] = field(default_factory=dict)
    frames: Mapping[str, tuple[Frame, ...]] = field(default_factory=dict)
    resets: int = 0
    sightings: tuple[Sighting, ...] = ()
    gone: Mapping[str, Gone] = field(default_factory=dict)
    statuses: Mapping[str, int | None] = field(default_factory=dict)
    pages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    healed_at: float | None = None

    @property
    def stored(self) -> Mapping[str, StoredArticleV3]:
        return self.documents.models

    @cached_property
    def own(self) -> frozenset[str]:
        """Ids of the run's articles: asked for, or found under its sources."""
        return frozenset(self.ledger.by_article) | frozenset(self.stored)

    @cached_property
    def submitted(self) -> tuple[Told, ...]:
        return self._told(ARTICLES_SUBMITTED)

    @cached_property
    def enriched(self) -> tuple[Told, ...]:
        return self._told(ARTICLES_ENRICHED)

    @cached_property
    def published(self) -> tuple[Told, ...]:
        return self._told(ARTICLES_PUBLISHED)

    @cached_property
    def updates(self) -> tuple[tuple[Told, FeedUpdatedV1], ...]:
        return tuple((t, t.event) for t in self._told(FEED_UPDATES) if isinstance(t.event, FeedUpdatedV1))

    def of_article(self, told: Iterable[Told]) -> dict[str, list[Told]]:
        """Events by the article that they are about, in the order of the log."""
        found: dict[str, list[Told]] = {}
        for each in told:
            found.setdefault(each.event.subject, []).append(each)
        return found

    def _told(self, topic: Topic) -> tuple[Told, ...]:
        decoded = (_decoded(record) for record in self.topics.get(topic.name, ()))
        return tuple(told for told in decoded if told is not None and self._is_own(told))

    def _is_own(self, told: Told) -> bool:
        return told.event.subject in self.own or getattr(told.event, "source", None) in self.sources


def _decoded(record: RawRecord) -> Told | None:
    try:
        event = decode_record(record.key, record.value, record.headers)
    except UndecodableEvent:
        return None
    return Told(
        event=event,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        at=record.timestamp_ms / 1000,
    )


@dataclass
class Collectors:
    """The live readers of one run, and the dump after it."""

    system: System
    sources: tuple[str, ...]
    starts: Offsets
    sightings: Sightings = field(default_factory=Sightings)
    _streams: list[LiveStream] = field(init=False)
    _takedowns: TakedownWatch = field(init=False)
    _commits: CommitWatch = field(init=False)
    _log: LiveLog = field(init=False)
    sampler: Sampler = field(init=False)
    _watches: set["asyncio.Task[None]"] = field(default_factory=set)
    _watched: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        feeds = (FEED_ALL, *map(source_feed, self.sources))
        self._streams = [LiveStream(self.system, feed, self.sightings) for feed in feeds[:2]]
        self._commits = CommitWatch(self.system.kafka)
        self._log = LiveLog(
            self.system.kafka, {place: at for place, at in self.starts.items() if place[0] in PUBLIC_TOPICS}
        )
        self.sampler = Sampler(self.system, self.sightings, feeds)
        lists = tuple(f"/v1/feeds/{feed}.json?limit=200" for feed in feeds)
        self._takedowns = TakedownWatch(self.system, lists)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The live readers, from before the load until after the drain."""
        readers = [stream.run() for stream in self._streams]
        readers += [self._commits.run(), self._log.run(), self.sampler.run()]
        tasks = [asyncio.create_task(reader) for reader in readers]
        try:
            yield
        finally:
            for task in (*tasks, *self._watches):
                task.cancel()
            ended = await asyncio.gather(*tasks, *self._watches, return_exceptions=True)
        for outcome in ended:
            if isinstance(outcome, Exception):
                raise outcome

    @property
    def connected(self) -> bool:
        """Whether every live stream listens: load that comes before would be missed."""
        return all(stream.connections for stream in self._streams)

    @property
    def streams_caught_up(self) -> bool:
        """Whether each live stream has gone beyond the last record of its feed."""
        return all(
            stream.offset > self._log.last_of_key.get((FEED_UPDATES.name, stream.feed.encode()), -1)
            for stream in self._streams
        )

    def kill_accepted(self, article_id: str) -> None:
        """Watch the takedown of an article whose kill was answered 2xx just now, and not before."""
        if article_id in self._watched:
            return
        self._watched.add(article_id)
        task = asyncio.create_task(self._takedowns.watch(article_id))
        self._watches.add(task)
        task.add_done_callback(self._watches.discard)

    @property
    def watching(self) -> int:
        """Takedowns that are not through yet."""
        return len(self._watches)

    async def dump(self, ledger: Ledger, *, healed_at: float | None) -> Dump:
        """Everything, after the drain."""
        last = await commit_snapshot(self.system.kafka)
        documents = await dump_documents(self.system, self.sources)
        self._scan_logs()
        return Dump(
            sources=self.sources,
            ledger=ledger,
            topics=await dump_topics(self.system.kafka, self.starts),
            documents=documents,
            commits=(*self._commits.snapshots, last),
            seen_live=dict(self._log.seen),
            frames={stream.feed: tuple(stream.frames) for stream in self._streams},
            resets=sum(stream.resets for stream in self._streams),
            sightings=self.sightings.all(),
            gone=dict(self._takedowns.gone),
            statuses=await statuses(self.system, sorted(ledger.by_article)),
            pages={feed: await listed(self.system, feed) for feed in map(source_feed, self.sources)},
            healed_at=healed_at,
        )

    def _scan_logs(self) -> None:
        for path in sorted(self.system.log_folder.rglob("*")):
            if path.is_file():
                self._scan_log(path)

    def _scan_log(self, path: Path) -> None:
        written = path.stat().st_mtime
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                where = f"{path.name}:{number}"
                self.sightings.note("log", line, where=where, asked_at=written, received_at=written)


async def new_collectors(system: System, sources: tuple[str, ...]) -> Collectors:
    """Collectors that begin at the present ends of the topics. Nothing of these sources may exist yet."""
    return Collectors(system, sources, await end_offsets(system.kafka))
