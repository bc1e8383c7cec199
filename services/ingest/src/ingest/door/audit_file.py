"""The file of the audit: written by a thread a few times a second, opened anew when it was moved away.

An article must not wait for a disk, and a disk that is full must not stop the news: what cannot be written is
dropped and counted, and the log says so.
"""

import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

FLUSH_EVERY_S = 0.25
KEPT_LINES = 50_000  # some 20 MB, for as long as the disk does not answer
STDOUT = 1


def audit_file(setting: str, lost: Callable[[int], None]) -> "AuditFile | None":
    """What INGEST_AUDIT_FILE asks for: a path, `-` for standard output, or `off`."""
    if setting == "off":
        return None
    return AuditFile(None if setting == "-" else Path(setting), lost=lost)


class AuditFile:
    """Lines to a file, or with None to standard output. Enter it for as long as lines come."""

    def __init__(
        self,
        path: Path | None,
        *,
        lost: Callable[[int], None] = lambda _: None,
        every_s: float = FLUSH_EVERY_S,
    ) -> None:
        self._path = path
        self._lost = lost
        self._every_s = every_s
        self._lines: deque[str] = deque()  # safe to fill while the thread empties it
        self._descriptor: int | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="audit", daemon=True)
        self._failing = False

    def write(self, line: str) -> None:
        """Keep a line until the thread comes by."""
        if len(self._lines) >= KEPT_LINES:
            self._lost(1)
        else:
            self._lines.append(line)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(5.0)

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            self._flush()
        self._flush()
        self._close()

    def _flush(self) -> None:
        lines = [self._lines.popleft() for _ in range(len(self._lines))]
        if not lines:
            return
        try:
            self._put(lines)
            self._failing = False
        except OSError as error:
            self._close()
            self._lost(len(lines))
            if not self._failing:
                self._failing = True
                structlog.get_logger().error(
                    "audit_not_written",
                    why=type(error).__name__,
                    fix="look at INGEST_AUDIT_FILE and its disk",
                )

    def _put(self, lines: list[str]) -> None:
        descriptor = self._open()
        if descriptor == STDOUT:
            for line in lines:  # one by one: a pipe keeps only short writes apart from those of the log
                _write(descriptor, f"{line}\n")
        else:
            _write(descriptor, "\n".join(lines) + "\n")

    def _open(self) -> int:
        """The file at this path now: whoever rotates logs may have moved the one that is open."""
        if self._path is None:
            return STDOUT
        if self._descriptor is not None and not self._is_at_path(self._descriptor):
            self._close()
        if self._descriptor is None:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._descriptor = os.open(self._path, flags, 0o600)
        return self._descriptor

    def _is_at_path(self, descriptor: int) -> bool:
        assert self._path is not None  # noqa: S101 - _open says so
        with suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        return False

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def _write(descriptor: int, text: str) -> None:
    data = memoryview(text.encode("utf-8", "replace"))
    while data:
        data = data[os.write(descriptor, data) :]
