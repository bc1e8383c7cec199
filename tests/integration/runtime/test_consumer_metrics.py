"""What a scrape tells of a consuming role on the real broker: in, out, in progress, and how late it is."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import httpx2
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from newsloom_runtime.chassis import Chassis
from newsloom_runtime.records import Received, Rejection
from newsloom_schemas.base import Event
from newsloom_schemas.codec import encode
from tests.eventually import eventually
from tests.factories import MOMENT
from tests.integration.runtime.members import World

OLD_S = 500.0
WITHIN_S = 60.0


class Gate:
    """A handler that finishes nothing until it may."""

    def __init__(self) -> None:
        self.open = asyncio.Event()

    async def __call__(self, batch: Sequence[Received]) -> Sequence[Rejection]:
        await self.open.wait()
        return []


async def scrape(chassis: Chassis) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample that `/metrics` shows."""
    app = Starlette(routes=chassis.ops_routes())
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://here") as client:
        text = (await client.get("/metrics")).text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def value(chassis: Chassis, name: str, **labels: str) -> float | None:
    found = await scrape(chassis)
    return found.get((f"newsloom_{name}", frozenset({"role": "tester", **labels}.items())))


async def send_old(world: World, events: Sequence[Event]) -> None:
    """Records that were written some minutes ago, as their own times say."""
    async with world.producer() as producer:
        for event in events:
            wire = encode(event, source="/newsloom/test", time=MOMENT)
            await producer.send_and_wait(
                world.topic.name,
                wire.value,
                key=wire.key,
                headers=list(wire.headers),
                timestamp_ms=int((time.time() - OLD_S) * 1000),
            )


def lag(chassis: Chassis, world: World, kind: str) -> Callable[[], Awaitable[float | None]]:
    async def ask() -> float | None:
        return await value(chassis, f"consumer_lag_{kind}", topic=world.topic.name)

    return ask


async def test_a_role_that_is_held_up_is_as_late_as_its_oldest_record_and_then_in_time(world: World) -> None:
    gate = Gate()
    await send_old(world, world.on(2, 7))
    async with world.member(gate, max_records=3) as chassis:
        late, behind = lag(chassis, world, "seconds"), lag(chassis, world, "records")
        await eventually(lambda: _at_least(late, OLD_S), within=WITHIN_S, what="late by the record's time")
        assert await late() < OLD_S + 600  # type: ignore[operator] # it was just there
        assert await behind() == 7
        assert await value(chassis, "taken_records_total") == 3
        assert await value(chassis, "consumed_records_total") == 0
        assert await value(chassis, "records_in_progress") == 3
        assert await value(chassis, "batches_in_flight") == 1
        assert await value(chassis, "last_record_timestamp_seconds") == 0
        gate.open.set()
        await eventually(lambda: _is(behind, 0), within=WITHIN_S, what="all settled")
        assert await late() == 0
        assert await value(chassis, "consumed_records_total") == 7
        assert await value(chassis, "records_in_progress") == 0
        assert await value(chassis, "batch_records_count") >= 3  # type: ignore[operator] # three at most
        assert abs(await value(chassis, "last_record_timestamp_seconds") - time.time()) < 600  # type: ignore[operator]


async def test_nothing_is_late_once_everything_is_committed(world: World) -> None:
    gate = Gate()
    gate.open.set()
    await world.send([*world.on(1), *world.on(3)])
    async with world.member(gate) as chassis:
        await world.all_committed()
        late = lag(chassis, world, "seconds")
        await eventually(lambda: _is(late, 0), within=WITHIN_S, what="nothing is late")


async def test_a_member_of_the_group_shows_its_partitions_and_every_counter_from_the_start(
    world: World,
) -> None:
    async with world.member(Gate()) as chassis:
        await eventually(
            lambda: _is(lambda: value(chassis, "assigned_partitions"), world.topic.partitions),
            within=WITHIN_S,
            what="all partitions",
        )
        assert await value(chassis, "rebalances_total") >= 1  # type: ignore[operator] # it is there
        for counter in ("retries_total", "handler_bugs_total", "commits_fenced_total"):
            assert await value(chassis, counter) == 0
        for gauge in ("fuse_blown", "halted_partitions"):
            assert await value(chassis, gauge) == 0
        found = await scrape(chassis)
        assert found["newsloom_not_ready", frozenset({("check", "consumer-tester")})] == 0
        assert any(name == "newsloom_build_info" and value == 1 for (name, _), value in found.items())


async def _at_least(ask: Callable[[], Awaitable[float | None]], least: float) -> bool:
    found = await ask()
    return found is not None and found >= least


async def _is(ask: Callable[[], Awaitable[float | None]], wanted: float) -> bool:
    return await ask() == wanted
