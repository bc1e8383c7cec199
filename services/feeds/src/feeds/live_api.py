"""The live side of the HTTP surface: a reader's request becomes a place, and signals become bytes."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog
from starlette.requests import Request
from starlette.responses import Response

from feeds.addresses import FeedAddress
from feeds.answers import STREAM_HEADERS, EventStream
from feeds.asking import filter_asked, start_asked
from feeds.formats import sse
from feeds.problems import TOO_MANY_STREAMS, Refused
from feeds.services import services_of
from feeds.updates import Batch, Beat, Reset, Signal
from newsloom_runtime.errors import TransientError
from newsloom_store import StoreError


def events(request: Request, address: FeedAddress) -> Response:
    """`GET /v1/feeds/{feed}/events`: server-sent events."""
    services = services_of(request)
    start = start_asked(request, services.tail.position(address.feed_id))
    wanted = filter_asked(request)
    if services.streams.clients >= services.max_streams:
        raise Refused(TOO_MANY_STREAMS)
    if request.method == "HEAD":
        return Response(headers=STREAM_HEADERS, media_type=sse.MEDIA_TYPE)
    place = services.streams.admit()
    signals = services.streams.open(address.feed_id, start, wanted)
    snapshot_url = services.links.feed(address.feed_id, query=wanted.query)
    frames = _frames(signals, sse.opening(place.number), snapshot_url)
    return EventStream(frames, sse.MEDIA_TYPE, ended=place.leave)


async def _frames(
    signals: AsyncGenerator[Signal, None], opening: bytes, snapshot_url: str
) -> AsyncGenerator[bytes, None]:
    yield opening
    try:
        async with aclosing(signals):
            async for signal in signals:
                yield _frame(signal, snapshot_url)
    except (StoreError, TransientError) as error:
        # The client reconnects with its cursor and misses nothing; it cannot be told more in mid-stream.
        structlog.get_logger().warning("stream_ended", error=f"{type(error).__name__}: {error}")


def _frame(signal: Signal, snapshot_url: str) -> bytes:
    match signal:
        case Batch():
            return b"".join(update.frame for update in signal.updates)
        case Reset():
            return sse.reset(signal.cursor, snapshot_url)
        case Beat():
            return sse.beat(signal.cursor)
