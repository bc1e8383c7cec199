"""Everything outside of publish's processes, in memory: the log, the consumer groups, the store, the time.

A schedule adds events, lets processes take steps, and lets anything go wrong in between. What must never be
is noted when it happens; `judging` says whether what is left at the end is right.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from aiokafka import ConsumerRecord, TopicPartition

from newsloom_runtime.letters import ORIGINAL
from newsloom_schemas import identity
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_PUBLISHED, FEED_UPDATES
from newsloom_schemas.codec import decode, encode
from newsloom_schemas.document import StoredArticleV2
from newsloom_schemas.events import ArticlePublishedV1, FeedUpdatedV1
from publish.feeds import embargoed
from publish.ports import Emission, Swap
from publish.settings import ConsumingRole
from tests import factories
from tests.unit.publish.builders import edit, kill, revision, translation
from tests.unit.publish.builds import Build
from tests.unit.publish.judging import has_outcome, never_back
from tests.unit.publish.processes import Action, Member, Process, Scheduler
from tests.unit.publish.stepped_loop import SteppedLoop

STORIES: Mapping[str, int] = {"a": 0, "b": 0, "c": 1}  # with their partitions
SECTIONS = ("City", "Sport", "Culture", "Science", "Travel", "World")
EMBARGO = timedelta(seconds=5)
LONG = 31.0  # seconds: longer than any pause between two tries
PATIENCE = 1_000  # steps
NAMES = {identity.article_id("meridian", story): story for story in STORIES}

T = TypeVar("T")


@lru_cache
def event_of(story: str, code: str) -> Event:
    """An event by its code: r2 a revision (r4 under embargo), r2+ its second run, r2! another of the same
    number, t2 its translation, e1 an edit of the tags, e1! another of the same number, k the kill."""
    kind, number, other = code[0], int(code[1:2] or 0), code.endswith("!")
    match kind:
        case "r":
            until = factories.MOMENT + EMBARGO if number == 4 else None
            section = SECTIONS[number]
            headline = f"{'Other r' if other else 'R'}evision {number} of {story}"
            run = int(code.endswith("+"))
            return revision(
                number, run=run, story=story, section=section, headline=headline, embargo_until=until
            )
        case "t":
            return translation(number, story=story)
        case "e":
            return edit(number, story=story, label="Other" if other else f"Label {number}")
        case _:
            return kill(story)


@dataclass
class Group:
    """A consumer group: who owns which partitions is decided anew by each `rebalance`."""

    world: "World"
    role: ConsumingRole
    partitions: Sequence[TopicPartition]
    generation: int = 0
    committed: dict[TopicPartition, int] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)

    def responsive(self) -> list[Member]:
        return [member for member in self.members if member.at_work()]

    def rebalance(self, *, patient: bool = True) -> None:
        """Those who answer finish what they have in hand, are cancelled when `patient` is not, and share."""
        self.world.note(f"the {self.role}s rebalance{'' if patient else ' without patience'}")
        members = self.responsive()
        for member in members:
            member.revoking = True
        self._revoke(members, patient=patient)
        self.generation += 1
        for number, member in enumerate(members):
            mine = self.partitions[number :: len(members)]
            member.generation, member.fenced, member.revoking = self.generation, False, False
            member.consumer.assign({partition: self.committed.get(partition, 0) for partition in mine})
            self.world.run(member.harness.on_partitions_assigned(mine))

    def _revoke(self, members: Sequence[Member], *, patient: bool) -> None:
        """Every member's revocation has come to its end when this returns."""
        loop = self.world.loop
        revoking = [
            loop.create_task(member.harness.on_partitions_revoked(member.consumer.assignment()))
            for member in members
        ]
        loop.settle()
        while not all(task.done() for task in revoking):
            stepped = [patient and member.step() for member in members]
            if not any(stepped):
                self.world.advance(1.0)

    def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        self.committed.update(offsets)
        self.world.settled(offsets)

    def orphaned(self) -> bool:
        """Whether a partition has no owner at work, or a member at work has been thrown out."""
        present = [each for each in self.responsive() if each.generation == self.generation]
        owned = {partition for member in present for partition in member.consumer.positions}
        return owned != set(self.partitions) or any(each.fenced for each in self.responsive())

    def owed(self) -> bool:
        """Whether everything is read, and yet not committed: a commit has failed, and the next is to come."""
        behind = any(self.committed.get(each, 0) < len(self.world.logs[each]) for each in self.partitions)
        return behind and not self.at_work()

    def at_work(self) -> bool:
        """Whether a member has a batch in hand."""
        return any(member.batches for member in self.responsive())


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
        self._written: dict[tuple[str, int], StoredArticleV2] = {}

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

    def join(self, group: Group) -> Member:
        """Start one more member. It works after the next rebalance."""
        member = Member(self, group, f"{group.role} {len(group.members) + 1}", group.role)
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
        self.note("  lost" if lost else f"  stored {self.describe(after)}")
        return not lost

    def note_told(self, versions: Mapping[str, int]) -> None:
        """Take the untold mark off."""
        self.run(self.memory.told(versions))

    def tell(self, emission: Emission) -> None:
        """Take a record into an output topic."""
        topic, event = emission
        self.told.append(emission)
        if self._is_early(event):
            self.wrong.append(f"{self.describe_emission(emission)} was told before its embargo was over")
        self._log(TopicPartition(topic.name, 0), event)

    def _is_early(self, event: Event) -> bool:
        shows = isinstance(event, ArticlePublishedV1) or getattr(event, "action", "") == "upsert"
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
        self.dead.append(decode(key, value, own))

    def settled(self, offsets: Mapping[TopicPartition, int]) -> None:
        """I6: what lies below a committed offset has its durable outcome."""
        for partition, offset in offsets.items():
            if partition.topic != ARTICLES_ENRICHED.name:
                continue
            for record in self.logs[partition][:offset]:
                event = decode(record.key, record.value, record.headers)
                if not has_outcome(self.memory.documents.get(event.subject), event):
                    self.wrong.append(f"committed, but without effect: {self.describe_event(event)}")

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

    # --- what it writes into the diary ---

    def note(self, line: str) -> None:
        self.diary.append(line)

    def names(self, article_ids: Sequence[str]) -> str:
        return " ".join(NAMES[each] for each in article_ids)

    def describe(self, document: StoredArticleV2) -> str:
        """A document in a few words, such as `a v3 (r2, es, killed)`."""
        held = [f"r{document.publication.revision}"] if document.publication else []
        held += [tag for tag, each in document.translations.items() if not each.stale]
        held += ["withheld"] if document.withheld_until else []
        held += ["killed"] if document.killed else []
        return f"{NAMES[document.article_id]} v{document.document_version} ({', '.join(held)})"

    def describe_event(self, event: Event) -> str:
        number = getattr(event, "revision", "")
        return f"{NAMES[event.subject]} {type(event).__name__} {number}".strip()

    def describe_emission(self, emission: Emission) -> str:
        topic, event = emission
        where = (
            f"{event.action} {event.feed_id}" if isinstance(event, FeedUpdatedV1) else type(event).__name__
        )
        return f"{topic.name}: {NAMES[event.subject]} v{getattr(event, 'document_version', '?')} {where}"


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
