"""Members come and go, crash and hang: what was committed is done, what was not is done again (I6, I7)."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from newsloom_runtime.records import Received, Rejection
from tests.eventually import eventually
from tests.factories import submitted
from tests.integration.runtime.members import World

MEMBER = Path(__file__).with_name("lonely_member.py")


@asynccontextmanager
async def member_process(
    world: World, journal: Path, seconds: float
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A member in a process of its own that journals what it has handled, `seconds` for each batch."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(MEMBER), world.kafka, world.service, world.topic.name, str(journal), str(seconds)
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.wait(), 30)


def journalled(*journals: Path) -> list[tuple[int, int]]:
    """(partition, offset) in the order handled."""
    lines = [line for journal in journals if journal.exists() for line in journal.read_text().splitlines()]
    return [(entry[0], entry[1]) for entry in map(json.loads, lines)]


async def test_two_members_one_killed_in_mid_load_lose_nothing_and_keep_order(
    world: World, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    async with member_process(world, first, 0.05) as doomed, member_process(world, second, 0.05):

        async def both_at_work() -> bool:
            await world.send([submitted() for _ in range(32)])
            return bool(journalled(first)) and bool(journalled(second))

        await eventually(both_at_work, what="both at work")
        await world.send([submitted() for _ in range(2_000)])
        begun = len(journalled(first))
        await eventually(lambda: len(journalled(first)) > begun + 100, what="the load under way")
        doomed.send_signal(signal.SIGKILL)
        await doomed.wait()
        await world.all_committed()
    handled = journalled(first, second)
    sent = sum((await world.ends()).values())
    assert len(set(handled)) == sent
    assert len(handled) - sent <= 200  # at most what one member had in hand
    for journal in (first, second):
        offsets: dict[int, list[int]] = {}
        for partition, offset in journalled(journal):
            offsets.setdefault(partition, []).append(offset)
        assert all(of_one == sorted(of_one) for of_one in offsets.values())


async def test_a_graceful_stop_finishes_and_commits_what_is_in_hand(world: World) -> None:
    begun = asyncio.Event()
    handled: list[object] = []

    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        begun.set()
        await asyncio.sleep(1)
        handled.extend(item.event.event_id for item in batch)
        return []

    await world.send(world.on(0, 10))
    async with world.member(handle):
        await begun.wait()
    assert len(handled) == 10
    assert await world.committed() == {0: 10}


async def test_nothing_is_committed_past_a_record_that_is_not_finished(world: World) -> None:
    begun, release = asyncio.Event(), asyncio.Event()
    handled: set[tuple[int, int]] = set()

    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        if any((item.partition, item.offset) == (0, 0) for item in batch):
            begun.set()
            await release.wait()
        handled.update((item.partition, item.offset) for item in batch)
        return []

    await world.send(world.on(0))
    async with world.member(handle):
        await asyncio.wait_for(begun.wait(), 30)  # from here on the others come in batches of their own
        await _other_partitions_go_on(world, handled, range(1, 4))
        await world.send(world.on(0))  # behind the unfinished one
        await _other_partitions_go_on(world, handled, range(4, 8))
        assert (0, 1) not in handled
        assert 0 not in await world.committed()
        release.set()
        await world.all_committed()
    assert (0, 1) in handled


async def _other_partitions_go_on(world: World, handled: set[tuple[int, int]], partitions: range) -> None:
    """A slow record holds its own partition only, and the others for less than five seconds."""
    for partition in partitions:
        await world.send(world.on(partition))
        await eventually(
            partial(handled.__contains__, (partition, 0)), within=5, what=f"partition {partition}"
        )


async def test_a_batch_in_hand_is_finished_before_its_partitions_are_given_away(world: World) -> None:
    begun = asyncio.Event()
    handled: list[object] = []

    async def slowly(batch: Sequence[Received]) -> Sequence[Rejection]:
        begun.set()
        await asyncio.sleep(2)
        handled.extend((item.partition, item.offset) for item in batch)
        return []

    async def at_once(batch: Sequence[Received]) -> Sequence[Rejection]:
        handled.extend((item.partition, item.offset) for item in batch)
        return []

    await world.send([submitted() for _ in range(40)])
    async with world.member(slowly):
        await begun.wait()
        async with world.member(at_once):
            await world.all_committed()
    assert len(handled) == len(set(handled)) == 40


async def test_a_service_started_before_kafka_has_its_topics_begins_when_they_appear(world: World) -> None:
    from dataclasses import replace

    from newsloom_runtime.topics import create_topics

    late = replace(world, topic=replace(world.topic, name=f"{world.topic.name}-late"))
    handled: list[Received] = []

    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        handled.extend(batch)
        return []

    async with late.member(handle) as chassis:
        assert chassis.health.not_ready()
        await create_topics(world.kafka, topics=[late.topic])
        await late.send([submitted()])
        await eventually(lambda: handled, within=60, what="the late topic's record")


async def test_an_idle_consumer_takes_a_record_without_waiting(world: World) -> None:
    taken = asyncio.Event()

    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        taken.set()
        return []

    loop = asyncio.get_running_loop()
    waits = []
    async with world.member(handle) as chassis, world.producer() as producer:
        await eventually(lambda: not chassis.health.not_ready(), what="ready")
        from newsloom_schemas.codec import encode
        from tests.factories import MOMENT

        for _ in range(20):
            wire = encode(submitted(), source="/newsloom/test", time=MOMENT)
            taken.clear()
            await producer.send_and_wait(
                world.topic.name, wire.value, key=wire.key, headers=list(wire.headers)
            )
            sent = loop.time()
            await asyncio.wait_for(taken.wait(), 10)
            waits.append(loop.time() - sent)
    assert sorted(waits)[len(waits) // 2] < 0.1, waits  # the library's own idle sleep would make this 0.5 s
