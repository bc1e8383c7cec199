"""Keeps an eye on MongoDB: makes the indexes once, then asks whether it is still there, for readiness."""

import asyncio
from typing import Protocol

from newsloom_store import StoreError

ASK_EVERY_S = 2.0


class WatchedStore(Protocol):
    """What can be watched."""

    async def ensure_indexes(self) -> None: ...
    async def ping(self) -> None: ...


class StoreWatch:
    """An endless task and the check it feeds."""

    def __init__(self, store: WatchedStore) -> None:
        self._store = store
        self._reason: str | None = "MongoDB has not answered yet; check MONGO_URL"

    def not_ready(self) -> str | None:
        """Why nothing can be stored now, or None."""
        return self._reason

    async def run(self) -> None:
        """Watch until cancelled. Raises StoreError when MongoDB is away: the supervisor starts it again."""
        try:
            await self._store.ensure_indexes()
            while True:
                await self._store.ping()
                self._reason = None
                await asyncio.sleep(ASK_EVERY_S)
        except StoreError as error:
            self._reason = str(error)
            raise
