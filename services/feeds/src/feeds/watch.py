"""Keeps an eye on the store for readiness: it must answer, and have the indexes that feeds rest on."""

import asyncio
from typing import Protocol

from newsloom_store import StoreError

EVERY_S = 2.0


class Checked(Protocol):
    """What can be watched."""

    async def check_indexes(self) -> None: ...


class StoreWatch:
    """Asks the store every two seconds. Publish makes the indexes: feeds waits for it instead of failing."""

    def __init__(self) -> None:
        self._usable = asyncio.Event()
        self._reason: str | None = "the store has not been asked yet"

    def not_ready(self) -> str | None:
        """Why the store cannot serve readers, as of the last look; None when it can."""
        return self._reason

    async def usable(self) -> None:
        """Return when the store has been seen with all its indexes."""
        await self._usable.wait()

    async def run(self, store: Checked) -> None:
        """Watch for ever."""
        while True:
            await self.look(store)
            await asyncio.sleep(EVERY_S)

    async def look(self, store: Checked) -> None:
        """Ask once."""
        try:
            await store.check_indexes()
            self._reason = None
            self._usable.set()
        except StoreError as error:
            self._reason = str(error)
