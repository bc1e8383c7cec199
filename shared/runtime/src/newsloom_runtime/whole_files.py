"""Writing a small file so that nobody ever reads a half of it."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, text: str, mode: int = 0o600, *, as_before: bool = False) -> None:
    """Write so that a reader sees the old text or the new one, never a part of it.

    With `as_before` a file that is there keeps its mode, and its owner if we may give files away.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        if as_before:
            _take_over(path, descriptor)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _take_over(path: Path, descriptor: int) -> None:
    with suppress(FileNotFoundError):
        former = path.stat()
        with suppress(PermissionError):
            os.fchown(descriptor, former.st_uid, former.st_gid)
        os.fchmod(descriptor, former.st_mode & 0o777)
