"""Live updates go first: whoever catches up works in the pauses between them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

PAUSE_S = 0.003
# How long live updates take from the window into the sockets of their readers.
ON_THEIR_WAY_S = 0.008
MOST_PAUSES = 16  # then a bite is due, however busy it is: who catches up must get there


class Precedence:
    """Tells those who catch up when to wait. Their work comes in bites of a quarter of a millisecond; without
    pauses an update would meet a bite at each of the turns that the loop needs to bring it to its readers."""

    def __init__(self) -> None:
        self._taking_in = 0
        self._free_at = 0.0

    @contextmanager
    def live(self) -> Iterator[None]:
        """While live updates are taken in, and a little longer."""
        self._taking_in += 1
        try:
            yield
        finally:
            self._taking_in -= 1
            self._free_at = asyncio.get_running_loop().time() + ON_THEIR_WAY_S

    async def pause(self) -> None:
        """The pause between two bites: short, longer while live updates are on their way."""
        for _ in range(MOST_PAUSES):
            await asyncio.sleep(PAUSE_S)
            if not self._taking_in and asyncio.get_running_loop().time() >= self._free_at:
                return
