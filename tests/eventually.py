"""Waiting for a condition with a deadline, the only way in which tests wait."""

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any


async def eventually(
    condition: Callable[[], Any], *, within: float = 30.0, what: str = "the condition", every: float = 0.02
) -> Any:
    """The first true value of the condition, which may be a coroutine function; `every` in seconds.

    Fails when `within` seconds have passed without one.
    """
    deadline = time.monotonic() + within
    while True:
        outcome = condition()
        value = await outcome if inspect.isawaitable(outcome) else outcome
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true within {within} s; last value: {value!r}")
        await asyncio.sleep(every)
