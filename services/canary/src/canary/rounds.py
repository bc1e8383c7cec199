"""Begins a round every so often. A slow one delays no other, up to a number of them."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from canary.ports import Tally


class Rounds:
    """Endless. `one` makes one round from its beginning to its end."""

    def __init__(
        self, one: Callable[[], Awaitable[object]], *, tally: Tally, every: float, at_once: int
    ) -> None:
        self._one = one
        self._tally = tally
        self._every = every
        self._at_once = at_once
        self._running: set[asyncio.Task[object]] = set()

    async def run(self) -> None:
        """Until cancelled. What the rounds left behind then, a later sweep withdraws."""
        clock = asyncio.get_running_loop().time
        next_at = clock()
        async with asyncio.TaskGroup() as rounds:
            while True:
                self._begin(rounds)
                next_at = max(next_at + self._every, clock())
                await asyncio.sleep(next_at - clock())

    def _begin(self, rounds: asyncio.TaskGroup) -> None:
        if len(self._running) >= self._at_once:
            structlog.get_logger().warning("canary_not_sent", why=f"{self._at_once} are still on their way")
            self._tally.round("failed")
            return
        task: asyncio.Task[object] = rounds.create_task(self._whole())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _whole(self) -> object:
        return await self._one()
