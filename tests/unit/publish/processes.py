"""Processes of a schedule: real harnesses and use cases that stop at every call to the world outside.

Each call waits at a gate until the schedule opens it. Between two gates anything may happen: the process is
killed, stopped and replaced, its answer gets lost, or what it sent arrives after it is gone.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaTimeoutError

from newsloom_runtime.dead_letters import DeadLetters
from newsloom_runtime.publisher import PublishFailed
from newsloom_schemas.document import StoredArticleV2
from newsloom_store import Head, StoreUnavailable
from publish.ports import Emission, Swap
from publish.settings import ConsumingRole
from tests.unit.publish.builders import URL
from tests.unit.publish.builds import CONSUMER_METRICS

if TYPE_CHECKING:
    from tests.unit.publish.world import Group, World

MANY = 100  # steps: more than any batch takes
FAILURES: Mapping[str, Callable[[], Exception]] = {
    "read": lambda: StoreUnavailable("MongoDB is away"),
    "write": lambda: StoreUnavailable("the answer was lost"),
    "tell": lambda: PublishFailed("no acknowledgement"),
    "commit": lambda: KafkaTimeoutError(),
}


@dataclass(eq=False)
class Gate:
    """Where a process waits: `what` it waits with, and what that is `about`."""

    what: str
    about: str
    opened: "asyncio.Future[None]"


@dataclass(frozen=True)
class Action:
    """A request on its way: what it is about, and what happens when it arrives."""

    about: str
    arrive: Callable[[], None]


class Process:
    """Something that runs until a gate, and on when the gate is opened."""

    def __init__(self, world: "World", name: str) -> None:
        self.world = world
        self.name = name
        self.alive = True
        self.stopped = False
        self.most = 500  # records of a poll
        self.gates: list[Gate] = []
        self._on_their_way: list[list[Action]] = []
        self._pick = 0

    # --- what the process does ---

    async def gate(self, what: str, about: str = "") -> None:
        """Wait until the schedule goes on here."""
        gate = Gate(what, about, self.world.loop.create_future())
        self.gates.append(gate)
        try:
            await gate.opened
        finally:
            self.gates.remove(gate)

    async def send(self, what: str, actions: Sequence[Action]) -> None:
        """Send requests that arrive one by one, in any order, then wait for the answer to all."""
        left = list(actions)
        self._on_their_way.append(left)
        try:
            while left:
                await self.gate(what, left[self._pick % len(left)].about)
                left.pop(self._pick % len(left)).arrive()
            await self.gate(what, "answered")
        finally:
            self._on_their_way = [each for each in self._on_their_way if each is not left]
            self.world.adrift.extend(left)

    # --- what the schedule does with it ---

    def at_work(self) -> bool:
        """Whether it runs at all."""
        return self.alive and not self.stopped

    def ready(self) -> list[Gate]:
        """The gates that can be opened."""
        able = [gate for gate in self.gates if not gate.opened.done() and self.may_pass(gate)]
        return able if self.at_work() else []

    def may_pass(self, gate: Gate) -> bool:
        return True

    def step(self, which: int = 0, pick: int = 0) -> bool:
        """Open a gate; False when there is none. `pick` is which of several requests arrives next."""
        ready = self.ready()
        if not ready:
            return False
        gate = ready[which % len(ready)]
        self._pick = pick
        self.world.note(f"{self.name}: {gate.what} {gate.about}")
        gate.opened.set_result(None)
        self.world.loop.settle()
        return True

    def until(self, what: str) -> bool:
        """Step until it waits with this or about this, at least once; False when it never does."""
        for _ in range(MANY):
            if not self.step():
                return False
            if any(what in (gate.what, gate.about) for gate in self.ready()):
                return True
        return False

    def finish(self) -> None:
        """Step until there is nothing left to do."""
        for _ in range(MANY):
            if not self.step():
                return

    def fail(self, which: int = 0) -> bool:
        """Let what it waits for fail; requests that are on their way may still arrive."""
        able = [gate for gate in self.ready() if gate.what in FAILURES]
        if not able:
            return False
        gate = able[which % len(able)]
        self.world.note(f"{self.name}: {gate.what} {gate.about} fails")
        gate.opened.set_exception(FAILURES[gate.what]())
        self.world.loop.settle()
        return True

    def stop(self) -> None:
        """Do nothing until woken."""
        self.world.note(f"{self.name} is stopped")
        self.stopped = True

    def wake(self) -> None:
        """Go on where it was stopped."""
        self.world.note(f"{self.name} is woken")
        self.stopped = False

    def crash(self) -> None:
        """Never let it run again. What it has sent may still arrive."""
        self.world.note(f"{self.name} crashes")
        self.alive = False
        self.world.adrift.extend(action for left in self._on_their_way for action in left)


class SteppedStore:
    """The store as one process reaches it. Bulks are not atomic, answers are old when they arrive."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._world = process.world

    async def load(self, article_ids: Sequence[str]) -> Mapping[str, StoredArticleV2]:
        found = await self._world.memory.load(article_ids)
        await self._process.gate("read", self._world.names(article_ids))
        return found

    async def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]:
        found = await self._world.memory.heads(article_ids)
        await self._process.gate("read", self._world.names(article_ids))
        return found

    async def write(self, swaps: Sequence[Swap]) -> frozenset[str]:
        lost: set[str] = set()
        await self._process.send("write", [self._swap(swap, lost) for swap in swaps])
        return frozenset(lost)

    def _swap(self, swap: Swap, lost: set[str]) -> Action:
        def arrive() -> None:
            if not self._world.store(swap):
                lost.add(swap.document.article_id)

        return Action(self._world.describe(swap.document), arrive)

    async def server_time(self) -> datetime:
        moment = self._world.now()
        await self._process.gate("read", "the clock")
        return moment

    async def due(self, now: datetime, *, limit: int) -> list[StoredArticleV2]:
        found = await self._world.memory.due(now, limit=limit)
        await self._process.gate("read", f"{len(found)} due")
        return found

    async def untold(self, before: datetime, *, limit: int) -> list[StoredArticleV2]:
        found = await self._world.memory.untold(before, limit=limit)
        await self._process.gate("read", f"{len(found)} untold")
        return found

    async def told(self, versions: Mapping[str, int]) -> None:
        if versions:
            action = Action(
                f"told {self._world.names(list(versions))}", lambda: self._world.note_told(versions)
            )
            await self._process.send("write", [action])


class SteppedPublisher:
    """The producer of one process. Each record arrives by itself."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._world = process.world

    async def publish(self, emissions: Sequence[Emission]) -> None:
        if emissions:
            await self._process.send("tell", [self._emission(each) for each in emissions])

    def _emission(self, emission: Emission) -> Action:
        return Action(self._world.describe_emission(emission), lambda: self._world.tell(emission))

    async def publish_raw(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes | None]]
    ) -> None:
        await self._process.send(
            "tell", [Action(f"a dead letter to {topic}", lambda: self._world.bury(key, value, headers))]
        )


class SteppedConsumer:
    """The consumer of one member: what it believes to be assigned, and where it reads."""

    def __init__(self, member: "Member") -> None:
        self._member = member
        self._paused: set[TopicPartition] = set()
        self.positions: dict[TopicPartition, int] = {}

    def assign(self, positions: Mapping[TopicPartition, int]) -> None:
        self.positions = dict(positions)
        self._paused.clear()

    def assignment(self) -> frozenset[TopicPartition]:
        return frozenset(self.positions)

    def pause(self, *partitions: TopicPartition) -> None:
        self._paused.update(partitions)

    def resume(self, *partitions: TopicPartition) -> None:
        self._paused.difference_update(partitions)

    def highwater(self, partition: TopicPartition) -> int:
        return len(self._member.world.logs[partition])

    def has_records(self) -> bool:
        return any(self._next(partition, 1) for partition in self.positions)

    def _next(self, partition: TopicPartition, most: int) -> list[ConsumerRecord]:
        if partition in self._paused:
            return []
        position = self.positions[partition]
        return self._member.world.logs[partition][position : position + most]

    async def getmany(
        self, *, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[ConsumerRecord]]:
        await self._member.gate("poll")
        polled: dict[TopicPartition, list[ConsumerRecord]] = {}
        left = min(max_records, self._member.most)
        for partition in sorted(self.positions):
            if records := self._next(partition, left):
                polled[partition] = records
                self.positions[partition] += len(records)
                left -= len(records)
        return polled

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        refused: list[Exception] = []
        about = ", ".join(f"{partition.partition}:{offset}" for partition, offset in offsets.items())
        generation, owned = self._member.generation, offsets.keys() <= self.positions.keys()

        def arrive() -> None:
            if generation != self._member.group.generation:
                self._member.fenced = generation == self._member.generation
                refused.append(CommitFailedError())
            elif not owned:
                refused.append(IllegalStateError())
            else:
                self._member.group.commit(offsets)

        await self._member.send("commit", [Action(about, arrive)])
        for error in refused:
            raise error


class Member(Process):
    """A process with one consuming role, on the real harness."""

    def __init__(self, world: "World", group: "Group", name: str, role: ConsumingRole) -> None:
        super().__init__(world, name)
        self.group = group
        self.generation = 0
        self.fenced = False
        self.revoking = False
        self.consumer = SteppedConsumer(self)
        publisher = cast(Any, SteppedPublisher(self))
        store = SteppedStore(self)
        roles = world.build.roles(
            store=store,
            publisher=publisher,
            clock=world,
            server_clock=store,
            public_url=URL,
            metrics=world.build.metrics,
        )
        subscription = roles.subscription(role)
        self.harness = world.build.harness(
            subscription,
            dead_letters=DeadLetters(
                service="publish", role=role, publisher=publisher, metrics=CONSUMER_METRICS
            ),
            metrics=CONSUMER_METRICS,
        )
        self.task = world.loop.create_task(self._consume())

    async def _consume(self) -> None:
        while True:
            if records := await self.harness.take(self.consumer):
                await self.harness.handle(records)

    def may_pass(self, gate: Gate) -> bool:
        if gate.what != "poll":
            return True
        return not self.revoking and not self.fenced and self.consumer.has_records()

    def poll_in_vain(self) -> None:
        """Let its poll end although there is nothing to read."""
        for gate in [each for each in self.gates if each.what == "poll" and not each.opened.done()]:
            self.world.note(f"{self.name}: poll in vain")
            gate.opened.set_result(None)
            self.world.loop.settle()

    @property
    def batches(self) -> int:
        """How many batches it has in hand."""
        return len(self.harness._in_flight)


class Scheduler(Process):
    """A process with the role that ends embargoes."""

    def __init__(self, world: "World", name: str) -> None:
        super().__init__(world, name)
        store = SteppedStore(self)
        embargoes = world.build.embargoes(
            store=store,
            publisher=SteppedPublisher(self),
            clock=store,
            public_url=URL,
            metrics=world.build.metrics,
        )
        self.task = world.loop.create_task(embargoes.run())
