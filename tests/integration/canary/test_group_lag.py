"""How far a real group is behind on the real broker, told by somebody who is no member of it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry

from canary.group_lag import GroupLag
from canary.metrics import GroupLagMetrics
from newsloom_runtime.records import Received, Rejection
from tests.conftest import Stack
from tests.eventually import eventually
from tests.factories import submitted
from tests.integration.runtime.members import new_world


class Told:
    """The gauges of one group and topic."""

    def __init__(self, registry: CollectorRegistry, group: str, topic: str) -> None:
        self._registry, self._labels = registry, {"group": group, "topic": topic}

    @property
    def records(self) -> float | None:
        return self._registry.get_sample_value("newsloom_group_lag_records", self._labels)

    @property
    def seconds(self) -> float:
        return self._registry.get_sample_value("newsloom_group_lag_seconds", self._labels) or 0.0


@asynccontextmanager
async def looking(kafka: str, reads: Mapping[str, Sequence[str]]) -> AsyncIterator[CollectorRegistry]:
    registry = CollectorRegistry()
    task = asyncio.create_task(GroupLag(kafka, GroupLagMetrics(registry), every=0.2, reads=reads).run())
    try:
        yield registry
    finally:
        task.cancel()
        await asyncio.wait({task})


async def test_a_stopped_group_falls_behind_and_catches_up(stack: Stack) -> None:
    world = await new_world(stack.kafka)

    async def handle(_batch: Sequence[Received]) -> Sequence[Rejection]:
        return []

    await world.send([submitted() for _ in range(7)])
    async with looking(world.kafka, {world.group: [world.topic.name]}) as registry:
        told = Told(registry, world.group, world.topic.name)
        await eventually(
            lambda: told.records == 7, within=90, what="a group without a commit is at the beginning"
        )
        await eventually(lambda: told.seconds > 0.3, within=90, what="what waits grows older")
        async with world.member(handle):
            await eventually(lambda: told.records == 0, within=90, what="caught up")
        assert told.seconds == 0
        await world.send([submitted() for _ in range(5)])
        await eventually(lambda: told.records == 5, within=90, what="behind once more")
        looked = registry.get_sample_value("newsloom_group_lag_look_timestamp_seconds")
        assert looked


async def test_kafka_that_does_not_answer_is_said_and_asked_again() -> None:
    lag = GroupLag("127.0.0.1:1", GroupLagMetrics(CollectorRegistry()), every=0.1)
    task = asyncio.create_task(lag.run())
    try:
        await eventually(lambda: "not known" in (lag.ails() or ""), within=90)
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.wait({task})
