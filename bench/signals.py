"""A scenario that is told to stop takes its stack with it."""

import signal
from types import FrameType
from typing import NoReturn


def stop_on_sigterm() -> None:
    """Treat SIGTERM and a closed terminal like Ctrl-C, so that every `finally` runs."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _as_interrupt)


def _as_interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
