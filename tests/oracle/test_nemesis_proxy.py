"""The proxy loses the reply to a write that the server has applied, and nothing else."""

import asyncio
import struct
from collections.abc import AsyncIterator

import pytest

from tests.oracle.nemesis_proxy import MongoProxy

INSERT = b"\x00" * 5 + b"\x02insert\x00articles"
FIND = b"\x00" * 5 + b"\x02find\x00articles"


def message(body: bytes) -> bytes:
    return struct.pack("<iiii", 16 + len(body), 1, 0, 2013) + body


class Server:
    """Answers every message with the same message, and remembers them."""

    def __init__(self) -> None:
        self.applied: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.read(4):
            rest = await reader.readexactly(struct.unpack("<i", head)[0] - 4)
            self.applied.append(rest[12:])
            writer.write(head + rest)
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[tuple[Server, MongoProxy]]:
    fake = Server()
    async with await asyncio.start_server(fake.serve, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        async with MongoProxy(f"mongodb://127.0.0.1:{port}/?replicaSet=rs0") as proxy:
            yield fake, proxy


async def asked(proxy: MongoProxy, body: bytes) -> bytes:
    """The reply's body; empty when the connection was closed instead."""
    port = int(proxy.url.partition("/?")[0].rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(message(body))
        return (await asyncio.wait_for(reader.read(1024), 10))[16:]
    finally:
        writer.close()


async def test_a_lost_reply_was_a_write_that_happened(server: tuple[Server, MongoProxy]) -> None:
    fake, proxy = server
    proxy.lose_replies(1)
    assert await asked(proxy, FIND) == FIND
    assert await asked(proxy, INSERT) == b""
    assert fake.applied == [FIND, INSERT]
    assert proxy.has_lost_them()


async def test_afterwards_every_reply_arrives(server: tuple[Server, MongoProxy]) -> None:
    _, proxy = server
    proxy.lose_replies(1)
    await asked(proxy, INSERT)
    assert await asked(proxy, INSERT) == INSERT


async def test_a_silent_link_closes_nothing_and_speaks_again(server: tuple[Server, MongoProxy]) -> None:
    fake, proxy = server
    proxy.swallow(True)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asked(proxy, FIND), 0.2)
    assert fake.applied == []
    proxy.swallow(False)
    assert await asked(proxy, FIND) == FIND
