"""A batch that cannot be unpacked halts its own partition, is never skipped, and costs no other record."""

from collections.abc import Sequence

import pytest

from newsloom_runtime import polling
from newsloom_runtime.log_reader import LogReader
from newsloom_runtime.records import Received, Rejection
from newsloom_schemas.base import Event
from tests.eventually import eventually
from tests.integration.runtime.members import World
from tests.integration.untrusted.damage import Change, damage, oddly_named, rotten, strangely_compressed

BAD = 3
DAMAGES = [rotten, strangely_compressed, oddly_named]


@pytest.fixture(autouse=True)
def tried_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "TRY_AGAIN_S", 0.5)


class Seen:
    """What the handler was given, by partition."""

    def __init__(self) -> None:
        self.events: dict[int, list[str]] = {}

    async def __call__(self, batch: Sequence[Received]) -> Sequence[Rejection]:
        for item in batch:
            self.events.setdefault(item.partition, []).append(item.event.event_id)
        return []

    def all_of(self, partition: int, events: Sequence[Event]) -> bool:
        return self.events.get(partition) == [event.event_id for event in events]


async def filled(world: World, change: Change) -> dict[int, list[Event]]:
    """Twelve records in each partition, each a batch of its own; the seventh of one partition is damaged."""
    events: dict[int, list[Event]] = {p: world.on(p, 12) for p in range(world.topic.partitions)}
    for n in range(12):
        await world.send([of_it[n] for of_it in events.values()])
    damage(world.kafka, world.topic.name, BAD, 6, change)
    return events


@pytest.mark.parametrize("change", DAMAGES, ids=lambda change: change.__name__)
async def test_all_others_and_what_lies_before_it_are_handled_once_in_order(
    world: World, change: Change
) -> None:
    events = await filled(world, change)
    seen = Seen()
    async with world.member(seen) as chassis:
        for partition, of_it in events.items():
            there = of_it[:6] if partition == BAD else of_it
            await eventually(
                lambda p=partition, t=there: seen.all_of(p, t),  # type: ignore[misc]
                within=30,
                what=f"partition {partition}: {len(there)} records",
            )
        reason = await eventually(lambda: chassis.health.not_ready().get("consumer-tester"))
        assert f"{world.topic.name}/{BAD} halts at offset 6" in reason
        assert chassis.registry.get_sample_value("newsloom_halted_partitions", {"role": "tester"}) == 1
        assert not chassis.health.not_alive()
        later = world.on(0, 1)
        await world.send(later)
        await eventually(lambda: seen.all_of(0, events[0] + later), within=30, what="a later record")

        async def committed() -> bool:
            return await world.committed() == {p: 13 if p == 0 else 6 if p == BAD else 12 for p in events}

        await eventually(committed, within=30, what="all but the halted partition committed")
    assert seen.all_of(BAD, events[BAD][:6]), "nothing behind the bad batch, and nothing twice"
    assert not await world.dead_letters()


async def test_it_goes_on_by_itself_when_the_batch_is_whole_again(world: World) -> None:
    events = await filled(world, rotten)
    seen = Seen()
    async with world.member(seen) as chassis:
        await eventually(lambda: "halts" in str(chassis.health.not_ready()), within=30, what="the halt")
        damage(world.kafka, world.topic.name, BAD, 6, rotten)  # the bit flips back
        await world.all_committed()
        await eventually(lambda: not chassis.health.not_ready(), within=30, what="ready again")
    assert all(seen.all_of(partition, of_it) for partition, of_it in events.items())


async def test_a_reader_of_the_log_goes_on_with_the_other_partitions_too(world: World) -> None:
    events = await filled(world, rotten)
    found: dict[int, list[str]] = {}
    expected = {
        p: [event.event_id for event in (of_it[:6] if p == BAD else of_it)] for p, of_it in events.items()
    }
    async with LogReader(world.kafka, world.topic) as reader:
        async for entries in reader.follow("beginning"):
            for entry in entries:
                found.setdefault(entry.partition, []).append(entry.event.event_id)
            if found == expected and reader.halted():
                break
        assert f"{world.topic.name}/{BAD} halts at offset 6" in str(reader.halted())
