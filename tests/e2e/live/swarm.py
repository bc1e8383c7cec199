"""Many live readers in a process of their own: `python -m tests.e2e.live.swarm`, spoken to in lines of JSON.

It reads a Plan, and then commands, one a line; it answers each command with one line.
"""

import asyncio
import json
import random
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import uvloop

from tests.e2e.live.client import Connection, Reader
from tests.eventually import eventually


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`paths` are shared out among the readers; they stay connected `stay_s` on average, 0 is for ever.

    With few `receive_bytes`, a reader that stands still soon blocks the server and not only fills buffers.
    """

    host: str
    port: int
    partition: int
    cursor: int
    paths: Sequence[str]
    readers: int
    stay_s: float = 0.0
    seed: int = 1
    measured: bool = False
    receive_bytes: int = 0


@dataclass
class Swarm:
    """The readers, each with a life of connecting, being cut off at random, and coming back."""

    plan: Plan
    readers: list[Reader] = field(default_factory=list)
    lives: list[asyncio.Task[None]] = field(default_factory=list)
    connections: dict[int, Connection] = field(default_factory=dict)
    ended_well: int = 0
    reconnects: int = 0
    leaving: bool = True
    broken: list[str] = field(default_factory=list)

    def start(self) -> None:
        plan = self.plan
        for number in range(plan.readers):
            path = plan.paths[number % len(plan.paths)]
            latencies: list[int] | None = [] if plan.measured else None
            self.readers.append(Reader(path, plan.partition, plan.cursor, latencies_ns=latencies))
            dice = random.Random(f"{plan.seed} {number}")
            self.lives.append(asyncio.create_task(self._life(number, dice)))

    async def _life(self, number: int, dice: random.Random) -> None:
        await asyncio.sleep(dice.random() * 2)
        while True:
            await self._one_connection(number, dice)
            self.reconnects += 1
            await asyncio.sleep(dice.random() * 0.5)

    async def _one_connection(self, number: int, dice: random.Random) -> None:
        loop, plan = asyncio.get_running_loop(), self.plan
        over: asyncio.Future[bool] = loop.create_future()
        make = partial(Connection, self.readers[number], plan.host, partial(_settle, over))
        try:
            transport, connection = await loop.create_connection(make, sock=await self._socket())
        except OSError:
            return
        self.connections[number] = connection
        stay = dice.expovariate(1 / plan.stay_s) if plan.stay_s else None
        done, _ = await asyncio.wait({over}, timeout=stay)
        if not done and self.leaving:
            transport.abort()  # in the middle of whatever is on its way
        self.ended_well += await over

    async def _socket(self) -> socket.socket:
        made = socket.socket()
        made.setblocking(False)
        if self.plan.receive_bytes:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.plan.receive_bytes)
        try:
            await asyncio.get_running_loop().sock_connect(made, (self.plan.host, self.plan.port))
        except OSError:
            made.close()
            raise
        return made

    # the commands

    async def status(self) -> dict[str, Any]:
        """How the swarm fares."""
        return {
            "readers": len(self.readers),
            "connected": sum(reader.opened_ns > 0 for reader in self.readers),
            "events": sum(reader.events for reader in self.readers),
            "reconnects": self.reconnects,
            "ended_well": self.ended_well,
            "lowest_cursor": min(reader.cursor or 0 for reader in self.readers),
            "wrong": [*self.broken, *(wrong for reader in self.readers for wrong in reader.wrong)][:5],
        }

    async def pause(self, number: int) -> dict[str, Any]:
        """Let one reader stop reading its socket."""
        transport = self.connections[number].transport
        assert transport is not None
        transport.pause_reading()
        return {"cursor": self.readers[number].cursor}

    async def resume(self, number: int) -> dict[str, Any]:
        """Let it read on."""
        transport = self.connections[number].transport
        assert transport is not None
        transport.resume_reading()
        return {"cursor": self.readers[number].cursor}

    async def latencies(self) -> dict[str, Any]:
        """The latencies of all readers since they were last asked for, in microseconds."""
        taken: list[int] = []
        for reader in self.readers:
            taken += reader.latencies_ns or ()
            reader.latencies_ns = []
        return {"microseconds": [ns // 1_000 for ns in taken]}

    async def settle(self, expected: Mapping[str, Mapping[str, int]], within: float) -> dict[str, Any]:
        """Wait until each reader holds what its path's feed holds; tell of those who do not."""
        self.leaving = False
        with suppress(AssertionError):  # told in the answer
            await eventually(lambda: all(r.held == expected[r.path] for r in self.readers), within=within)
        behind = self._differing(expected)
        return {**await self.status(), "differing": len(behind), "witness": self._witness(behind, expected)}

    def _differing(self, expected: Mapping[str, Mapping[str, int]]) -> list[int]:
        return [n for n, reader in enumerate(self.readers) if reader.held != expected[reader.path]]

    def _witness(self, behind: Sequence[int], expected: Mapping[str, Mapping[str, int]]) -> str | None:
        """The smallest difference there is."""
        if not behind:
            return None
        reader = self.readers[behind[0]]
        differing = set(reader.held.items()) ^ set(expected[reader.path].items())
        return f"reader {behind[0]} of {reader.path} at {reader.cursor}: {sorted(differing)[:3]}"


def _settle(over: "asyncio.Future[bool]", well: bool) -> None:
    if not over.done():
        over.set_result(well)


async def main() -> None:
    """Obey until the input ends."""
    lines = asyncio.StreamReader(limit=64 * 1024 * 1024)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    swarm = Swarm(Plan(**json.loads(await lines.readline())))
    asyncio.get_running_loop().set_exception_handler(lambda _, context: swarm.broken.append(repr(context)))
    swarm.start()
    while line := await lines.readline():
        command = json.loads(line)
        answer = await getattr(swarm, command.pop("do"))(**command)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
