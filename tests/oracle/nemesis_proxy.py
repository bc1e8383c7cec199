"""A proxy before mongod that can lose the reply to a write which mongod has applied."""

import asyncio
import struct
from contextlib import suppress
from urllib.parse import urlsplit

from newsloom.stack.addresses import HOST

HEADER = 16  # length, request id, answered id, kind: four little-endian integers (MongoDB's wire protocol)
LARGEST = 64 * 1024 * 1024
WRITE_COMMANDS = (b"\x02insert\x00", b"\x02update\x00")  # a string field of this name opens the command
FAR_ENOUGH = 64  # the command's own name stands first in its document


class MongoProxy:
    """Forwards whole messages. A client must use `url`, which keeps it from looking behind the proxy."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._host, self._port = parts.hostname or HOST, parts.port or 27017
        self._to_lose = 0
        self._swallows = False
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        assert self._server is not None, "the proxy is not entered"
        port = self._server.sockets[0].getsockname()[1]
        return f"mongodb://{HOST}:{port}/?directConnection=true"

    def lose_replies(self, number: int) -> None:
        """The next `number` writes are applied; each reply is dropped, and its connection closed."""
        self._to_lose = number

    def has_lost_them(self) -> bool:
        return self._to_lose == 0

    def swallow(self, everything: bool) -> None:
        """Whether all messages, requests and replies, vanish while the connections stay open."""
        self._swallows = everything

    async def __aenter__(self) -> "MongoProxy":
        self._server = await asyncio.start_server(self._accept, HOST, 0)
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._server is not None
        self._server.close()
        for connection in tuple(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection(self._host, self._port)
        lost = asyncio.Event()

        async def forward() -> None:
            while True:
                message = await _message(reader)
                if self._swallows:
                    continue
                if self._to_lose and _writes(message):
                    self._to_lose -= 1
                    lost.set()
                server_writer.write(message)
                await server_writer.drain()

        async def back() -> None:
            while True:
                message = await _message(server_reader)
                if lost.is_set():
                    return
                if self._swallows:
                    continue
                writer.write(message)
                await writer.drain()

        ways = [asyncio.create_task(forward()), asyncio.create_task(back())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*ways, return_exceptions=True)
            server_writer.close()


async def _message(reader: asyncio.StreamReader) -> bytes:
    length = await reader.readexactly(4)
    size = struct.unpack("<i", length)[0]
    if not HEADER <= size <= LARGEST:
        raise OSError(f"a message of {size} bytes")
    return length + await reader.readexactly(size - 4)


def _writes(message: bytes) -> bool:
    return any(command in message[: HEADER + FAR_ENOUGH] for command in WRITE_COMMANDS)
