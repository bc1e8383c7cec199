"""A world in which `publish` and `proofread` run step by step, to be crashed, paused and replaced anywhere.

It drives the real use cases over a store and a log in memory. Every await of theirs is a step; between any
two steps the schedule may kill a worker, start its successor while it lives on, or let another one run.
"""

import random
from collections.abc import Coroutine, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_PUBLISHED
from newsloom_schemas.document import StoredArticleV2
from newsloom_schemas.events import ArticlePublishedV1, FeedUpdatedV1
from newsloom_store import Head, MemoryStore, StoreUnavailable
from publish.ports import Emission, Swap
from publish.proofread import Mark, proofread
from publish.publish import fold, publish
from tests import factories
from tests.unit.publish.builders import URL, FixedClock, edit, kill, revision, translation

STEPS = 4_000
SECTIONS = ("City", "Sport", "Culture")
FENCES = frozenset({"swap", "emit-before-commit", "proofreader"})


class _Step:
    def __await__(self) -> Generator[None, None, None]:
        yield


@dataclass
class SteppedStore:
    """A store whose every call takes steps, whose bulks are not atomic, and whose answers get lost."""

    chance: random.Random
    fences: frozenset[str]
    memory: MemoryStore = field(default_factory=MemoryStore)
    went_back: list[str] = field(default_factory=list)

    async def load(self, article_ids: Sequence[str]) -> Mapping[str, StoredArticleV2]:
        await _Step()
        found = await self.memory.load(article_ids)
        await _Step()
        return found

    async def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]:
        found = await self.memory.heads(article_ids)
        await _Step()
        return found

    async def write(self, swaps: Sequence[Swap]) -> frozenset[str]:
        lost = frozenset[str]()
        for swap in self.chance.sample(swaps, len(swaps)):
            lost |= await self._write_one(swap)
            await _Step()
        if self.chance.random() < 0.05:
            raise StoreUnavailable("the answer was lost")
        return lost

    async def _write_one(self, swap: Swap) -> frozenset[str]:
        before = self.memory.documents.get(swap.document.article_id)
        if "swap" not in self.fences:
            self.memory.documents[swap.document.article_id] = swap.document
        lost = await self.memory.write([swap]) if "swap" in self.fences else frozenset[str]()
        after = self.memory.documents[swap.document.article_id]
        if before is not None and _went_back(before, after):
            self.went_back.append(after.article_id)
        return lost


def _went_back(before: StoredArticleV2, after: StoredArticleV2) -> bool:
    if before.killed:
        return not after.killed
    if before.publication is None or after.publication is None:
        return False
    return after.publication.revision < before.publication.revision


@dataclass
class SteppedLog:
    """The output topics as one log; records of different keys arrive in any order."""

    chance: random.Random
    records: list[Emission] = field(default_factory=list)

    async def publish(self, emissions: Sequence[Emission]) -> None:
        by_key: dict[tuple[str, str], list[Emission]] = {}
        for topic, event in emissions:
            by_key.setdefault((topic.name, event.record_key), []).append((topic, event))
        while by_key:
            key = self.chance.choice(sorted(by_key))
            self.records.append(by_key[key].pop(0))
            if not by_key[key]:
                del by_key[key]
            await _Step()


@dataclass
class World:
    """One schedule: the input log, what is committed, the workers alive, and the generation of the group."""

    chance: random.Random
    log: list[Event]
    fences: frozenset[str] = FENCES
    committed: int = 0
    proofread_up_to: int = 0
    generation: int = 0
    workers: list[tuple[int, Coroutine[Any, Any, None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = SteppedStore(self.chance, self.fences)
        self.told = SteppedLog(self.chance)

    async def work(self, generation: int) -> None:
        """A member of the group, from the committed place on, until it finds itself replaced."""
        position = self.committed
        while position < len(self.log):
            batch = self.log[position : position + self.chance.randint(1, 4)]
            position += len(batch)
            if "emit-before-commit" not in self.fences and not self._commit(generation, position):
                return
            await _Step()
            await self._publish(batch)
            if not self._commit(generation, position):
                return
            await _Step()

    async def _publish(self, batch: Sequence[Event]) -> None:
        """What the harness does: the same again for as long as the store is away."""
        while True:
            try:
                await publish(
                    batch, store=self.store, publisher=self.told, clock=FixedClock(), public_url=URL
                )
            except StoreUnavailable:
                await _Step()
            else:
                return

    def _commit(self, generation: int, position: int) -> bool:
        if generation != self.generation:
            return False
        self.committed = position
        return True

    async def proofread(self) -> None:
        """The proofreader, until it has read everything back; it commits after healing."""
        while self.proofread_up_to < len(self.told.records):
            upto = min(len(self.told.records), self.proofread_up_to + self.chance.randint(1, 4))
            marks = [_mark(emission) for emission in self.told.records[self.proofread_up_to : upto]]
            if "proofreader" in self.fences:
                await proofread(
                    marks, store=self.store, publisher=self.told, clock=FixedClock(), public_url=URL
                )
            self.proofread_up_to = upto
            await _Step()

    # --- the schedule ---

    def replace(self) -> None:
        """A rebalance: a new owner starts; the old one, if it lives, does not know yet."""
        self.generation += 1
        self.workers.append((self.generation, self.work(self.generation)))

    def run(self) -> None:
        """Run to the end under faults: crashes, zombies, crashes of the proofreader."""
        crashes, zombies, reader = self.chance.randint(0, 4), self.chance.randint(0, 3), self.proofread()
        for _ in range(STEPS):
            if self._idle() and not self._wake():
                break
            dice = self.chance.random()
            if dice < 0.03 and crashes and self.workers:
                crashes -= 1
                self.workers.pop(self.chance.randrange(len(self.workers)))[1].close()
            elif dice < 0.06 and zombies:
                zombies -= 1
                self.replace()
            elif dice < 0.25:
                reader = self._proofreader_step(reader)
            elif self.workers:
                self._worker_step()
        else:
            raise AssertionError(f"the schedule did not end within {STEPS} steps")
        reader.close()
        _run_out(self.proofread())

    def _idle(self) -> bool:
        return not any(generation == self.generation for generation, _ in self.workers)

    def _wake(self) -> bool:
        """Start an owner when there is work without one; False when all is done and all are gone."""
        if self.committed < len(self.log):
            self.replace()
            return True
        return bool(self.workers)

    def _worker_step(self) -> None:
        generation, worker = self.chance.choice(self.workers)
        if generation != self.generation and self.chance.random() < 0.7:
            return  # zombies are slow
        if _ended(worker):
            self.workers.remove((generation, worker))

    def _proofreader_step(self, reader: Coroutine[Any, Any, None]) -> Coroutine[Any, Any, None]:
        crashed = self.chance.random() < 0.02
        if crashed:
            reader.close()
        return self.proofread() if crashed or _ended(reader) else reader


def _ended(coroutine: Coroutine[Any, Any, None]) -> bool:
    try:
        coroutine.send(None)
    except StopIteration:
        return True
    return False


def _run_out(coroutine: Coroutine[Any, Any, None]) -> None:
    while not _ended(coroutine):
        pass


def _mark(emission: Emission) -> Mark:
    _, event = emission
    version = getattr(event, "document_version", 0)
    return Mark(
        article_id=event.subject, document_version=version, shows=isinstance(event, ArticlePublishedV1)
    )


def input_log(chance: random.Random) -> list[Event]:
    """One partition with two articles: revisions out of order and repeated, facets, kills; in key order."""
    lanes = [_story(chance, story) for story in ("story-a", "story-b")]
    log: list[Event] = []
    while any(lanes):
        log.append(chance.choice([lane for lane in lanes if lane]).pop(0))
    return log


def _story(chance: random.Random, story: str) -> list[Event]:
    lane: list[Event] = []
    for number in (chance.randint(1, 4) for _ in range(chance.randint(1, 5))):
        lane.append(revision(number, story=story, section=SECTIONS[number % 3]))
        if chance.random() < 0.4:
            lane.append(translation(number, story=story))
    for event, likelihood in ((edit(1, story=story), 0.3), (edit(2, story=story), 0.3), (kill(story), 0.4)):
        if chance.random() < likelihood:
            lane.insert(chance.randint(0, len(lane)), event)
    return lane


def violations(world: World) -> list[str]:
    """What is wrong at the end, judged from the records alone."""
    found = [f"{article_id} went back in the store" for article_id in world.store.went_back]
    documents = world.store.memory.documents
    expected = _expected(world.log)
    for article_id, want in expected.items():
        if article_id not in documents or not same_outcome(documents[article_id], want):
            found.append(f"{article_id} does not hold what the log says")
    found += _differing_feeds(world, documents)
    found += _differing_topic(world, documents)
    return found


def _expected(log: Sequence[Event]) -> dict[str, StoredArticleV2]:
    """The documents, had nothing ever gone wrong."""
    lanes: dict[str, list[Event]] = {}
    for event in log:
        lanes.setdefault(event.subject, []).append(event)
    finals = {key: fold(None, events, factories.MOMENT).final for key, events in lanes.items()}
    return {key: final for key, final in finals.items() if final is not None}


def same_outcome(one: StoredArticleV2, other: StoredArticleV2) -> bool:
    """Whether two documents are the same to readers."""
    kept = {"publication", "editor_tags", "tombstone", "feeds"}
    current = [
        {tag: held.translation for tag, held in each.translations.items() if not held.stale}
        for each in (one, other)
    ]
    return one.model_dump(include=kept) == other.model_dump(include=kept) and current[0] == current[1]


def _differing_feeds(world: World, documents: Mapping[str, StoredArticleV2]) -> list[str]:
    """I4: a reader from the first record, who ignores lower versions, holds what the store holds."""
    held: dict[str, dict[str, FeedUpdatedV1]] = {}
    for _, event in world.told.records:
        if isinstance(event, FeedUpdatedV1):
            line = held.setdefault(event.feed_id, {})
            if event.document_version >= (
                line[event.article_id].document_version if event.article_id in line else 0
            ):
                line[event.article_id] = event
    feeds = set(held) | {feed for document in documents.values() for feed in document.feeds}
    return [feed for feed in feeds if _shown(held.get(feed, {})) != _members(documents, feed)]


def _shown(line: Mapping[str, FeedUpdatedV1]) -> set[str]:
    return {article_id for article_id, update in line.items() if update.action == "upsert"}


def _members(documents: Mapping[str, StoredArticleV2], feed: str) -> set[str]:
    return {article_id for article_id, document in documents.items() if feed in document.feeds}


def _differing_topic(world: World, documents: Mapping[str, StoredArticleV2]) -> list[str]:
    """I5 and more: the last record of a key, which compaction keeps, is the state of the store."""
    last: dict[str, Event] = {}
    for topic, event in world.told.records:
        if topic is ARTICLES_PUBLISHED:
            last[event.record_key] = event
    return [
        f"the last record of {key} is not its state"
        for key, document in documents.items()
        if (document.publication or document.killed)
        and getattr(last.get(key), "document_version", None) != document.document_version
    ]
