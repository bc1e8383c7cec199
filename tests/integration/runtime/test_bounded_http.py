"""An endless head of a request is refused before it fills the memory; a large body is not taken for one."""

import asyncio
import socket
from collections.abc import AsyncIterator

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


@pytest.fixture
async def port() -> AsyncIterator[int]:
    app = Starlette(routes=[Route("/", count, methods=["POST"])])
    config = uvicorn.Config(app, http=BoundedHttpProtocol, log_config=None, lifespan="off")
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
