"""A role that holds back takes nothing, stays in its group, and loses nothing."""

import asyncio
import time
from collections.abc import Sequence

import pytest

from newsloom_runtime import holding
from newsloom_runtime.records import Received, Rejection
from tests.eventually import eventually
from tests.factories import submitted
from tests.integration.runtime.members import World


class Gate:
    """Says how long to hold back; keeps how often it was asked."""

    def __init__(self) -> None:
        self.held = 0.05
        self.asked = 0

    def __call__(self) -> float:
        self.asked += 1
        return self.held


class Seen:
    def __init__(self) -> None:
        self.ids: list[str] = []

    async def __call__(self, batch: Sequence[Received]) -> Sequence[Rejection]:
        self.ids += [item.event.event_id for item in batch]
        return []


async def test_nothing_is_taken_while_a_role_holds_back_and_everything_afterwards(world: World) -> None:
    gate, seen = Gate(), Seen()
    events = [submitted() for _ in range(40)]
    await world.send(events)
    async with world.member(seen, hold=gate) as chassis:
        await eventually(lambda: gate.asked > 10, what="being asked again and again")
        assert seen.ids == []
        assert chassis.health.not_ready() is None or "stopping" not in str(chassis.health.not_ready())
        gate.held = 0.0
        await world.all_committed()
    assert sorted(seen.ids) == sorted(event.event_id for event in events)


async def test_a_role_that_holds_back_for_long_still_polls_and_takes_nothing_by_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, seen = Gate(), Seen()
    monkeypatch.setattr(holding.Holding.__init__, "__kwdefaults__", {"without_poll_s": 0.0})
    events = [submitted() for _ in range(40)]
    await world.send(events)
    async with world.member(seen, hold=gate):
        await eventually(lambda: gate.asked > 5, what="several polls")
        assert seen.ids == []
        assert await world.committed() == {}
        gate.held = 0.0
        await world.all_committed()
    assert sorted(seen.ids) == sorted(event.event_id for event in events)


async def test_a_held_role_stops_at_once(world: World) -> None:
    gate = Gate()
    await world.send([submitted()])
    async with world.member(Seen(), hold=gate):
        await eventually(lambda: gate.asked > 3, what="holding")
        began = time.monotonic()
    assert time.monotonic() - began < 10


async def test_how_far_behind_a_role_is_can_be_asked(world: World) -> None:
    release = asyncio.Event()

    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        await release.wait()
        return []

    await world.send(world.on(2, 7))
    async with world.member(handle, max_records=3) as chassis:
        await eventually(lambda: chassis.behind("tester") == 7, what="seven behind")
        release.set()
        await eventually(lambda: chassis.behind("tester") == 0, what="nothing behind")
        assert chassis.behind("somebody else") == 0
