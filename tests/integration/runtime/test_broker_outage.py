"""Kafka dies and comes back: readiness tells, nothing is lost, and nobody has to restart a service."""

import asyncio
from collections.abc import Iterator, Sequence

import pytest

from newsloom.stack import LocalStack
from newsloom_runtime.publisher import PublishFailed
from newsloom_runtime.records import Received, Rejection
from tests.eventually import eventually
from tests.factories import submitted
from tests.integration.runtime.members import new_world
from tests.local_stack import own_stack


@pytest.fixture(scope="module")
def fragile() -> Iterator[LocalStack]:
    """A Kafka of this test's own, to be killed."""
    with own_stack("kafka") as stack:
        yield stack


async def test_an_outage_is_told_and_healed_without_a_restart(fragile: LocalStack) -> None:
    world = await new_world(fragile.addresses().need("kafka"))
    handled: list[str] = []

    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        handled.extend(item.event.event_id for item in batch)
        return []

    before, after = [submitted() for _ in range(20)], [submitted() for _ in range(20)]
    async with world.member(handle) as chassis:
        await chassis.publisher.publish([(world.topic, event) for event in before])
        await eventually(lambda: len(handled) == 20 and not chassis.health.not_ready(), what="all handled")

        await asyncio.to_thread(fragile.kill, "kafka", start_again=False)
        await eventually(
            lambda: "kafka" in chassis.health.not_ready(), within=20, what="the outage told, idle"
        )
        await eventually(chassis.publisher.is_away, within=30, what="the outage certain, idle")
        with pytest.raises(PublishFailed):
            await asyncio.wait_for(chassis.publisher.publish([(world.topic, after[0])]), 6)
        assert not chassis.health.not_alive()

        await asyncio.to_thread(fragile.restart, "kafka")
        await eventually(lambda: not chassis.health.not_ready(), within=60, what="ready again")
        assert not chassis.publisher.is_away()

        async def published() -> bool:
            try:
                await chassis.publisher.publish([(world.topic, event) for event in after])
            except PublishFailed:
                return False
            return True

        await eventually(published, within=30, what="publishing again")
        await eventually(lambda: set(handled) >= {e.event_id for e in (*before, *after)}, what="all handled")
        await world.all_committed()
    assert not await world.dead_letters()
