"""A lock between processes that the system itself releases when its holder dies."""

import contextlib
import errno
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from newsloom.stack.errors import ExitCode, StackError


@contextlib.contextmanager
def only_one(
    path: Path, *, seconds: float, busy: str, clock: Callable[[], float] = time.monotonic
) -> Iterator[None]:
    """Hold the lock at `path` for the length of the block.

    Waits up to `seconds` for another holder, then raises StackError with the message `busy`.
    """
    import fcntl  # only where there is POSIX; elsewhere doctor says that the platform is not supported

    deadline = clock() + seconds
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not _try_lock(fcntl.flock, descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB):
            if clock() > deadline:
                raise StackError(busy, fix="wait until it is done, then run it again", code=ExitCode.BUSY)
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def _try_lock(flock: Callable[[int, int], None], descriptor: int, mode: int) -> bool:
    try:
        flock(descriptor, mode)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise
    return True
