"""Everything outside of publish's processes, in memory: the log, the consumer groups, the store, the time.

A schedule adds events, lets processes take steps, and lets anything go wrong in between. What must never be
is noted when it happens; `judging` says whether what is left at the end is right.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from aiokafka import ConsumerRecord, TopicPartition

from newsloom_runtime.fault_points import FaultPoints
from newsloom_runtime.letters import ORIGINAL
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_PUBLISHED, FEED_UPDATES
from newsloom_schemas.codec import decode_record, encode
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.events import ArticlePublishedV2
from publish.feeds import embargoed
from publish.ports import Emission, Swap
from tests import factories
from tests.unit.publish.builds import Build
from tests.unit.publish.groups import Group
from tests.unit.publish.judging import has_outcome, never_back
from tests.unit.publish.members import Member, Scheduler
from tests.unit.publish.processes import PLENTY, Action, Process
from tests.unit.publish.stepped_loop import SteppedLoop
from tests.unit.publish.vocabulary import (
    EMBARGO,
    STORIES,
    document_in_words,
    emission_in_words,
    event_in_words,
    event_of,
)

LONG = 31.0  # seconds: longer than any pause between two tries
PATIENCE = 3_000  # rounds

NO_FAULTS = FaultPoints(())

T = TypeVar("T")


class World:
    """One schedule."""

    def __init__(self, build: Build) -> None:
        self.build = build
        self.loop = SteppedLoop()
        self.memory = build.memory()
        self.diary: list[str] = []
        self.wrong: list[str] = []
        self.adrift: list[Action] = []
        self.events: list[Event] = []
        self.told: list[Emission] = []
        self.dead: list[Event] = []
        self.processes: list[Process] = []
        inputs = [TopicPartition(ARTICLES_ENRICHED.name, number) for number in sorted(set(STORIES.values()))]
        outputs = [TopicPartition(topic.name, 0) for topic in (ARTICLES_PUBLISHED, FEED_UPDATES)]
        self.logs: dict[TopicPartition, list[ConsumerRecord]] = {part: [] for part in (*inputs, *outputs)}
        self.publishers = Group(self, "publisher", inputs)
        self.proofreaders = Group(self, "proofreader", outputs)
        self._now = factories.MOMENT
        self._written: dict[tuple[str, int], StoredArticleV3] = {}

    def close(self) -> None:
        """End everything that still waits. Nothing is judged after it."""
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        self.loop.settle()
        self.loop.close()

    # --- what a schedule does ---

    def append(self, story: str, code: str) -> Event:
        """Put an event on articles-enriched."""
        event = event_of(story, code)
        self.note(f"articles-enriched takes {story} {code}")
        self.events.append(event)
        self._log(TopicPartition(ARTICLES_ENRICHED.name, STORIES[story]), event)
        return event

    def publisher(self) -> Member:
        """Start one more publisher."""
        return self.join(self.publishers)

    def proofreader(self) -> Member:
        """Start one more proofreader."""
        return self.join(self.proofreaders)

    def join(self, group: Group, faults: FaultPoints = NO_FAULTS) -> Member:
        """Start one more member. It works after the next rebalance."""
        member = Member(self, group, f"{group.role} {len(group.members) + 1}", faults)
        group.members.append(member)
        self.processes.append(member)
        self.loop.settle()
        return member

    def scheduler(self) -> Scheduler:
        """Start one more process that ends embargoes."""
        scheduler = Scheduler(self, f"scheduler {sum(isinstance(p, Scheduler) for p in self.processes) + 1}")
        self.processes.append(scheduler)
        self.loop.settle()
        return scheduler

    def advance(self, seconds: float) -> None:
        """Let time pass for all processes."""
        self._now += timedelta(seconds=seconds)
        self.loop.advance(seconds)

    def land(self, which: int = 0, *, never: bool = False) -> None:
        """Let something arrive whose sender has given it up, or let it be lost for good."""
        if self.adrift:
            action = self.adrift.pop(which % len(self.adrift))
            self.note(f"{'never arrives' if never else 'late arrival'}: {action.about}")
            if not never:
                action.arrive()

    def has(self, story: str, code: str) -> bool:
        """Whether an event is in the log."""
        return event_of(story, code) in self.events

    def drain(self, *, late_is_lost: bool = False) -> None:
        """Let those at work finish, then wake the stopped, then let arrive what is late: the worst order."""
        self.note("those at work finish")
        self.finish()
        for process in self.processes:
            if process.alive and process.stopped:
                process.wake()
                self.finish()
        while self.adrift:
            self.land(never=late_is_lost)
            self.finish()
        self.advance(EMBARGO.total_seconds())
        self.finish()

    def finish(self) -> None:
        """Run everybody at work, and someone in every role, until there is nothing left to do."""
        self._man()
        for process in self.processes:
            process.most = PLENTY
        for _ in range(PATIENCE):
            if not self._go_on():
                return
        self.wrong.append(f"it is not done after {PATIENCE} rounds")

    def _man(self) -> None:
        for group in (self.publishers, self.proofreaders):
            if not group.responsive():
                self.join(group)
            if group.orphaned():
                group.rebalance()
        if not any(each.at_work() for each in self.processes if isinstance(each, Scheduler)):
            self.scheduler()

    def _go_on(self) -> bool:
        stepped = [process.step() for process in self.processes]
        if any(stepped):
            return True
        groups = (self.publishers, self.proofreaders)
        for group in groups:
            if group.orphaned():
                group.rebalance()
                return True
            if group.owed():
                for member in group.responsive():
                    member.poll_in_vain()
                return True
        if busy := any(group.at_work() for group in groups) or self._unlifted():
            self.advance(LONG)
        return busy

    def _unlifted(self) -> bool:
        held = self.memory.documents.values()
        return any(each.untold_since or (each.withheld_until or self._now) < self._now for each in held)

    # --- what processes do to it ---

    def now(self) -> datetime:
        """The time in UTC."""
        return self._now

    def store(self, swap: Swap) -> bool:
        """Swap a document; False when the swap is lost."""
        before = self.memory.documents.get(swap.document.article_id)
        lost = self.run(self.memory.write([swap]))
        after = self.memory.documents[swap.document.article_id]
        if after is not before:
            self._written[after.article_id, after.document_version] = after
            self.wrong += never_back(before, after)
        self.note("  lost" if lost else f"  stored {document_in_words(after)}")
        return not lost

    def note_told(self, versions: Mapping[str, int]) -> None:
        """Take the untold mark off."""
        self.run(self.memory.told(versions))

    def tell(self, emission: Emission) -> None:
        """Take a record into an output topic."""
        topic, event = emission
        self.told.append(emission)
        if self._is_early(event):
            self.wrong.append(f"{emission_in_words(emission)} was told before its embargo was over")
        self._log(TopicPartition(topic.name, 0), event)

    def _is_early(self, event: Event) -> bool:
        shows = isinstance(event, ArticlePublishedV2) or getattr(event, "action", "") == "upsert"
        document = self._written.get((event.subject, getattr(event, "document_version", 0)))
        if not shows or document is None or document.publication is None:
            return False
        return embargoed(document.publication.content, self._now)

    def bury(
        self, key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes | None]]
    ) -> None:
        """Take a dead letter."""
        reason = dict(headers).get("dlq_error")
        if reason != b"conflict":
            self.wrong.append(f"a dead letter says {reason!r}: {dict(headers).get('dlq_message')!r}")
        own = [(name.removeprefix(ORIGINAL), text) for name, text in headers if name.startswith(ORIGINAL)]
        self.dead.append(decode_record(key, value, own))

    def settled(self, offsets: Mapping[TopicPartition, int]) -> None:
        """I6: what lies below a committed offset has its durable outcome."""
        for partition, offset in offsets.items():
            if partition.topic != ARTICLES_ENRICHED.name:
                continue
            for record in self.logs[partition][:offset]:
                event = decode_record(record.key, record.value, record.headers)
                if not has_outcome(self.memory.documents.get(event.subject), event):
                    self.wrong.append(f"committed, but without effect: {event_in_words(event)}")

    def _log(self, partition: TopicPartition, event: Event) -> None:
        log = self.logs[partition]
        log.append(_record(partition, len(log), event))

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """What a coroutine returns that never waits."""
        try:
            coroutine.send(None)
        except StopIteration as end:
            result: T = end.value
            return result
        raise AssertionError("it waits for something")

    def note(self, line: str) -> None:
        """Write a line into the diary."""
        self.diary.append(line)


def _record(partition: TopicPartition, offset: int, event: Event) -> ConsumerRecord:
    wire = encode(event, source="/newsloom/test", time=factories.MOMENT)
    return ConsumerRecord(
        topic=partition.topic,
        partition=partition.partition,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=wire.key,
        value=wire.value,
        checksum=None,
        serialized_key_size=-1,
        serialized_value_size=-1,
        headers=wire.headers,
    )
