"""The role that keeps the register: reads the log as it grows and notes which submissions it holds."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import structlog

from ingest.register.facts import TOPICS, sorted_out
from newsloom_runtime.cluster import Cluster
from newsloom_runtime.errors import TransientError
from newsloom_runtime.log_identity import log_identity
from newsloom_runtime.raw_follower import RawFollower, Stretch
from newsloom_schemas.catalog import ARTICLES_SUBMITTED
from newsloom_store import LetterFact, LetterResolved, Positions, StoreError, SubmissionFact

# Nobody waits for what has just been logged until somebody asks: reading in larger pieces costs less, and
# stays out of the way of the articles themselves.
REST_S = 1.0
WAIT_MS = 100
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 10.0
LETTERS_EVERY_S = 30.0
NOBODY_WAITS = ("conflict", "not-better")  # the source has to send another revision; the old state stands


class Keeping(Protocol):
    """Where it is kept. Raises StoreError."""

    async def ensure_indexes(self) -> None: ...
    async def positions(self, log: str) -> Positions: ...
    async def record(self, facts: Sequence[SubmissionFact]) -> None: ...
    async def note_letters(self, notes: Sequence[LetterFact | LetterResolved]) -> None: ...
    async def oldest_open_letter(self, *, ignoring: Sequence[str]) -> datetime | None: ...
    async def forget_positions(self, log: str) -> None: ...
    async def advance(self, log: str, positions: Positions) -> None: ...


class RegisterReader:
    """An endless task. Without Kafka or MongoDB it waits and tells; nothing else of ingest waits for it.

    What is kept and how far was read stand in the same store: one that is lost, or put back to an older
    state, is read up again by itself. Several processes may read at once; they keep the same.
    """

    def __init__(
        self,
        bootstrap: Cluster,
        store: Keeping,
        *,
        tell: Callable[[int], None] = lambda _behind: None,
        tell_oldest: Callable[[float], None] = lambda _at: None,
    ) -> None:
        """`tell` hears how many records are still to be read, `tell_oldest` since when a letter waits."""
        self._bootstrap = bootstrap
        self._store = store
        self._tell = tell
        self._tell_oldest = tell_oldest
        self._letters_due = 0.0
        self._hurry = asyncio.Event()
        self._why: str | None = "it has not begun to read the log"

    def note(self) -> str | None:
        """Why it is not known what became of submissions, or None."""
        return self._why

    def hurry(self) -> None:
        """Somebody waits: read on at once."""
        self._hurry.set()

    async def run(self) -> None:
        """Read until cancelled."""
        pause = FIRST_PAUSE_S
        while True:
            try:
                await self._read()
            except (TransientError, StoreError) as error:
                pause = FIRST_PAUSE_S if self._why is None else min(2 * pause, LONGEST_PAUSE_S)
                self._why = f"{error}; articles are taken in all the same"
                structlog.get_logger().warning("register_waits", why=str(error))
            await asyncio.sleep(pause)

    async def _read(self) -> None:
        await self._store.ensure_indexes()
        log = await log_identity(self._bootstrap, ARTICLES_SUBMITTED.name)
        start = await self._store.positions(log)
        async with RawFollower(self._bootstrap, TOPICS, name="register", wait_ms=WAIT_MS) as follower:
            if any(start.get(place, 0) > end for place, end in (await follower.ends()).items()):
                await self._store.forget_positions(log)  # a topic was made anew and counts from 0 again
                start = {}
            noted = dict(start)
            async for stretch in follower.follow(start):
                if await self._was_put_back(log, noted):
                    return  # going on would leave a gap for ever
                await self._keep(log, stretch)
                noted |= stretch.reached
                self._why = follower.halted()
                self._tell(stretch.behind)
                if not stretch.behind or self._why is not None:
                    await self._look_at_letters()
                    await self._rest()

    async def _keep(self, log: str, stretch: Stretch) -> None:
        """The position last: dying in between only repeats."""
        facts, notes = sorted_out(stretch.records)
        await self._store.record(facts)
        await self._store.note_letters(notes)
        await self._store.advance(log, stretch.reached)

    async def _look_at_letters(self) -> None:
        if time.monotonic() < self._letters_due:
            return
        oldest = await self._store.oldest_open_letter(ignoring=NOBODY_WAITS)
        self._tell_oldest(oldest.timestamp() if oldest is not None else 0.0)
        self._letters_due = time.monotonic() + LETTERS_EVERY_S

    async def _was_put_back(self, log: str, noted: Positions) -> bool:
        """Whether the store knows less than this reader noted in it: a backup stands there now."""
        kept = await self._store.positions(log)
        return any(kept.get(place, 0) < offset for place, offset in noted.items())

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(REST_S):
                await self._hurry.wait()
        except TimeoutError:
            return
        self._hurry.clear()
