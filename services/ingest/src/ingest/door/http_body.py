"""Reading a request within limits: framing, media type, size, time, and how much may be in flight."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.requests import Request

from ingest.refusal import Refused

MAX_HEADERS = 100
MAX_HEADER_BYTES = 16 * 1024
DISCARD_BYTES = (
    32 * 1024 * 1024
)  # read on past the limit, so that a client hears the answer instead of a reset


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLimits:
    """How large a body may be and how long it may take to arrive."""

    max_bytes: int
    timeout_s: float


class Admission:
    """Bounds requests and bytes in flight, so that memory stays flat when Kafka or a client is slow.

    `closed` tells why nobody can be let in now, whoever it is.
    """

    def __init__(
        self, *, max_requests: int, max_bytes: int, closed: Callable[[], Refused | None] = lambda: None
    ) -> None:
        self._max_requests = max_requests
        self._max_bytes = max_bytes
        self._closed = closed
        self._requests = 0
        self._by_sender: defaultdict[str, _InFlight] = defaultdict(_InFlight)
        self._bytes = 0

    @contextmanager
    def enter(
        self, sender: str = "", *, share: float = 1.0, among: "Share | None" = None
    ) -> Iterator["Slot"]:
        """A place for one request of a sender, who may have this share of all places and bytes, and no more;
        nor may all those `among` whom it is together have more than theirs.

        Raises Refused: `overloaded`, `unavailable`.
        """
        self.check_open()
        shares = (Share(sender, share),) if among is None else (Share(sender, share), among)
        if self._requests >= self._max_requests or any(map(self._has_no_place, shares)):
            raise Refused("overloaded", "repeat the request after the time in Retry-After")
        slot = Slot(self, shares)
        self._requests += 1
        for each in shares:
            self._by_sender[each.sender].requests += 1
        try:
            yield slot
        finally:
            self._requests -= 1
            self._bytes -= slot.held
            for each in shares:
                self._leave(each, slot.held)

    @property
    def bytes(self) -> int:
        """Bytes of bodies in memory."""
        return self._bytes

    def check_open(self) -> None:
        """Raises Refused when nobody can be let in now."""
        if (refused := self._closed()) is not None:
            raise refused

    def _has_no_place(self, share: "Share") -> bool:
        used = self._by_sender.get(share.sender)
        return used is not None and used.requests >= max(1, share.part * self._max_requests)

    def _has_no_room(self, share: "Share", size: int) -> bool:
        """One body alone may always be read: what it may hold has a limit of its own."""
        used = self._by_sender[share.sender]
        return size > 0 and used.requests > 1 and used.bytes + size > share.part * self._max_bytes

    def _leave(self, share: "Share", held: int) -> None:
        used = self._by_sender[share.sender]
        used.requests -= 1
        used.bytes -= held
        if not used.requests:
            del self._by_sender[share.sender]

    def _take(self, size: int, shares: Sequence["Share"]) -> None:
        crowded = any(self._has_no_room(each, size) for each in shares)
        if crowded or self._bytes + size > self._max_bytes:
            raise Refused("overloaded", "repeat the request after the time in Retry-After")
        self._bytes += size
        for each in shares:
            self._by_sender[each.sender].bytes += size


@dataclass(frozen=True, slots=True)
class Share:
    """The part of all places and bytes that a sender may have, or that many may have together."""

    sender: str
    part: float


@dataclass(slots=True)
class _InFlight:
    requests: int = 0
    bytes: int = 0


class Slot:
    """One request's part of the bytes in flight."""

    def __init__(self, admission: Admission, shares: Sequence[Share]) -> None:
        self._admission = admission
        self._shares = shares
        self.held = 0

    def hold(self, size: int) -> None:
        """Count bytes that are now in memory. Raises Refused: `overloaded`."""
        self._admission._take(size, self._shares)
        self.held += size

    def keep(self, size: int) -> None:
        """Count so many bytes in memory instead of those before. Raises Refused: `overloaded`."""
        self.hold(size - self.held)


def check_framing(request: Request) -> None:
    """Raises Refused for what only an attacker or a broken proxy sends."""
    headers: Sequence[tuple[bytes, bytes]] = request.scope["headers"]
    if (
        len(headers) > MAX_HEADERS
        or sum(len(name) + len(value) for name, value in headers) > MAX_HEADER_BYTES
    ):
        raise Refused(
            "too-many-headers", f"send at most {MAX_HEADERS} headers of together {MAX_HEADER_BYTES} bytes"
        )
    names = [name for name, _ in headers]
    lengths = names.count(b"content-length")
    if lengths > 1 or (lengths and b"transfer-encoding" in names):
        raise Refused("malformed-http", "say the length once: Content-Length or Transfer-Encoding")


def check_media_type(request: Request, expected: Sequence[str]) -> str:
    """The media type of the body, one of `expected`. Raises Refused: `content-type`, `content-encoding`."""
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("identity", ""):
        raise Refused("content-encoding", "send the body uncompressed, without Content-Encoding")
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.lower().partition("charset=")[2].split(";")[0].strip(' "')
    found = media_type.strip().lower()
    if found not in expected or charset not in ("", "utf-8", "utf8"):
        raise Refused("content-type", f"send Content-Type: {' or '.join(expected)}; charset=utf-8")
    return found


async def read_body(request: Request, limits: BodyLimits, slot: Slot) -> bytes:
    """The body. Raises Refused: `too-large`, `body-timeout`, `overloaded`; ClientDisconnect of Starlette."""
    try:
        async with asyncio.timeout(limits.timeout_s):
            return await _read(request, limits.max_bytes, slot)
    except TimeoutError:
        raise Refused("body-timeout", f"send the whole body within {limits.timeout_s:g} s") from None


async def _read(request: Request, max_bytes: int, slot: Slot) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > DISCARD_BYTES:
            break
        if size > max_bytes:
            chunks.clear()
        elif chunk:
            slot.hold(len(chunk))
            chunks.append(chunk)
    if size > max_bytes:
        raise Refused("too-large", f"send at most {max_bytes} bytes")
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
