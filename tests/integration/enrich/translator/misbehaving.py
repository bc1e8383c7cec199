"""A real HTTP server on this machine that answers as it is told: well, badly, slowly, never."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

Head = dict[str, str]


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: Head
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


Write = Callable[[bytes], Awaitable[None]]
Behaviour = Callable[[Asked, Write], Awaitable[None]]


@dataclass
class Server:
    """Its address, what it was asked, and how it behaves; that may change while it runs."""

    behave: Behaviour
    address: str = ""
    asked: list[Asked] = field(default_factory=list)
    connections: "set[asyncio.Task[None]]" = field(default_factory=set)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.connections.add(task)

        async def write(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                request = await _read(reader)
                self.asked.append(request)
                await self.behave(request, write)
        finally:
            self.connections.discard(task)
            writer.close()


@asynccontextmanager
async def serving(behave: Behaviour) -> AsyncIterator[Server]:
    """A server on a free port, gone afterwards with every connection."""
    server = Server(behave)
    listener = await asyncio.start_server(server.answer, "127.0.0.1", 0)
    server.address = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listener.close()
        for connection in list(server.connections):
            connection.cancel()
        await asyncio.gather(*server.connections, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, path, _ = first.split(" ")
    return Asked(method, path, headers, body)


def whole(body: bytes | str | Any, *, status: int = 200, content_type: str = "application/json") -> bytes:
    """An answer; what is neither bytes nor text is sent as JSON."""
    raw = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    head = f"HTTP/1.1 {status} Whatever\r\ncontent-type: {content_type}\r\ncontent-length: {len(raw)}\r\n"
    return f"{head}connection: close\r\n\r\n".encode() + raw


def always(answer: bytes) -> Behaviour:
    async def behave(_asked: Asked, write: Write) -> None:
        await write(answer)

    return behave


async def hang(_asked: Asked, _write: Write) -> None:
    """Takes the question and never answers."""
    await asyncio.Event().wait()


async def drip(_asked: Asked, write: Write) -> None:
    """Begins an answer and lets it come for ever, a byte at a time."""
    await write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n")
    while True:
        await write(b" ")
        await asyncio.sleep(0.05)


async def flood(_asked: Asked, write: Write) -> None:
    """50 MB, or as much as somebody takes."""
    await write(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n"')
    for _ in range(800):
        await write(b"x" * 65_536)


async def hang_up(_asked: Asked, write: Write) -> None:
    """Ends in the middle of its answer."""
    await write(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"tran')
