"""One live reader on a raw socket, cheap enough for a thousand in a process."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

SENT_AT = "sent at "


@dataclass(frozen=True, slots=True)
class Told:
    """One block of a stream. `sent_ns` is when it was written, by its own headline."""

    cursor: int | None
    name: str
    article_id: str
    version: int
    sent_ns: int


@lru_cache(maxsize=20_000)  # all readers are told the same, so each block is parsed once
def parsed(block: bytes) -> Told:
    """The block's meaning, without the cost of JSON."""
    lines = dict(line.split(": ", 1) for line in block.decode().splitlines() if line and line[0] != ":")
    data = lines.get("data", "")
    return Told(
        cursor=int(lines["id"].partition(":")[2]) if "id" in lines else None,
        name=lines.get("event", ""),
        article_id=_text(data, '"article_id":"'),
        version=int(_number(data, '"document_version":')),
        sent_ns=int(_number(data, SENT_AT)),
    )


def _text(data: str, label: str) -> str:
    _, found, rest = data.partition(label)
    return rest[: rest.index('"')] if found else ""


def _number(data: str, label: str) -> str:
    _, found, rest = data.partition(label)
    digits = next((n for n, char in enumerate(rest) if not char.isdigit()), len(rest))
    return rest[:digits] if found else "0"


@dataclass
class Reader:
    """What one reader holds and where it is; it outlives its connections."""

    path: str
    partition: int
    cursor: int | None
    held: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    latencies_ns: list[int] | None = None
    events: int = 0
    opened_ns: int = 0

    def take(self, told: Told) -> None:
        """A block has come whole."""
        if told.name:
            self._check_order(told)
            self._fold(told)
            self.events += 1
            # What was written before the connection was there was waited for by the reader's own fault.
            if self.latencies_ns is not None and told.sent_ns > self.opened_ns > 0:
                self.latencies_ns.append(time.monotonic_ns() - told.sent_ns)
        elif told.cursor is not None and not self.opened_ns:
            self.opened_ns = time.monotonic_ns()
        if told.cursor is not None:
            self.cursor = told.cursor

    def _check_order(self, told: Told) -> None:
        if told.name == "reset":
            self.wrong.append(f"reset at {self.cursor}")
        elif told.cursor is None or (self.cursor is not None and told.cursor <= self.cursor):
            self.wrong.append(f"{told.cursor} after {self.cursor}")

    def _fold(self, told: Told) -> None:
        """Keep the highest version, drop what is removed."""
        known = max(self.held.get(told.article_id, 0), self.gone.get(told.article_id, 0))
        if told.version < known:
            return
        self.held.pop(told.article_id, None)
        if told.name == "upsert":
            self.held[told.article_id] = told.version
        else:
            self.gone[told.article_id] = told.version


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection of a reader; `ended` is told whether the server ended the stream well."""

    def __init__(self, reader: Reader, host: str, ended: Callable[[bool], None]) -> None:
        self._reader = reader
        self._host = host
        self._ended = ended
        self._raw = b""
        self._text = b""
        self._in_head = True
        self._whole = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self._reader.opened_ns = cast(asyncio.Transport, transport), 0
        at = self._reader.cursor
        resume = "" if at is None else f"Last-Event-ID: {self._reader.partition}:{at}\r\n"
        self.transport.write(
            f"GET {self._reader.path} HTTP/1.1\r\nHost: {self._host}\r\n{resume}\r\n".encode()
        )

    def connection_lost(self, _error: Exception | None) -> None:
        self._ended(self._whole)

    def data_received(self, data: bytes) -> None:
        self._raw += data
        if self._in_head and not self._head_passed():
            return
        while (chunk := self._next_chunk()) is not None:
            *blocks, self._text = (self._text + chunk).split(b"\n\n")
            for block in blocks:
                self._reader.take(parsed(block))

    def _head_passed(self) -> bool:
        head, found, rest = self._raw.partition(b"\r\n\r\n")
        if not found:
            return False
        status = head[9:12].decode()
        if status not in ("200", "503"):
            self._reader.wrong.append(f"answered {status}")
        if status != "200" and self.transport is not None:
            self.transport.abort()
        self._in_head, self._raw = False, rest
        return status == "200"

    def _next_chunk(self) -> bytes | None:
        line = self._raw.find(b"\r\n")
        if line < 0:
            return None
        size = int(self._raw[:line], 16)
        end = line + 2 + size
        if len(self._raw) < end + 2:
            return None
        chunk, self._raw = self._raw[line + 2 : end], self._raw[end + 2 :]
        if size == 0:
            self._whole = True
            return None
        return chunk
