"""One standing connection to the live feed of canaries, and what it has told."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import httpx2
import structlog

from canary.event_stream import StreamEvent, events
from canary.http_api import http_client
from canary.ports import Told
from newsloom_schemas.identity import FEED_CANARY

# Feeds gives a sign of life every 15 seconds; after three of them in silence the connection is dead.
SILENT_FOR_S: Final = 45.0
RECONNECT_AFTER_S: Final = 1.0
REMEMBERED: Final = 1_000


class HttpLiveFeed:
    """`run` is an endless task: when a connection ends, the next goes on where it ended."""

    def __init__(self, base: str) -> None:
        self._url = f"{base.rstrip('/')}/v1/feeds/{FEED_CANARY}/events"
        self._last_id = ""
        self._told: OrderedDict[str, list[Told]] = OrderedDict()
        self._connected = asyncio.Event()
        self._open = False

    def told(self, article_id: str) -> Sequence[Told]:
        """See LiveFeed."""
        return tuple(self._told.get(article_id, ()))

    async def connected(self, within: float) -> None:
        """Return when it was connected for the first time, or after a while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._connected.wait()

    async def run(self) -> None:
        """Until cancelled."""
        async with http_client(silent_for=SILENT_FOR_S) as http:
            while True:
                try:
                    await self._listen(http)
                except (httpx2.HTTPError, ValueError, KeyError) as error:  # the latter: no update of ours
                    if self._open:  # of an outage its beginning is told, not every try
                        structlog.get_logger().warning("canary_live_feed_ended", why=type(error).__name__)
                    self._open = False
                await asyncio.sleep(RECONNECT_AFTER_S)

    async def _listen(self, http: httpx2.AsyncClient) -> None:
        headers = {"Last-Event-ID": self._last_id} if self._last_id else {}
        async with http.stream("GET", self._url, headers=headers) as response:
            if response.status_code == 422:  # the log was made anew, the place in it means nothing
                self._last_id = ""
            response.raise_for_status()
            self._open = True
            async for event in events(response.aiter_lines()):
                self._take(event)

    def _take(self, event: StreamEvent) -> None:
        if event.last_id:  # the first block with a place: from here on nothing is missed
            self._last_id = event.last_id
            self._connected.set()
        if event.name in ("upsert", "remove"):
            self._note(json.loads(event.data))

    def _note(self, update: dict[str, object]) -> None:
        entry = update.get("entry")
        headline = str(entry["headline"]) if isinstance(entry, dict) else None
        told = Told(version=int(str(update["document_version"])), headline=headline)
        self._told.setdefault(str(update["article_id"]), []).append(told)
        while len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
