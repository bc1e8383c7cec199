"""A reader who has gone leaves the place free, whatever the stream was waiting for just then."""

import asyncio
from collections.abc import AsyncGenerator

from starlette.types import Message

from feeds.answers import EventStream
from tests.eventually import eventually


async def test_a_stream_ends_though_what_it_waits_for_swallows_the_cancellation() -> None:
    """As `asyncio.wait_for` does before Python 3.12 when the answer comes in the same turn of the loop."""
    sent, gone, ended = list[Message](), asyncio.Event(), list[bool]()

    async def chunks() -> AsyncGenerator[bytes, None]:
        swallowed = False
        while True:
            yield b": beat\n\n"
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if swallowed:
                    raise
                swallowed = True

    async def receive() -> Message:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    stream = EventStream(chunks(), "text/event-stream", ended=lambda: ended.append(True))
    serving = asyncio.create_task(stream({"type": "http"}, receive, send))
    await eventually(lambda: len(sent) > 1, what="the first beat")
    gone.set()
    await eventually(lambda: ended, within=10, what="the place is free again")
    await asyncio.wait_for(serving, 10)
    assert ended == [True]
