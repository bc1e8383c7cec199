"""A small reader of server-sent events, by the rules of the HTML standard."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2


@dataclass(frozen=True, kw_only=True)
class ServerEvent:
    """One event; `cursor` is the last event id at that moment."""

    name: str
    cursor: str
    data: dict[str, Any]


@dataclass
class EventSource:
    """Reads events one by one; `last_event_id` is what a browser would send when it reconnects."""

    lines: AsyncIterator[str]
    last_event_id: str = ""
    _fields: dict[str, str] = field(default_factory=dict)

    async def next(self, within: float = 20) -> ServerEvent:
        async with asyncio.timeout(within):
            async for line in self.lines:
                if event := self._take(line):
                    return event
        raise AssertionError("the stream ended")

    async def opened(self, within: float = 20) -> None:
        """Wait until the stream has told its place."""
        async with asyncio.timeout(within):
            async for line in self.lines:
                self._take(line)
                if not line and self.last_event_id:
                    return

    async def several(self, count: int) -> list[ServerEvent]:
        return [await self.next() for _ in range(count)]

    def _take(self, line: str) -> ServerEvent | None:
        if line:
            name, _, value = line.partition(":")
            self._fields[name] = value.removeprefix(" ")
            return None
        block, self._fields = self._fields, {}
        self.last_event_id = block.get("id", self.last_event_id)
        if "data" not in block:
            return None
        return ServerEvent(name=block["event"], cursor=self.last_event_id, data=json.loads(block["data"]))


@asynccontextmanager
async def listening(
    http: httpx2.AsyncClient, path: str, last_event_id: str | None = None
) -> AsyncIterator[EventSource]:
    """A live connection; it is dropped on leaving."""
    headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
    async with http.stream("GET", path, headers=headers) as response:
        assert response.status_code == 200, await response.aread()
        yield EventSource(response.aiter_lines())
