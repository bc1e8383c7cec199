"""Responses with what caches and browsers need: validators, short freshness, open to every origin."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

FORMATS_EDITION = "2"  # raise it when the same documents are written differently, so that old copies die
COMMON_HEADERS = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
# A kill must bite within five seconds wherever a copy lies. A shared cache may answer for two seconds on its
# own and a browser for one: three together, even when the cache does not tell the copy's age. Then both must
# ask, and an error must not make them show the old copy. Asking is cheap: mostly the answer is 304.
FRESH = "max-age=1, s-maxage=2, must-revalidate"
GONE = "max-age=300, must-revalidate"  # what was killed never comes back, so caches may keep saying so
ENCODING, NEGOTIATED = "Accept-Encoding", "Accept"
STREAM_HEADERS = {**COMMON_HEADERS, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
CANCEL_AGAIN_S = 0.5

Versioned = Iterable[tuple[str, int]]


def entity_tag(form: str, documents: Versioned) -> str:
    """A weak ETag of what the documents at these versions look like in this form."""
    digest = hashlib.sha256(f"{FORMATS_EDITION}\n{form}".encode())
    for article_id, version in documents:
        digest.update(f"\n{article_id} {version}".encode())
    return f'W/"{digest.hexdigest()[:32]}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What there is to say: `body` is called only when the reader does not have this very state.

    `changed` is the time the sources give for it. `headers` are its own, `vary` is what else it depends on.
    """

    etag: str
    changed: datetime | None
    media_type: str
    body: Callable[[], bytes]
    headers: Mapping[str, str] = field(default_factory=dict)
    vary: str | None = None


async def answer(request: Request, what: Answer) -> Response:
    """The body with its validators, or 304. Bodies are made in a thread: live readers do not wait."""
    headers = {**COMMON_HEADERS, **what.headers, "ETag": what.etag, "Cache-Control": FRESH}
    if what.changed is not None:
        headers["Last-Modified"] = format_datetime(what.changed, usegmt=True)
    if _is_known(request, what.etag):
        return Response(status_code=304, headers={**headers, "Vary": _vary(what.vary, ENCODING)})
    if what.vary:
        headers["Vary"] = what.vary  # whoever compresses the body adds the encoding
    body = await asyncio.to_thread(what.body)
    return Response(body, media_type=f"{what.media_type}; charset=utf-8", headers=headers)


def _vary(*names: str | None) -> str:
    return ", ".join(name for name in names if name)


def _is_known(request: Request, etag: str) -> bool:
    """`If-Modified-Since` is left aside: the times that sources give prove nothing."""
    sent = ",".join(request.headers.getlist("if-none-match"))
    tags = [tag.strip().removeprefix("W/") for tag in sent.split(",")]
    return etag.removeprefix("W/") in tags or "*" in tags


class EventStream(Response):
    """Sends the chunks as they come; when the client goes, the source is closed at once.

    `ended` is called in any case, once, when it is over.
    """

    def __init__(
        self, chunks: AsyncGenerator[bytes, None], media_type: str, *, ended: Callable[[], None]
    ) -> None:
        self.status_code = 200
        self.background = None
        self.media_type = media_type
        self.body = b""
        self.init_headers(STREAM_HEADERS)
        del self.headers["content-length"]
        self._chunks = chunks
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sending = asyncio.create_task(self._send(send))
        leaving = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            try:
                await _over(leaving)
                await _over(sending)
            finally:
                self._ended()
        if not sending.cancelled():
            sending.result()

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with aclosing(self._chunks) as chunks:
            async for chunk in chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _over(task: asyncio.Task[None]) -> None:
    """Cancel the task until it is over: once is not always enough.

    Before Python 3.12 `asyncio.wait_for` swallows a cancellation that meets its answer, and the driver of the
    store waits so for each of its writes: the stream would write on to nobody and keep its place for ever.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=CANCEL_AGAIN_S)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
