"""A consumer group as the broker keeps it: generations, owners, committed offsets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiokafka import TopicPartition

from publish.settings import ConsumingRole
from tests.unit.publish.members import Member

if TYPE_CHECKING:
    from tests.unit.publish.world import World


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
