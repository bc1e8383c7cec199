"""Endless tasks of a process: started together, restarted when they fail, seen by health."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 10.0
CANCEL_AGAIN_S = 1.0


class Supervised:
    """One endless task. A failure is logged and the task begins again after a growing pause."""

    def __init__(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        self._name = name
        self._run = run
        self._task: asyncio.Task[None] | None = None
        self._failing: str | None = None

    def start(self) -> None:
        """Begin. To be called once, inside a running loop."""
        self._task = asyncio.create_task(self._forever(), name=self._name)

    async def stop(self) -> None:
        """Cancel the task and wait until it is gone.

        Once is not always enough: a cancellation that comes together with the awaited answer can be lost in
        what awaits it (seen in services that were stopped in the middle of a storm of members).
        """
        while self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=CANCEL_AGAIN_S)

    def not_ready(self) -> str | None:
        """The last failure while the task is being restarted, or None."""
        return self._failing

    async def _forever(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            started = asyncio.get_running_loop().time()
            try:
                await self._run()
                self._failing = "it ended by itself"
            except Exception as error:  # noqa: BLE001 - the supervisor is where failures of endless work end
                self._failing = f"{type(error).__name__}: {error}"
                structlog.get_logger().warning("task_restarts", task=self._name, error=self._failing)
            if asyncio.get_running_loop().time() - started > LONGEST_PAUSE_S:
                pause = FIRST_PAUSE_S
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)
            self._failing = None
