"""Keeps an eye on MongoDB: makes the indexes first, and asks again and again whether all is still there."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from newsloom_store import StoreError, StoreMisconfigured

ASK_EVERY_S = 1.0


class WatchedStore(Protocol):
    """What can be watched."""

    async def ensure_indexes(self) -> None: ...
    async def check_indexes(self) -> None: ...


class StoreWatch:
    """An endless task, the check it feeds, and the gate that nothing of the service passes before."""

    def __init__(self, store: WatchedStore) -> None:
        self._store = store
        self._usable = asyncio.Event()
        self._reason: str | None = "MongoDB has not answered yet; check MONGO_URL"

    def not_ready(self) -> str | None:
        """Why nothing can be stored now, or None."""
        return self._reason

    async def usable(self) -> None:
        """Return when the store has been seen with all its indexes; before that, nothing may be consumed."""
        await self._usable.wait()

    def then(self, run: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """The endless task, begun only when the store is usable."""

        async def after_usable() -> None:
            await self.usable()
            await run()

        return after_usable

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(ASK_EVERY_S)

    async def look(self) -> None:
        """Ask once. At first missing indexes are made; one that vanishes later is only told of, because
        making it anew can take long, and is better done while nothing else is."""
        try:
            await (self._store.check_indexes() if self._usable.is_set() else self._store.ensure_indexes())
        except StoreError as error:
            self._note(error)
        else:
            self._reason = None
            self._usable.set()

    def _note(self, error: StoreError) -> None:
        reason = str(error)
        if isinstance(error, StoreMisconfigured) and reason != self._reason:
            structlog.get_logger().critical("store_unusable", why=reason)
        self._reason = reason
