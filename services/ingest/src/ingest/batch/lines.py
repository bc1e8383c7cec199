"""The lines of a stream that may be larger than memory: each within bounds of size and of time."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

from ingest.refusal import Refused

WINDOW_LINES = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line, or one row of a table. `number` counts from 1 where it begins, `after` is that of the next;
    `body` is None when it is longer than allowed."""

    number: int
    after: int
    body: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds that a begun line may take to arrive, and that may pass before the next begins."""

    line_s: float
    idle_s: float


class LineSplitter:
    """Cuts chunks into lines and holds one unfinished line at most. Blank lines are left out.

    With `quoted`, line breaks between double quotes belong to the row, as CSV has it.
    """

    def __init__(self, *, max_bytes: int, quoted: bool) -> None:
        self._max_bytes = max_bytes
        self._quoted = quoted
        self._breaks = 0
        self._begin()

    def _begin(self) -> None:
        self._number = self._breaks + 1
        self._parts: list[bytes] = []
        self._size = 0
        self._open = False

    @property
    def is_inside(self) -> bool:
        """Whether a line has begun."""
        return self._size > 0

    @property
    def held(self) -> int:
        """Bytes of the unfinished line that are in memory."""
        return 0 if self._size > self._max_bytes else self._size

    def feed(self, chunk: bytes) -> Iterator[Line]:
        """The lines that end in this chunk."""
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            self._add(part)
            self._breaks += 1
            if self._open:
                self._add(b"\n")
                continue
            yield from self._line()
        self._add(rest)

    def end(self) -> Iterator[Line]:
        """The last line, when no line break ended it."""
        yield from self._line()

    def _add(self, part: bytes) -> None:
        self._size += len(part)
        if self._quoted and part.count(b'"') % 2:
            self._open = not self._open
        if self._size > self._max_bytes:
            self._parts.clear()
        elif part:
            self._parts.append(part)

    def _line(self) -> Iterator[Line]:
        body = None if self._size > self._max_bytes else b"".join(self._parts).strip()
        number = self._number
        self._begin()
        if body != b"":
            yield Line(number=number, after=self._number, body=body)


def _unbounded(_size: int) -> None:
    return None


async def windows(
    stream: AsyncIterator[bytes],
    splitter: LineSplitter,
    patience: Patience,
    keep: Callable[[int], None] = _unbounded,
) -> AsyncGenerator[Sequence[Line], None]:
    """The lines as they arrive: what is there is handed on, up to WINDOW_LINES, and never waits for more.

    `keep` is told how many bytes are in memory. Raises Refused: `body-timeout`, and what `keep` raises. Time
    in which nobody asks for a window does not count.
    """
    waited = 0.0
    while True:
        began = monotonic()
        chunk = await _arriving(stream, patience.line_s - waited if splitter.is_inside else patience.idle_s)
        waited += monotonic() - began
        keep(splitter.held + len(chunk or b""))
        lines = list(splitter.end() if chunk is None else splitter.feed(chunk))
        if lines or not splitter.is_inside:
            waited = 0.0
        for at in range(0, len(lines), WINDOW_LINES):
            yield lines[at : at + WINDOW_LINES]
        if chunk is None:
            return


async def _arriving(stream: AsyncIterator[bytes], within_s: float) -> bytes | None:
    try:
        async with asyncio.timeout(within_s):
            return await anext(stream, None)
    except TimeoutError:
        raise Refused("body-timeout", "send each line without a pause, and the next one sooner") from None
