"""A file of the operator's that is read again whenever it changes."""

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import structlog

Content = TypeVar("Content")


class WatchedFile(Generic[Content]):
    """What a file says. While a changed one cannot be used, what it said before."""

    def __init__(
        self,
        file: Path,
        read: Callable[[Path], Content],
        *,
        unusable: type[Exception],
        what: str,
        absent: Content | None = None,
    ) -> None:
        """`absent` stands for a file that is not there yet; without it there must be one.

        Raises what `read` raises; from then on its `unusable` is only logged, as `<what>_not_reloaded`.
        """
        self._file = file
        self._read = read
        self._unusable = unusable
        self._what = what
        # Before reading: what is changed meanwhile is then read again.
        self._stamp = _stamp(file)
        self._content = absent if self._stamp is None and absent is not None else read(file)

    def current(self) -> Content:
        """The content now. Costs a look at the file's times."""
        if (stamp := _stamp(self._file)) != self._stamp:
            self._stamp = stamp
            try:
                self._content = self._read(self._file)
            except self._unusable as error:
                structlog.get_logger().error(
                    f"{self._what}_not_reloaded",
                    why=str(error),
                    effect="what it said before stays valid",
                )
        return self._content


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size
