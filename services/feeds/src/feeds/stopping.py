"""Tells live streams that the process is about to stop: the server waits for them before it tells the app."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def before_the_server_stops(tell: Callable[[], None]) -> Iterator[None]:
    """Call `tell` in the running loop on SIGTERM, then let the server's own handler do its work.

    Outside the main thread signals cannot be had: then nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    servers_own = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def on_signal(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(tell)
        handler = servers_own[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for number in servers_own:
        signal.signal(number, on_signal)
    try:
        yield
    finally:
        for number, handler in servers_own.items():
            signal.signal(number, handler)
