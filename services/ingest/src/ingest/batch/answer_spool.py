"""Answers that wait until their client reads: in memory while they are few, in a temporary file beyond."""

import asyncio
from collections import deque
from tempfile import SpooledTemporaryFile

IN_MEMORY_BYTES = 128 * 1024
MOST_BYTES = 256 * 1024 * 1024  # of all: in a container temporary files often are memory
FILE_BYTES = 1024 * 1024
PIECE_BYTES = 64 * 1024


class SpoolRoom:
    """What all spools of a process hold, and may hold together."""

    def __init__(self, *, most: int = MOST_BYTES) -> None:
        self.most = most
        self.used = 0


class AnswerSpool:
    """Written at one end, read at the other. Of what was read no more is kept than a file of `file_bytes`.

    For a reader who is always a little behind one file would grow as long as the stream lasts: so there are
    several, and one that was read to its end is given back.
    """

    def __init__(
        self, room: SpoolRoom, *, in_memory: int = IN_MEMORY_BYTES, file_bytes: int = FILE_BYTES
    ) -> None:
        self._room = room
        self._in_memory = in_memory
        self._file_bytes = file_bytes
        self._files = deque([self._new_file()])
        self._read = self._written = 0  # in the first file, in the last one
        self._waiting = 0
        self._news = asyncio.Event()
        self._ended = False

    def _new_file(self) -> "SpooledTemporaryFile[bytes]":
        return SpooledTemporaryFile(max_size=self._in_memory)  # lives as long as we do

    @property
    def is_full(self) -> bool:
        """Whether more waits than its client may leave unread when room is short: a little always may."""
        return self._room.used > self._room.most and self._waiting > self._in_memory

    def put(self, data: bytes) -> None:
        """Append."""
        if self._written >= self._file_bytes:
            self._files.append(self._new_file())
            self._written = 0
        self._files[-1].seek(self._written)
        self._files[-1].write(data)
        self._written += len(data)
        self._count(len(data))
        self._news.set()

    def end(self) -> None:
        """Nothing follows."""
        self._ended = True
        self._news.set()

    async def take(self) -> bytes:
        """The next piece as soon as there is one; empty at the end."""
        while not self._waiting:
            if self._ended:
                return b""
            self._news.clear()
            await self._news.wait()
        self._files[0].seek(self._read)
        piece = self._files[0].read(PIECE_BYTES)
        if not piece:
            self._files.popleft().close()
            self._read = 0
            return await self.take()
        self._read += len(piece)
        self._count(-len(piece))
        if not self._waiting:
            self._begin_anew()
        return piece

    def _count(self, size: int) -> None:
        self._waiting += size
        self._room.used += size

    def _begin_anew(self) -> None:
        while len(self._files) > 1:
            self._files.popleft().close()
        self._read = self._written = 0
        self._files[0].seek(0)
        self._files[0].truncate()

    def close(self) -> None:
        """Give the memory and the files back."""
        self._count(-self._waiting)
        for file in self._files:
            file.close()
