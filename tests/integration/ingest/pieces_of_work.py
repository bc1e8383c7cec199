"""Work for worker processes that goes well, is refused, fails, never ends, takes all memory, or kills."""

import os
import signal
import time
from pathlib import Path

from ingest.refusal import Refused, invalid_field


def doubled(text: str) -> str:
    return text * 2


def whose(_: str) -> int:
    return os.getpid()


def known(name: str) -> str | None:
    return os.environ.get(name)


def refused(pointer: str) -> str:
    raise invalid_field(pointer, "empty", "send text")


def broken(_: str) -> str:
    raise KeyError("what a stranger sent")


def endless(_: str) -> str:
    while True:
        pass


def greedy(_: str) -> str:
    return str(len(bytearray(1 << 34)))


def deadly(_: str) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return "never"


def deadly_once(marker: str) -> str:
    if Path(marker).exists():
        return "alive"
    Path(marker).touch()
    return deadly(marker)


def until_there(marker: str) -> str:
    """Ends when the file is there; costs no processor time meanwhile."""
    while not Path(marker).exists():
        time.sleep(0.01)
    return "there"


def loud(text: str) -> str:
    print("what a library says on stdout")
    return text


def odd_refusal(_: str) -> str:
    raise Refused("not-a-page", "send a page")
