"""A server that is told to stop says so first and serves on; connections end with an answer, not without."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsloom_runtime.bounded_http import BoundedHttpProtocol
from newsloom_runtime.server import LeavingServer
from newsloom_runtime.stopping import Stopping
from tests.eventually import eventually

LONG_S = 60.0  # no test waits for it
GET = b"GET /%s HTTP/1.1\r\nhost: here\r\n\r\n"


@dataclass
class Served:
    """A running server and the door that keeps slow answers back."""

    server: LeavingServer
    stopping: Stopping
    port: int
    gate: asyncio.Event
    last_words: list[str] = field(default_factory=list)

    def tell(self) -> None:
        """As the signal does."""
        self.server.handle_exit(15, None)

    async def leaves(self) -> None:
        await eventually(self.stopping.not_ready, what="readiness is gone")


@asynccontextmanager
async def serving(*, delay_s: float) -> AsyncIterator[Served]:
    gate, stopping = asyncio.Event(), Stopping()

    async def quick(_request: Request) -> Response:
        return Response("done")

    async def slow(_request: Request) -> Response:
        await gate.wait()
        return Response("done")

    app = Starlette(routes=[Route("/quick", quick), Route("/slow", slow)])
    config = uvicorn.Config(app, http=BoundedHttpProtocol, log_config=None, lifespan="off")
    server = LeavingServer(config, stopping, delay_s=delay_s)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        served = Served(server, stopping, listening.getsockname()[1], gate)
        stopping.at_the_end(lambda: served.last_words.append("over"))
        # The loop of the server alone: its signals are the test session's.
        running = asyncio.create_task(server._serve([listening]))
        await eventually(lambda: server.started, what="the server listens")
        try:
            yield served
        finally:
            gate.set()
            served.tell()
            served.tell()
            await asyncio.wait_for(running, 30)


@asynccontextmanager
async def connected(served: Served) -> AsyncIterator["Connection"]:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()


@dataclass
class Connection:
    """A client that keeps its connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def ask(self, what: bytes) -> None:
        self.writer.write(GET % what)

    async def head(self) -> bytes:
        """The head of the next answer, in lower case; its body is read too."""
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 20)
        await asyncio.wait_for(self.reader.readexactly(len(b"done")), 20)
        return head.lower()

    async def ended(self) -> bool:
        """The server hangs up, in order."""
        return await asyncio.wait_for(self.reader.read(), 20) == b""


async def test_while_it_leaves_it_answers_and_each_answer_ends_its_connection() -> None:
    async with serving(delay_s=LONG_S) as served, connected(served) as kept:
        kept.ask(b"quick")
        assert b"connection: close" not in await kept.head()
        served.tell()
        await served.leaves()
        kept.ask(b"quick")
        assert b"connection: close" in await kept.head()
        assert await kept.ended()
        async with connected(served) as late:  # sent here by somebody who has not noticed yet
            late.ask(b"quick")
            assert b"connection: close" in await late.head()
        assert served.last_words == []


async def test_an_answer_being_made_is_the_last_of_its_connection() -> None:
    async with serving(delay_s=LONG_S) as served, connected(served) as kept:
        kept.ask(b"slow")
        await eventually(lambda: served.server.server_state.tasks, what="the request is being answered")
        served.tell()
        await served.leaves()
        served.gate.set()
        assert b"connection: close" in await kept.head()
        assert await kept.ended()


async def test_when_it_is_over_open_requests_are_answered_and_nobody_is_let_in() -> None:
    async with serving(delay_s=0) as served, connected(served) as kept, connected(served) as idle:
        kept.ask(b"slow")
        await eventually(lambda: served.server.server_state.tasks, what="the request is being answered")
        served.tell()
        await eventually(lambda: served.last_words, what="the end is told")
        assert await idle.ended()
        with pytest.raises(OSError):
            async with connected(served):
                pass
        served.gate.set()
        assert b"connection: close" in await kept.head()
        assert await kept.ended()


async def test_who_tells_it_twice_does_not_wait() -> None:
    async with serving(delay_s=LONG_S) as served:
        served.tell()
        await served.leaves()
        served.tell()
        await eventually(lambda: served.last_words, what="the end is told")
        served.stopping.end()
        assert served.last_words == ["over"], "the end is told once"
