"""Waiting for a condition with a deadline, the only way in which tests wait."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(
    condition: Callable[[], T | Awaitable[T]], *, within: float = 30.0, what: str = "the condition"
) -> T:
    """The first true value of the condition; fails when `within` seconds have passed without one."""
    deadline = time.monotonic() + within
    while True:
        outcome = condition()
        value: T = await outcome if inspect.isawaitable(outcome) else outcome
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true within {within} s; last value: {value!r}")
        await asyncio.sleep(0.02)
