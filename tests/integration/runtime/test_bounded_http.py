"""An endless or dripping head is refused before it costs memory or a place; a large body is no head."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsloom_runtime.bounded_http import MAX_HEAD_BYTES, BoundedHttpProtocol
from tests.eventually import eventually


async def count(request: Request) -> Response:
    return Response(str(len(await request.body())))


class Impatient(BoundedHttpProtocol):
    head_within_s = 0.5


async def refuse(request: Request) -> Response:
    return Response(status_code=401)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with serving(BoundedHttpProtocol) as opened:
        yield opened


@pytest.fixture
async def impatient() -> AsyncIterator[int]:
    async with serving(Impatient) as opened:
        yield opened


@asynccontextmanager
async def serving(protocol: type[BoundedHttpProtocol]) -> AsyncIterator[int]:
    app = Starlette(routes=[Route("/", count, methods=["POST"]), Route("/refused", refuse, methods=["POST"])])
    config = uvicorn.Config(app, http=protocol, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    task = asyncio.create_task(server.serve([listening]))
    await eventually(lambda: server.started)
    yield listening.getsockname()[1]
    server.should_exit = True
    await task


async def exchange(port: int, *parts: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionResetError:
        return b"reset"
    finally:
        writer.close()


async def test_an_endless_head_is_refused(port: int) -> None:
    answer = await exchange(
        port, b"POST / HTTP/1.1\r\nhost: x\r\nx: ", *[b"a" * 8192] * (MAX_HEAD_BYTES // 8192 + 1)
    )
    assert answer.startswith(b"HTTP/1.1 431")


async def test_a_large_body_behind_a_small_head_is_no_head(port: int) -> None:
    body = b"b" * (3 * MAX_HEAD_BYTES)
    head = b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
    assert (await exchange(port, head + body)).endswith(str(len(body)).encode())


async def test_one_connection_may_send_many_heads(port: int) -> None:
    one = b"POST / HTTP/1.1\r\nhost: x\r\nx: " + b"a" * 8000 + b"\r\ncontent-length: 0\r\n\r\n"
    last = one.replace(b"host: x", b"host: x\r\nconnection: close")
    assert (await exchange(port, *[one] * 20, last)).count(b"HTTP/1.1 200") == 21


@pytest.mark.parametrize("begun", [b"", b"POST / HT", b"POST / HTTP/1.1\r\nhost: x\r\nx: "])
async def test_a_head_that_does_not_come_is_given_up(impatient: int, begun: bytes) -> None:
    assert (await exchange(impatient, begun)).startswith(b"HTTP/1.1 408")


async def test_a_head_that_drips_is_given_up_though_something_always_comes(impatient: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", impatient)
    writer.write(b"POST / HTTP/1.1\r\nhost: x\r\nx: ")
    answer = asyncio.create_task(reader.read())

    async def drip() -> bool:
        with suppress(ConnectionError):
            writer.write(b"a")
            await writer.drain()
        return answer.done()

    await eventually(drip, within=10, what="an answer")
    with suppress(ConnectionResetError):
        assert (await answer).startswith(b"HTTP/1.1 408")
    writer.close()


async def test_a_slow_body_is_not_taken_for_a_slow_head(impatient: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", impatient)
    writer.write(b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n\r\na")
    with pytest.raises(TimeoutError):  # twice as long as a head may take
        await asyncio.wait_for(reader.read(1), 1.0)
    writer.write(b"b")
    assert (await asyncio.wait_for(reader.read(), 10)).startswith(b"HTTP/1.1 200")
    writer.close()


async def test_a_body_that_goes_on_after_the_answer_does_not_hold_the_connection(impatient: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", impatient)
    writer.write(b"POST /refused HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
    assert (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).startswith(b"HTTP/1.1 401")

    async def send_on() -> bool:
        with suppress(ConnectionError):
            writer.write(b"1\r\na\r\n")
            await writer.drain()
        return reader.at_eof() or writer.is_closing()

    await eventually(send_on, within=10, what="the connection closed")
    writer.close()
