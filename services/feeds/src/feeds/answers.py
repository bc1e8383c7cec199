"""Responses with what caches and browsers need: validators, short freshness, open to every origin."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from datetime import datetime
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

FORMATS_EDITION = "1"  # raise it when the same documents are written differently, so that old copies die
COMMON_HEADERS = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
FRESH = "public, max-age=5"
STREAM_HEADERS = {**COMMON_HEADERS, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}

Versioned = Iterable[tuple[str, int]]


def entity_tag(form: str, documents: Versioned) -> str:
    """A weak ETag of what the documents at these versions look like in this form."""
    digest = hashlib.sha256(f"{FORMATS_EDITION}\n{form}".encode())
    for article_id, version in documents:
        digest.update(f"\n{article_id} {version}".encode())
    return f'W/"{digest.hexdigest()[:32]}"'


def answer(
    request: Request, *, etag: str, changed: datetime | None, media_type: str, body: Callable[[], bytes]
) -> Response:
    """The body with its validators, or 304 when the reader has this very state; then the body is not made."""
    headers = {**COMMON_HEADERS, "ETag": etag, "Cache-Control": FRESH}
    if changed is not None:
        headers["Last-Modified"] = format_datetime(changed, usegmt=True)
    if _is_known(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(body(), media_type=f"{media_type}; charset=utf-8", headers=headers)


def _is_known(request: Request, etag: str) -> bool:
    """`If-Modified-Since` is left aside: the times that sources give prove nothing."""
    sent = ",".join(request.headers.getlist("if-none-match"))
    tags = [tag.strip().removeprefix("W/") for tag in sent.split(",")]
    return etag.removeprefix("W/") in tags or "*" in tags


class EventStream(Response):
    """Sends the chunks as they come; when the client goes, the source is closed at once."""

    def __init__(self, chunks: AsyncGenerator[bytes, None], media_type: str) -> None:
        self.status_code = 200
        self.background = None
        self.media_type = media_type
        self.body = b""
        self.init_headers(STREAM_HEADERS)
        del self.headers["content-length"]
        self._chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sending = asyncio.create_task(self._send(send))
        leaving = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            if not sending.done():
                sending.cancel()
            await asyncio.wait({sending, leaving})
        if not sending.cancelled():
            sending.result()

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with aclosing(self._chunks) as chunks:
            async for chunk in chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
