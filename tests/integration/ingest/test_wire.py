"""What no client library would send: lying lengths, endless and dripping bodies, broken headers."""

import asyncio
import json
from contextlib import suppress
from time import monotonic

import pytest

from tests.integration.ingest.front_door import KEY, FrontDoor, bearer, open_door, submission

BODY = json.dumps(submission()).encode()
HEAD = (
    f"POST /v1/articles HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n"
    "Content-Type: application/json\r\n"
)


async def exchange(door: FrontDoor, sent: bytes, *, hang_up: bool = False) -> tuple[int, bytes]:
    """Send bytes, wait until the server closes, and return its first status (0 when none) and all it said."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(sent)
    if hang_up:
        writer.write_eof()
    async with asyncio.timeout(10):
        said = await reader.read()
    writer.close()
    return int(said[9:12] or b"0"), said


@pytest.mark.parametrize(
    ("what", "sent", "status"),
    [
        ("a negative length", HEAD + "Content-Length: -5\r\n\r\n", {400}),
        ("a length that is no number", HEAD + "Content-Length: many\r\n\r\n", {400}),
        ("two lengths", HEAD + f"Content-Length: {len(BODY)}\r\nContent-Length: 5\r\n\r\n", {400}),
        (
            "a length and chunks",
            HEAD + f"Content-Length: {len(BODY)}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            {400},
        ),
        ("a broken chunk", HEAD + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc", {400}),
        ("a long header", HEAD + "X: " + "a" * 70_000 + "\r\n\r\n", {400, 431}),
        ("NUL in a header", HEAD + "X: a\x00b\r\n\r\n", {400}),
        ("a bare carriage return in a header", HEAD + "X: a\rb\r\n\r\n", {400}),
        ("no HTTP at all", "\x16\x03\x01 hello\r\n\r\n", {400}),
    ],
)
async def test_broken_http_is_refused_and_the_connection_closed(
    door: FrontDoor, what: str, sent: str, status: set[int]
) -> None:
    answered, said = await exchange(door, sent.encode("latin-1"))
    assert answered in status, what
    assert b"Traceback" not in said
    assert door.publisher.events == []


async def test_a_length_shorter_than_the_body_never_publishes_the_rest(door: FrontDoor) -> None:
    answered, _ = await exchange(door, (HEAD + "Content-Length: 20\r\n\r\n").encode() + BODY)
    assert answered == 400
    assert door.publisher.events == []


async def test_a_client_that_hangs_up_in_the_middle_publishes_nothing(door: FrontDoor) -> None:
    before = door.count("/v1/articles", "499")
    await exchange(door, (HEAD + "Content-Length: 5000\r\n\r\n").encode() + BODY, hang_up=True)
    assert door.publisher.events == []
    assert door.count("/v1/articles", "499") == before + 1


async def test_a_body_that_does_not_end_is_given_up_and_its_place_is_free_again() -> None:
    async with open_door(timeout_s=0.3, max_requests=1) as slow:
        for framing in (
            "Content-Length: 5000\r\n\r\n{",
            "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
        ):
            started = monotonic()
            answered, said = await exchange(slow, (HEAD + framing).encode())
            assert (answered, b"body-timeout" in said) == (408, True)
            assert monotonic() - started < 5
        taken = await slow.client.post("/v1/articles", json=submission(), headers=bearer())
        assert taken.status_code == 202


async def test_an_endless_body_is_cut_off() -> None:
    """The server reads on for a while so that the client can hear the answer, but not for ever."""
    async with open_door(max_bytes=1000, timeout_s=5) as small:
        _, writer = await asyncio.open_connection("127.0.0.1", small.port)
        writer.write((HEAD + "Transfer-Encoding: chunked\r\n\r\n").encode())
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        sent = 0
        with suppress(ConnectionError):
            while sent < 200:
                writer.write(chunk * 16)
                sent += 1
                await asyncio.wait_for(writer.drain(), 5)
        writer.close()
    assert sent < 200  # of a mebibyte each
