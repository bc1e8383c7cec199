"""A proxy that hangs up in the middle: what a train ride does to a live connection."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass
class CuttingProxy:
    """Passes bytes on. Each connection is aborted after so many bytes of the answer, until no cut is left."""

    upstream: tuple[str, int]
    cuts: list[int]
    address: str = ""
    made: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        allowance = self.cuts.pop(0) if self.cuts else None
        to_server, from_client = await self._connect(reader)
        try:
            if await _pass_on(to_server, writer, allowance):
                self.made += 1
        finally:
            from_client.cancel()
            writer.transport.abort()

    async def _connect(
        self, reader: asyncio.StreamReader
    ) -> tuple[asyncio.StreamReader, asyncio.Task[object]]:
        answer, request = await asyncio.open_connection(*self.upstream)
        return answer, asyncio.create_task(_pass_on(reader, request, None))


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter, allowance: int | None) -> bool:
    """Copy until the end; True when the allowance was used up before. Always closes the target."""
    left = allowance
    try:
        while left is None or left > 0:
            chunk = await source.read(1024 if left is None else min(1024, left))
            if not chunk:
                return False
            target.write(chunk)
            await target.drain()
            left = None if left is None else left - len(chunk)
        return True
    except OSError:
        return False
    finally:
        target.close()


@asynccontextmanager
async def cutting_proxy(address: str, cuts: Iterable[int]) -> AsyncIterator[CuttingProxy]:
    """A proxy before the server at this address."""
    parts = urlsplit(address)
    proxy = CuttingProxy(upstream=(parts.hostname or "", parts.port or 80), cuts=list(cuts))
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    proxy.address = f"http://{host}:{port}"
    try:
        yield proxy
    finally:
        server.close()
