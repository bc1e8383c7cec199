"""A crowd of live readers on a real feeds process: each comes to hold what the store holds.

`make test` runs them small. NEWSLOOM_LONG=1 runs them at full size: a thousand readers for a minute, and one
who is away for 10,000 updates; it takes about five minutes and prints its figures.
"""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import httpx2
import psutil
import pytest

from tests.conftest import Stack
from tests.e2e.live.desk import FEED, Desk, desk
from tests.e2e.live.swarm import Plan
from tests.eventually import eventually
from tests.integration.feeds.test_feeds_process import free_port

LONG = os.environ.get("NEWSLOOM_LONG") == "1"
EVENTS = f"/v1/feeds/{FEED}/events"
PATHS: Mapping[str, str] = {EVENTS: "", f"{EVENTS}?language=en": "en", f"{EVENTS}?language=ru": "ru"}
pytestmark = pytest.mark.timeout(1_200 if LONG else 300)
SETTLE_S = 120.0
RATE = 250.0  # updates a second where latency is measured


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """The swarm's process, spoken to."""

    process: asyncio.subprocess.Process

    async def tell(self, command: str, **options: Any) -> dict[str, Any]:
        """Give a command; its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": command, **options}).encode() + b"\n")
        line = await self.process.stdout.readline()
        assert line, "the swarm is gone; its error stands above"
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def settles(self, room: Desk) -> dict[str, Any]:
        """Everyone comes to hold what the store holds, and nobody ever saw anything twice or out of order."""
        expected = await room.expected()
        told = {path: expected[language] for path, language in PATHS.items()}
        status = await self.tell("settle", expected=told, within=SETTLE_S)
        assert (status["differing"], status["wrong"]) == (0, []), status
        return status


@asynccontextmanager
async def crowd(room: Desk, port: int, readers: int, **options: Any) -> AsyncIterator[Crowd]:
    """So many readers of the feed from its first record on, all connected once."""
    plan = Plan(
        host="127.0.0.1",
        port=port,
        partition=room.partition,
        cursor=0,
        readers=readers,
        **{"paths": list(PATHS), **options},
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.e2e.live.swarm"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=256 * 1024 * 1024,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(asdict(plan)).encode() + b"\n")
    swarm = Crowd(process=process)
    try:
        await eventually(lambda: _all_there(swarm), within=60, what="every reader connected")
        yield swarm
    finally:
        process.stdin.close()
        try:
            async with asyncio.timeout(10):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _all_there(swarm: Crowd) -> bool:
    status = await swarm.tell("status")
    return bool(status["connected"] >= 0.9 * status["readers"])


@asynccontextmanager
async def feeds_process(
    room: Desk, port: int, **environment: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A feeds service of its own, ready."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.e2e.live.serving", room.updates.name),
        env={
            **os.environ,
            "FEEDS_PORT": str(port),
            "KAFKA_BOOTSTRAP_SERVERS": room.stack.kafka,
            "MONGO_URL": room.stack.mongo,
            "MONGO_DATABASE": room.database,
            "LOG_LEVEL": "WARNING",
            **environment,
        },
    )
    try:
        await eventually(lambda: _is_ready(port), within=60, what="feeds to be ready")
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _is_ready(port: int) -> bool:
    try:
        async with httpx2.AsyncClient(timeout=5) as http:
            return (await http.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
    except httpx2.TransportError:
        return False


async def pages_read(port: int) -> int:
    """How many pages of the log the service has read back for its readers."""
    async with httpx2.AsyncClient(timeout=30) as http:
        metrics = (await http.get(f"http://127.0.0.1:{port}/metrics")).text
    found = re.search(r"^newsloom_feeds_log_pages_total (\S+)", metrics, re.MULTILINE)
    assert found, metrics
    return int(float(found[1]))


def kafka_connections(process: asyncio.subprocess.Process, stack: Stack) -> int:
    port = int(stack.kafka.rsplit(":", 1)[1])
    held = psutil.Process(process.pid).net_connections("tcp")
    return sum(bool(one.raddr) and one.raddr.port == port for one in held)


def p99(latencies: Sequence[int]) -> float:
    """In milliseconds."""
    return sorted(latencies)[int(len(latencies) * 0.99)] / 1_000


async def test_readers_cut_off_at_random_all_come_to_hold_what_the_store_holds(stack: Stack) -> None:
    readers, seconds, rate = (1_000, 60, 50.0) if LONG else (100, 8, 100.0)
    port = free_port()
    async with desk(stack) as room, feeds_process(room, port) as feeds:
        await room.write(100, rate=500)
        before = kafka_connections(feeds, stack)
        async with crowd(room, port, readers, stay_s=seconds / 6, seed=11) as swarm:
            await room.write(int(seconds * rate), rate=rate)
            status = await swarm.settles(room)
        assert status["reconnects"] > 2 * readers, "or else nothing was tried"
        # one connection more for all that was read back, and the one through which the broker was found
        assert kafka_connections(feeds, stack) <= before + 2
        memory = psutil.Process(feeds.pid).memory_info().rss // 2**20
        print(
            f"{readers} readers, {room.written} updates, {status['reconnects']} reconnects, "
            f"{status['events']} events, feeds {memory} MiB"
        )


async def test_a_reader_who_stands_still_loses_nothing_and_holds_up_nobody(stack: Stack) -> None:
    """Two services tell of the same updates at the same time; one of them has the slow reader, in turns."""
    others, updates = (20, 10_000) if LONG else (15, 1_000)
    window = {
        "FEEDS_WINDOW_UPDATES": str(updates // 5)
    }  # most of what was missed has to be read from the log
    ports = free_port(), free_port()
    async with (
        desk(stack) as room,
        feeds_process(room, ports[0], **window),
        feeds_process(room, ports[1], **window),
        quick_and_slow(room, ports[0], others) as one,
        quick_and_slow(room, ports[1], others) as other,
    ):
        beside, alone = await _turn(room, one, other, updates)
        if LONG:
            second = await _turn(room, other, one, updates)
            beside, alone = beside + second[0], alone + second[1]
        for swarm in (*one, *other):
            await swarm.settles(room)
        assert await pages_read(ports[0]) >= updates // 1_000, "or else it was not slow"
    print(
        f"p99 of {others} readers over {updates} updates: {p99(alone):.1f} ms, "
        f"beside a slow one {p99(beside):.1f} ms ({p99(beside) / p99(alone):.2f}, {len(beside)} samples)"
    )
    if LONG:
        assert p99(beside) <= 1.1 * p99(alone)


@asynccontextmanager
async def quick_and_slow(room: Desk, port: int, others: int) -> AsyncIterator[tuple[Crowd, Crowd]]:
    """Some readers who are measured, and one who can stand still."""
    async with (
        crowd(room, port, others, paths=[EVENTS], measured=True) as quick,
        crowd(room, port, 1, paths=[EVENTS], receive_bytes=4_096) as slow,
    ):
        yield quick, slow


async def _turn(
    room: Desk, beside: tuple[Crowd, Crowd], alone: tuple[Crowd, Crowd], updates: int
) -> tuple[list[int], list[int]]:
    """One slow reader stands still for so many updates and catches up while there are more: the latencies."""
    for quick in (beside[0], alone[0]):
        await quick.tell("latencies")
    stood = await beside[1].tell("pause", number=0)
    await room.write(updates, rate=RATE, only_new=True)
    assert (await beside[1].tell("resume", number=0))["cursor"] < stood["cursor"] + updates, "it stood still"
    await room.write(updates // 4, rate=RATE, only_new=True)
    for swarm in (*beside, *alone):
        await eventually(
            partial(_has_read, swarm, room.written), within=SETTLE_S, what="all updates to be read"
        )
    return await _latencies(beside[0]), await _latencies(alone[0])


async def _has_read(swarm: Crowd, updates: int) -> bool:
    return bool((await swarm.tell("status"))["lowest_cursor"] >= updates)


async def _latencies(quick: Crowd) -> list[int]:
    """In microseconds."""
    measured: list[int] = (await quick.tell("latencies"))["microseconds"]
    return measured


async def test_a_restart_ends_every_stream_well_and_nobody_misses_or_sees_anything_twice(
    stack: Stack,
) -> None:
    readers, port = 100, free_port()
    async with desk(stack) as room:
        await room.write(100, rate=500)
        async with feeds_process(room, port) as first, crowd(room, port, readers, seed=5) as swarm:
            writing = asyncio.create_task(room.write(600, rate=100))
            await eventually(lambda: room.written > 300)
            first.send_signal(signal.SIGTERM)
            async with asyncio.timeout(4):  # the server itself would wait five seconds for the streams
                await first.wait()
            async with feeds_process(room, port):
                await writing
                status = await swarm.settles(room)
        assert status["ended_well"] >= readers, "a stream was torn off instead of being ended"
