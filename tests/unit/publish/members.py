"""The processes of publish by their roles: the real harness and the real scheduler, on stepped clients."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError

from newsloom_runtime.dead_letters import DeadLetters
from newsloom_runtime.fault_points import FaultPoints
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_PUBLISHED, FEED_UPDATES
from publish.faults import subscription_of
from tests.unit.publish.builders import URL
from tests.unit.publish.builds import CONSUMER_METRICS
from tests.unit.publish.clients import SteppedPublisher, SteppedStore
from tests.unit.publish.processes import Action, Gate, Process

# With three partitions Kafka's partitioner puts the stories where vocabulary.STORIES says.
PARTITIONS = {ARTICLES_ENRICHED.name: 3, ARTICLES_PUBLISHED.name: 1, FEED_UPDATES.name: 1}

if TYPE_CHECKING:
    from tests.unit.publish.groups import Group
    from tests.unit.publish.world import World


class SteppedConsumer:
    """The consumer of one member: what it believes to be assigned, and where it reads."""

    def __init__(self, member: "Member") -> None:
        self._member = member
        self._paused: set[TopicPartition] = set()
        self._commits = 0
        self._arrived = 0
        self.positions: dict[TopicPartition, int] = {}

    def assign(self, positions: Mapping[TopicPartition, int]) -> None:
        self.positions = dict(positions)
        self._paused.clear()

    def assignment(self) -> frozenset[TopicPartition]:
        return frozenset(self.positions)

    def partitions_for_topic(self, topic: str) -> frozenset[int]:
        return frozenset(range(PARTITIONS[topic]))

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

        self._commits += 1
        number = self._commits

        def arrive() -> None:
            if number < self._arrived:
                return  # of one connection the broker takes requests in their order
            self._arrived = number
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

    def __init__(self, world: "World", group: "Group", name: str, faults: FaultPoints) -> None:
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
        subscription = subscription_of(group.role, roles, faults)
        self.harness = world.build.harness(
            subscription,
            dead_letters=DeadLetters(
                service="publish", role=group.role, publisher=publisher, metrics=CONSUMER_METRICS
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
