"""A time limit that interrupts running Python code: what keeps one slow enricher from holding the news."""

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType
from typing import Final, NoReturn

# Who runs behind everyone else gets this many times as long by the clock for the same work.
PATIENCE: Final = 5.0

TimeLimit = Callable[[float], AbstractContextManager[None]]


class OverBudget(Exception):
    """The code inside a time limit took too long and was interrupted."""


@contextmanager
def alarm_limit(seconds: float) -> Iterator[None]:
    """Raises OverBudget inside the block after so many seconds; main thread of a Unix process only.

    Code that never returns to the interpreter is not interrupted: its process must be replaced from outside.
    """
    handler = signal.signal(signal.SIGALRM, _interrupt)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        # Whoever had set the timer before gets it back.
        signal.setitimer(signal.ITIMER_REAL, *timer)


@contextmanager
def no_limit(seconds: float) -> Iterator[None]:
    """Lets the block run as long as it takes, for callers that keep time themselves."""
    del seconds
    yield


def _interrupt(signum: int, frame: FrameType | None) -> NoReturn:
    raise OverBudget
