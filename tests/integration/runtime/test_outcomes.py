"""Every record has an outcome, whatever it is and whatever the handler does (I1, I6)."""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from newsloom_runtime.errors import TransientError
from newsloom_runtime.records import Received, Rejection
from tests.eventually import eventually
from tests.factories import submitted
from tests.integration.runtime.members import World
from tests.integration.runtime.poison import POISONS, Poison


@pytest.mark.parametrize("poison", POISONS, ids=lambda poison: poison.name)
async def test_poison_goes_to_the_dead_letters_whole_and_the_next_record_is_handled(
    world: World, poison: Poison
) -> None:
    seen: list[str] = []

    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        seen.extend(item.event.event_id for item in batch)
        return []

    [good] = world.on(3)
    async with world.producer() as producer:
        await producer.send_and_wait(
            world.topic.name, poison.value, key=poison.key, headers=poison.headers, partition=3
        )
    await world.send([good])
    async with world.member(handle):
        await eventually(lambda: good.event_id in seen)
        (letter,) = await world.dead_letters(1)
        await world.all_committed()
    headers = dict(letter.headers)
    assert seen == [good.event_id]
    assert headers["dlq_error"] == poison.reason.encode()
    assert (headers["dlq_topic"], headers["dlq_partition"], headers["dlq_offset"]) == (
        world.topic.name.encode(),
        b"3",
        b"0",
    )
    assert (letter.key, letter.value) == (poison.key, poison.value)
    assert [h for h in letter.headers if h[0].startswith("original-")] == [
        (f"original-{name}", value) for name, value in poison.headers
    ]


async def test_a_bug_is_tried_three_times_alone_and_costs_only_its_own_record(world: World) -> None:
    events = world.on(0, 20)
    bad = events[7].event_id
    handled: list[str] = []
    tries = []

    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        if any(item.event.event_id == bad for item in batch):
            tries.append(len(batch))
            raise ZeroDivisionError("a bug in the handler")
        handled.extend(item.event.event_id for item in batch)
        return []

    await world.send(events)
    async with world.member(handle):
        (letter,) = await world.dead_letters(1)
        await world.all_committed()
    headers = dict(letter.headers)
    assert (headers["dlq_error"], headers["dlq_attempts"]) == (b"bug", b"3")
    assert b"a bug in the handler" not in headers["dlq_message"]
    assert tries.count(1) == 3
    assert set(handled) == {event.event_id for event in events} - {bad}


async def test_a_rejection_by_the_handler_is_a_dead_letter_at_once(world: World) -> None:
    calls = 0

    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        nonlocal calls
        calls += 1
        return [Rejection(record=batch[0], reason="conflict", message="send a higher revision")]

    await world.send([submitted()])
    async with world.member(handle):
        (letter,) = await world.dead_letters(1)
        await world.all_committed()
    assert calls == 1
    assert dict(letter.headers)["dlq_error"] == b"conflict"


async def test_a_transient_failure_is_waited_out_and_readiness_tells(world: World) -> None:
    away = True
    done: list[str] = []

    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        if away:
            raise TransientError("the store is away")
        done.extend(item.event.event_id for item in batch)
        return []

    events = [submitted() for _ in range(5)]
    await world.send(events)
    async with world.member(handle) as chassis:
        await eventually(lambda: "store is away" in str(chassis.health.not_ready()), what="not ready")
        assert not chassis.health.not_alive()
        assert await world.committed() == {}
        away = False
        await world.all_committed()
        await eventually(lambda: not chassis.health.not_ready(), what="ready again")
    assert sorted(done) == sorted(event.event_id for event in events)
    assert not await world.dead_letters()


async def test_an_error_class_named_transient_by_the_subscription_is_transient(world: World) -> None:
    attempts = 0

    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise ConnectionError
        return []

    await world.send([submitted()])
    async with world.member(handle, transient=(ConnectionError,)):
        await world.all_committed()
    assert attempts == 3
    assert not await world.dead_letters()


async def test_the_fuse_stops_the_consumer_before_it_empties_the_topic(world: World) -> None:
    async with world.producer() as producer:
        for _ in range(30):
            await producer.send_and_wait(world.topic.name, b"rubbish", key=b"k", partition=1)

    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        return []

    async with world.member(handle, fuse_limit=10, max_records=8) as chassis:
        await eventually(lambda: "in a row" in str(chassis.health.not_ready()), what="the fuse")
        assert not chassis.health.not_alive()
    assert (
        len(await world.dead_letters()) == 8
    )  # the first batch; the second met the limit before it was buried
    assert await world.committed() == {1: 8}


async def test_without_a_dead_letter_topic_nothing_is_dropped_and_nothing_committed(stack: object) -> None:
    from newsloom_runtime.topics import create_topics
    from tests.conftest import Stack
    from tests.integration.runtime.members import new_world

    assert isinstance(stack, Stack)
    world = await new_world(stack.kafka, with_dlq=False)
    async with world.producer() as producer:
        await producer.send_and_wait(world.topic.name, b"rubbish", key=b"k", partition=1)

    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        return []

    async with world.member(handle) as chassis:
        await eventually(lambda: "PublishFailed" in str(chassis.health.not_ready()), what="not ready")
        assert await world.committed() == {}
        await create_topics(world.kafka, topics=[world.dlq])
        (letter,) = await world.dead_letters(1, within=60)
        await world.all_committed()
    assert letter.value == b"rubbish"


async def test_a_record_the_client_cannot_unpack_is_never_passed_over_and_readiness_tells(
    world: World,
) -> None:
    """Skipping it would lose it; the library leaves us no way to its bytes."""
    sender = Path(__file__).with_name("odd_header_name.py")
    slow_form = {**os.environ, "AIOKAFKA_NO_EXTENSIONS": "1"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(sender), world.kafka, world.topic.name, env=slow_form
    )
    assert await process.wait() == 0
    seen: set[int] = set()

    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        seen.update(item.partition for item in batch)
        return []

    await world.send(world.on(0))
    async with world.member(handle) as chassis:
        await eventually(lambda: "header name" in str(chassis.health.not_ready()), what="the alarm")
        assert not chassis.health.not_alive()
    assert not seen
    assert 0 not in await world.committed()
