"""An event loop for schedules: its time stands still, and it runs until every task waits for something."""

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import TypeVarTuple

Ts = TypeVarTuple("Ts")


class SteppedLoop(asyncio.SelectorEventLoop):
    """Nothing happens in it but what `settle` and `advance` let happen."""

    def __init__(self) -> None:
        self._now = 0.0
        self._calls = 0
        super().__init__()

    def time(self) -> float:
        return self._now

    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        self._calls += 1
        return super().call_soon(callback, *args, context=context)

    def settle(self) -> None:
        """Run until nothing can go on by itself."""
        before = -1
        while before != self._calls:
            before = self._calls
            super().call_soon(self.stop)
            self.run_forever()

    def advance(self, seconds: float) -> None:
        """Let time pass; what waited for its end goes on."""
        self._now += seconds
        self.settle()
