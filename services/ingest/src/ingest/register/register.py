"""Asking the register: what the log holds of a submission, and what became of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from ingest.refusal import Refused
from ingest.register.fate import Fate, fate_of
from ingest.register.ports import Log, Submissions, Times
from newsloom_runtime.errors import TransientError
from newsloom_store import StoreError
from newsloom_store.submission_facts import SubmissionFact

CATCHES_UP_WITHIN_S = 3.0
ANSWERS_WITHIN_S = 5.0  # with a Kafka that is silent
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.005, 0.1


class LogRegister:
    """The register over a store and a log. `hurry` tells the reader of this process that somebody waits."""

    def __init__(
        self,
        store: Submissions,
        log: Log,
        *,
        hurry: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        answers_within_s: float = ANSWERS_WITHIN_S,
    ) -> None:
        self._store = store
        self._log = log
        self._hurry = hurry
        self._clock = clock
        self._pause = pause
        self._answers_within_s = answers_within_s

    async def caught_up(self) -> None:
        """See Register."""
        try:
            await self._catch_up()
        except (StoreError, TransientError) as error:
            raise _unavailable(error) from error

    async def latest_revision(self, article_id: str) -> int | None:
        """See Register."""
        await self.caught_up()
        try:
            return await self._store.latest_revision(article_id)
        except StoreError as error:
            raise _unavailable(error) from error

    async def find(self, event_id: str) -> SubmissionFact | None:
        """The submission, None when the log has not held it in the last 30 days.

        Raises Refused: `register-unavailable`.
        """
        try:
            fact = await self._store.fact(event_id)
            if fact is None:
                await self._catch_up()
                fact = await self._store.fact(event_id)
        except (StoreError, TransientError) as error:
            raise _unavailable(error) from error
        return fact

    async def fate(self, fact: SubmissionFact, *, hops: bool = True) -> tuple[Fate, Times]:
        """What became of it by now, and the times of its steps; without `hops` only those that are at hand.

        Raises Refused: `register-unavailable`.
        """
        try:
            standing = await self._store.standing(fact.article_id)
            fate = fate_of(fact, standing, await self._store.letters(fact.event_id))
        except StoreError as error:
            raise _unavailable(error) from error
        if fate.state == "accepted" or not hops:
            return fate, _known_at_once(fact)
        try:
            return fate, await self._log.times(fact, standing)
        except TransientError:  # the state is known; the times are an extra
            return fate, _known_at_once(fact)

    async def _catch_up(self) -> None:
        """Until the reader, wherever it runs, has kept all that the log holds at this moment."""
        try:
            async with asyncio.timeout(self._answers_within_s):
                await self._wait_for_the_reader()
        except TimeoutError:
            raise RegisterBehind("the log or the register has not answered in time") from None

    async def _wait_for_the_reader(self) -> None:
        deadline, pause = self._clock() + CATCHES_UP_WITHIN_S, FIRST_PAUSE_S
        log, ends = await self._log.identity(), await self._log.ends()
        while True:
            self._hurry()
            reached = await self._store.positions(log)
            if all(reached.get(place, 0) >= end for place, end in ends.items()):
                return
            if self._clock() > deadline:
                raise RegisterBehind("the register has not read the whole log yet")
            await self._pause(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)


class RegisterBehind(TransientError):
    """The log holds more than is known of it."""


def _known_at_once(fact: SubmissionFact) -> Times:
    return {"accepted": fact.accepted_at, "logged": fact.logged_at}


def _unavailable(error: Exception) -> Refused:
    cause = "MongoDB" if isinstance(error, StoreError) else "the log"
    if isinstance(error, RegisterBehind):
        cause = "the register, which is still reading the log"
    return Refused(
        "register-unavailable", f"ask again after the time in Retry-After: {cause} has no answer yet"
    )
