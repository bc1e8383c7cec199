"""Dead letters on a real broker: read whatever lies there, sent back byte for byte, closed for good."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiokafka import ConsumerRecord

from newsloom_runtime import letter_box
from newsloom_runtime.clock import SystemClock
from newsloom_runtime.letter_box import LetterBox, LetterGone, refusal
from newsloom_runtime.letters import Case, Place
from newsloom_runtime.log_reader import LogUnavailable
from newsloom_runtime.records import Received, Rejection
from newsloom_runtime.topics import create_topics
from tests.eventually import eventually
from tests.integration.runtime import odd_header_name
from tests.integration.runtime.members import World
from tests.integration.runtime.poison import POISONS, Poison


@asynccontextmanager
async def opened(world: World) -> AsyncIterator[LetterBox]:
    async with LetterBox(world.kafka, clock=SystemClock(), topics=[world.dlq.name]) as box:
        yield box


async def open_cases(world: World) -> list[Case]:
    async with opened(world) as box:
        return [case for case in await box.cases() if case.open]


async def buried(world: World, poisons: Sequence[Poison]) -> list[Case]:
    """Let the harness bury records, and read them back."""

    async def handle(_batch: Sequence[Received]) -> Sequence[Rejection]:
        return []

    async with world.producer() as producer:
        for poison in poisons:
            await producer.send_and_wait(
                world.topic.name, poison.value, key=poison.key, headers=poison.headers, partition=3
            )
    async with world.member(handle):
        await world.all_committed()
    return await open_cases(world)


async def arrived(world: World, count: int) -> list[ConsumerRecord]:
    """What lies in the world's own topic."""
    return await replace(world, dlq=world.topic).dead_letters(count)


@pytest.fixture
def input_of_ours(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world's topic passes for one of the catalogue's inputs."""
    monkeypatch.setattr(letter_box, "INPUTS", frozenset({world.topic.name}))
    return world


async def test_every_kind_of_poison_is_replayed_byte_for_byte(input_of_ours: World) -> None:
    world = input_of_ours
    cases = await buried(world, POISONS)
    assert [case.letter.reason for case in cases] == [poison.reason for poison in POISONS]
    async with opened(world) as box:
        topics = await box.topics()
        for case in cases:
            assert refusal(case.letter, topics) is None
            await box.replay(case.letter, by="ines", why="mended")
    records = await arrived(world, 2 * len(POISONS))
    firsts = [record for record in records if record.partition == 3][: len(POISONS)]
    again = sorted((r for r in records if r not in firsts), key=lambda r: r.timestamp)
    assert [(r.key, r.value, r.headers) for r in again] == [(r.key, r.value, r.headers) for r in firsts]
    assert await open_cases(world) == []


async def test_replaying_twice_sends_the_same_event_twice_and_leaves_one_closed_case(
    input_of_ours: World,
) -> None:
    world = input_of_ours
    [case] = await buried(world, POISONS[:1])
    async with opened(world) as box:
        await box.replay(case.letter, by="ines", why="")
        await box.replay(case.letter, by="ines", why="once more")
        [closed] = await box.cases()
    records = await arrived(world, 3)
    assert len({(record.key, record.value, tuple(record.headers)) for record in records}) == 1
    assert closed.resolution is not None
    assert (closed.resolution.outcome, closed.resolution.why) == ("replayed", "once more")
    last = max(records, key=lambda record: record.timestamp * 10 + record.offset)
    assert closed.resolution.to == str(Place(world.topic.name, last.partition, last.offset))


async def test_a_discard_lies_beside_its_letter_and_removes_nothing(world: World) -> None:
    [case, other] = await buried(world, POISONS[:2])
    async with opened(world) as box:
        await box.discard(case.letter, by="ines", why="a test message")
    assert [each.letter.id for each in await open_cases(world)] == [other.letter.id]
    letters = await world.dead_letters(3)
    assert letters[0].value == POISONS[0].value
    assert (letters[2].partition, letters[2].key) == (letters[0].partition, letters[0].key)


async def test_a_word_on_a_letter_without_a_key_lies_in_the_letter_s_partition(world: World) -> None:
    """Anywhere else retention could take it first, and the letter would be open again."""
    wide = replace(world.dlq, name=f"{world.service}-wide-dlq", partitions=4)
    await create_topics(world.kafka, topics=[wide])
    async with world.producer() as producer:
        for partition in (0, 1, 2, 3):
            await producer.send_and_wait(wide.name, b"rubbish", partition=partition)
    async with LetterBox(world.kafka, clock=SystemClock(), topics=[wide.name]) as box:
        for case in await box.cases():
            await box.discard(case.letter, by="ines", why="rubbish")
        closed = await box.cases()
    places = [(case.letter.place.partition, case.resolution and case.resolution.place) for case in closed]
    assert places == [(partition, Place(wide.name, partition, 1)) for partition in (0, 1, 2, 3)]


async def test_what_strangers_write_into_the_topic_is_listed_and_breaks_nothing(world: World) -> None:
    async with world.producer() as producer:
        for headers in ([], [("dlq_partition", b"-1")], [("dlq_of", b"0:0"), ("dlq_resolution", b"\xff")]):
            await producer.send_and_wait(world.dlq.name, b"\xff", headers=headers)
        await producer.send_and_wait(world.dlq.name, None, key=b"only a key", headers=[("dlq_topic", None)])
    cases = await open_cases(world)
    assert len(cases) == 4
    assert all(refusal(case.letter, {world.topic.name}) for case in cases)


async def test_a_record_that_the_client_cannot_unpack_is_passed_over_and_counted(world: World) -> None:
    [before] = await buried(world, POISONS[:1])
    # In a process of its own: only the client's slow form can send such a record at all.
    environment = {**os.environ, "AIOKAFKA_NO_EXTENSIONS": "1"}
    sender = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(odd_header_name.__file__)), world.kafka, world.dlq.name, env=environment
    )
    assert await sender.wait() == 0
    async with world.producer() as producer:
        await producer.send_and_wait(world.dlq.name, b"after", key=b"k")
    async with opened(world) as box:
        cases = await box.cases()
        assert box.unreadable == 1
    assert [case.letter.id for case in cases] == [before.letter.id, f"{world.service}:0:2"]


async def test_a_letter_that_retention_took_is_gone_and_says_so(world: World) -> None:
    [case] = await buried(world, POISONS[:1])
    async with opened(world) as box:
        with pytest.raises(LetterGone):
            await box.record(case.letter.place._replace(offset=7))


async def test_without_kafka_or_the_topic_the_fix_is_named(world: World) -> None:
    async with LetterBox(world.kafka, clock=SystemClock(), topics=["no-such-dlq"]) as box:
        with pytest.raises(LogUnavailable, match="newsloom topics create"):
            await box.cases()
    with pytest.raises(LogUnavailable, match="no Kafka"):
        async with LetterBox("127.0.0.1:1", clock=SystemClock()):
            pass


async def test_a_good_record_is_listed_as_soon_as_it_is_buried(world: World) -> None:
    """The whole way round: a bug, mended, replayed, handled."""
    [event], mended, handled = world.on(0), asyncio.Event(), asyncio.Event()

    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        if not mended.is_set():
            raise ZeroDivisionError("a bug in the handler")
        if any(item.event == event for item in batch):
            handled.set()
        return []

    await world.send([event])
    async with world.member(handle):
        [case] = await eventually(lambda: open_cases(world), what="the letter")
        assert (case.letter.reason, case.letter.attempts) == ("bug", 3)
        mended.set()
        async with opened(world) as box:
            await box.replay(case.letter, by="ines", why="")
        await asyncio.wait_for(handled.wait(), 60)
        await world.all_committed()
    assert await open_cases(world) == []
