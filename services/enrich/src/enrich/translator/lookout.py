"""Keeps trying what is not known to work, and wakes the translations that waited for it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final, Protocol

import structlog

from enrich.translator.board import NOT_SERVED, Board
from enrich.translator.ports import BadAnswer, Clock, Engine, EngineAway, Pair, PairNotServed, Waiting
from enrich.translator.requests import TranslateRequests
from newsloom_runtime.errors import TransientError
from newsloom_store import StoreUnavailable

LOOK_EVERY: Final = 1.0
REST: Final = 5.0
ASK_AGAIN_EVERY: Final = 15.0
# A pair that was found broken is tried again after this many seconds: its package may have been mended.
MEND_AFTER: Final = 600.0
TRIED_AT_ONCE: Final = 4

OnWorking = Callable[[Pair], Awaitable[None]]


class Trials:
    """What engines serve and whether that works, asked again for as long as it is not known."""

    def __init__(self, board: Board, engines: Sequence[Engine], *, seconds: Callable[[], float]) -> None:
        self._board = board
        self._engines = engines
        self._seconds = seconds
        self._ask_at = {engine.name: seconds() for engine in engines}
        self._mend_at = seconds() + MEND_AFTER
        self._lanes = asyncio.Semaphore(TRIED_AT_ONCE)
        self._worked: dict[tuple[str, Pair], bool] = {}
        self.on_working: OnWorking | None = None

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Ask engines what they serve, and try what is untried or was failing."""
        now = self._seconds()
        due = [engine for engine in self._engines if now >= self._ask_at[engine.name]]
        await asyncio.gather(*(self._discover(engine) for engine in due))
        to_try = self._board.to_try()
        if now >= self._mend_at:
            self._mend_at = now + MEND_AFTER
            to_try += self._board.broken_ones()
        await asyncio.gather(*(self._try_out(engine, pair) for engine, pair in to_try))

    def note(self) -> str | None:
        """Pairs that an engine claims and does badly, for the page of readiness."""
        wrong = [
            f"{name} {pair} is {said}" for name, pair, said in self._board.report() if self._is_wrong(said)
        ]
        return "; ".join(wrong) or None

    def _is_wrong(self, said: str) -> bool:
        return said.startswith("broken") and NOT_SERVED not in said

    async def _discover(self, engine: Engine) -> None:
        self._ask_at[engine.name] = self._seconds() + ASK_AGAIN_EVERY
        with suppress(EngineAway, BadAnswer, PairNotServed):
            await self._board.discover(engine)
            # What it serves changes with its installation only.
            self._ask_at[engine.name] = self._seconds() + MEND_AFTER

    async def _try_out(self, engine: Engine, pair: Pair) -> None:
        async with self._lanes:
            works = await self._board.try_out(engine, pair)
        if self._worked.get((engine.name, pair)) is not works:
            self._worked[engine.name, pair] = works
            log = structlog.get_logger()
            log.info("translation_pair_tried", engine=engine.name, pair=str(pair), works=works)
        if works and self.on_working is not None:
            await self.on_working(pair)


class TranslationStore(Protocol):
    """What the look-out needs of the store."""

    @property
    def waiting(self) -> Waiting: ...

    async def ensure_indexes(self) -> None: ...


class Lookout:
    """Two endless concerns of one task: the trials, and the translations that wait."""

    def __init__(
        self, trials: Trials, store: TranslationStore, requests: TranslateRequests, clock: Clock
    ) -> None:
        self._trials = trials
        self._store = store
        self._requests = requests
        self._clock = clock
        self.waiting_count = 0
        trials.on_working = self._hasten

    async def run(self) -> None:
        """Look until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._trials.run())
            group.create_task(self._retry_for_ever())

    async def _retry_for_ever(self) -> None:
        indexed = False
        while True:
            try:
                if not indexed:
                    await self._store.ensure_indexes()
                    indexed = True
                tried = await self._requests.retry()
                self.waiting_count = await self._store.waiting.count()
                await asyncio.sleep(0 if tried else LOOK_EVERY)
            except (StoreUnavailable, TransientError) as error:
                # What was claimed is due again when its lease is over.
                structlog.get_logger().warning("translations_wait", error=type(error).__name__)
                await asyncio.sleep(REST)

    async def _hasten(self, pair: Pair) -> None:
        with suppress(StoreUnavailable):
            await self._store.waiting.hasten(str(pair), self._clock.now())
