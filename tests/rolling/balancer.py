"""A load balancer: it asks who is ready, leads new connections there in turn, and repeats nothing."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx2

from newsloom.stack.addresses import HOST, any_free_port

ASK_EVERY_S = 0.2
ANSWER_WITHIN_S = 2.0
CHUNK = 64 * 1024


class Balancer:
    """In front of the processes of one service. What it has led somewhere stays there until one hangs up."""

    def __init__(self) -> None:
        self.port = any_free_port()
        self.ready: tuple[int, ...] = ()
        self.turned_away = 0
        self._backends: set[int] = set()
        self._turns = itertools.count()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def add(self, port: int) -> None:
        """Know a process. It gets connections when it has said that it is ready."""
        self._backends.add(port)

    def remove(self, port: int) -> None:
        """Forget a process."""
        self._backends.discard(port)
        self.ready = tuple(ready for ready in self.ready if ready != port)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        tasks = {asyncio.create_task(self._ask_for_ever())}

        def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(self._lead(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        server = await asyncio.start_server(lead, HOST, self.port)
        try:
            yield
        finally:
            server.close()
            left = tuple(tasks)
            for task in left:
                task.cancel()
            await asyncio.wait(left)

    async def _ask_for_ever(self) -> None:
        async with httpx2.AsyncClient(timeout=ANSWER_WITHIN_S, trust_env=False) as http:
            while True:
                asked = sorted(self._backends)
                said = await asyncio.gather(*(_is_ready(http, port) for port in asked))
                self.ready = tuple(port for port, ready in zip(asked, said, strict=True) if ready)
                await asyncio.sleep(ASK_EVERY_S)

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """From a client to a ready process. Whoever meets a closed door is turned away."""
        try:
            if not self.ready:
                raise ConnectionRefusedError("nobody is ready")
            port = self.ready[next(self._turns) % len(self.ready)]
            back_reader, back_writer = await asyncio.open_connection(HOST, port)
        except OSError:
            self.turned_away += 1
            writer.transport.abort()
            return
        pumps = {
            asyncio.create_task(_pump(reader, back_writer)),
            asyncio.create_task(_pump(back_reader, writer)),
        }
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            writer.close()
            back_writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()


async def _is_ready(http: httpx2.AsyncClient, port: int) -> bool:
    try:
        answer = await http.get(f"http://{HOST}:{port}/readyz", headers={"connection": "close"})
    except httpx2.HTTPError:
        return False
    return answer.status_code == 200
