"""Answers that wait until their client reads: in memory while they are few, in a temporary file beyond."""

import asyncio
from tempfile import SpooledTemporaryFile

IN_MEMORY_BYTES = 128 * 1024
MOST_BYTES = 256 * 1024 * 1024
PIECE_BYTES = 64 * 1024


class AnswerSpool:
    """Written at one end, read at the other. Nothing that was read is kept longer than until all was read."""

    def __init__(self, *, in_memory: int = IN_MEMORY_BYTES, most: int = MOST_BYTES) -> None:
        self._file = SpooledTemporaryFile(max_size=in_memory)  # noqa: SIM115 - lives as long as we do
        self._most = most
        self._read = self._written = 0
        self._news = asyncio.Event()
        self._ended = False

    @property
    def is_full(self) -> bool:
        """Whether more waits than a client may leave unread."""
        return self._written - self._read > self._most

    def put(self, data: bytes) -> None:
        """Append."""
        self._file.seek(self._written)
        self._file.write(data)
        self._written += len(data)
        self._news.set()

    def end(self) -> None:
        """Nothing follows."""
        self._ended = True
        self._news.set()

    async def take(self) -> bytes:
        """The next piece as soon as there is one; empty at the end."""
        while self._read == self._written:
            if self._ended:
                return b""
            self._news.clear()
            await self._news.wait()
        self._file.seek(self._read)
        piece = self._file.read(PIECE_BYTES)
        self._read += len(piece)
        if self._read == self._written:
            self._read = self._written = 0
            self._file.seek(0)
            self._file.truncate()
        return piece

    def close(self) -> None:
        """Give the memory and the file back."""
        self._file.close()
