"""Worker processes for CPU work: started, asked, and replaced when they die or take too long.

The standard pool cannot stop one stuck process without losing the work of all others, which is why the
processes are kept here, each with its own pipes.
"""

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

import structlog

from enrich.analysis import Analysis
from enrich.breaker import Breakers
from enrich.frames import Analyse, Broken, IndexKeys, Ready, Running, pack, receive
from enrich.index_keys import Key
from enrich.ports import AnalysisFailed
from newsloom_schemas.article import ArticleContent
from newsloom_schemas.enrichment import Tag

# What a worker gets beyond the article's budget to stop by itself and answer, seconds.
GRACE: Final = 0.5
START_WITHIN: Final = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
TRIES: Final = 2
_WATCH: Final = 1.0
_ALONE: Final = ("--without-installed",)
_ENDED_TWICE: Final = "the article ended the worker process twice"
# One thread for each process: two processes that each start two threads are slower than two threads.
ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class WorkerDied(Exception):
    """The process ended while it was asked; someone else may be asked once more."""


class Worker:
    """One process with its pipes."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._interrupted_once = False
        # The enricher that started last: to blame when nothing more is heard.
        self.running: str | None = None
        self.gone = asyncio.Event()

    @classmethod
    async def started(cls, command: Sequence[str]) -> tuple["Worker", Ready]:
        """A process that has loaded its models; raises WorkerDied or TimeoutError when it fails to."""
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, env={**os.environ, **ONE_THREAD}
        )
        worker = cls(process)
        try:
            async with asyncio.timeout(START_WITHIN):
                ready = await worker._received()
        except BaseException:
            worker.discard()
            raise
        return worker, ready

    async def ask(self, request: Any) -> Any:
        """The worker's answer. Raises WorkerDied."""
        self.running = None
        writer = self._process.stdin
        assert writer is not None  # noqa: S101 - it was opened as a pipe
        try:
            writer.write(pack(request))
            await writer.drain()
        except ConnectionError:
            raise WorkerDied from None
        return await self._received()

    def is_sound_after(self, reply: Any) -> bool:
        """Whether the process may go on: once interrupted, a failure may be of its making and repeat."""
        if isinstance(reply, Analysis):
            self._interrupted_once |= reply.interrupted
        failed = isinstance(reply, Broken) or (isinstance(reply, Analysis) and reply.raised)
        return not (failed and self._interrupted_once)

    def discard(self) -> None:
        """Stop the process at once. Its slot starts another."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self.gone.set()

    async def ended(self) -> None:
        await self._process.wait()
        self.gone.set()

    async def _received(self) -> Any:
        reader = self._process.stdout
        assert reader is not None  # noqa: S101 - it was opened as a pipe
        try:
            while isinstance(reply := await receive(reader), Running):
                self.running = reply.enricher
            return reply
        except (asyncio.IncompleteReadError, ConnectionError):
            raise WorkerDied from None


class WorkerPool:
    """A fixed number of workers. Entering does not wait for them; the first request does."""

    def __init__(
        self,
        *,
        workers: int,
        budget: float,
        languages: Sequence[str],
        alias_packs: Sequence[Path] = (),
        sections: Path | None = None,
        command: Sequence[str] = (sys.executable, "-m", "enrich.worker"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._workers = workers
        self._budget = budget
        packs = [f"--aliases={path}" for path in alias_packs]
        own = packs if sections is None else [*packs, f"--sections={sections}"]
        self._command = (*command, f"--budget={budget:g}", f"--languages={','.join(languages)}", *own)
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._slots: list[asyncio.Task[None]] = []
        self._failure: str | None = None
        self._warm = 0
        self._left_out: tuple[str, ...] = ()
        # Here and not in the workers: what ends its worker must be remembered longer than that lives.
        self._breakers = Breakers(clock)

    async def __aenter__(self) -> Self:
        self._slots = [asyncio.create_task(self._slot(), name=f"worker-{n}") for n in range(self._workers)]
        return self

    async def __aexit__(self, *_error: object) -> None:
        for slot in self._slots:
            slot.cancel()
        await asyncio.gather(*self._slots, return_exceptions=True)

    @property
    def warm(self) -> int:
        """How many workers have loaded their models."""
        return self._warm

    @property
    def idle(self) -> int:
        """How many of them have nothing to do."""
        return self._idle.qsize()

    @property
    def busy(self) -> int:
        """How many of them are at work."""
        return max(0, self._warm - self.idle)

    def not_ready(self) -> str | None:
        """Why no article can be analysed now, or None."""
        if self._failure is not None:
            return self._failure
        return None if self._warm else "the worker processes are still loading their models"

    def switched_off(self) -> dict[str, str]:
        """The enrichers that failed so often that they are not asked for a while, each with the reason."""
        return self._breakers.off()

    def left_out(self) -> str | None:
        """Which enrichers the service works without, and why; None when it has them all."""
        off = (f"the enricher {name} is {reason}" for name, reason in self.switched_off().items())
        return "; ".join((*self._left_out, *off)) or None

    async def analyse(self, source: str, content: ArticleContent) -> Analysis:
        """Raises AnalysisFailed with the reason that the article's facets shall give."""
        off: dict[str, str] = {}
        for _ in range(TRIES):
            request = Analyse(source=source, content=content, off={**self.switched_off(), **off})
            worker = await self._free_worker()
            try:
                reply = await self._ask(worker, request)
            except WorkerDied:
                off |= self._blamed(worker, "it ended the worker process")
                continue
            analysis: Analysis = _checked(reply)
            self._breakers.ran(analysis.seconds, analysis.faults)
            return analysis
        raise AnalysisFailed(_ENDED_TWICE)

    async def index_keys(
        self, source: str, content: ArticleContent, language: str, tags: tuple[Tag, ...]
    ) -> tuple[Key, ...]:
        """Raises AnalysisFailed like `analyse`."""
        request = IndexKeys(source=source, content=content, language=language, tags=tags)
        for _ in range(TRIES):
            worker = await self._free_worker()
            with suppress(WorkerDied):
                keys: tuple[Key, ...] = _checked(await self._ask(worker, request))
                return keys
        raise AnalysisFailed(_ENDED_TWICE)

    def _blamed(self, worker: Worker, reason: str) -> dict[str, str]:
        """Counts the failure of the enricher that ran last; it, to be left out of the next try."""
        if worker.running is None:
            return {}
        self._breakers.failed(worker.running, reason)
        return {worker.running: reason}

    async def _ask(self, worker: Worker, request: Any) -> Any:
        try:
            async with asyncio.timeout(self._budget + GRACE):
                reply = await worker.ask(request)
        except TimeoutError:
            worker.discard()
            self._blamed(worker, "it could not be interrupted")
            raise AnalysisFailed(f"stopped after the time budget of {self._budget:g} s") from None
        except BaseException:
            # Cancelled or dead: an answer that comes later must not meet the next question.
            worker.discard()
            raise
        if worker.is_sound_after(reply):
            self._idle.put_nowait(worker)
        else:
            worker.discard()
        return reply

    async def _free_worker(self) -> Worker:
        while True:
            if self._failure is not None and not self._warm:
                raise AnalysisFailed(self._failure)
            with suppress(TimeoutError):
                async with asyncio.timeout(_WATCH):
                    worker = await self._idle.get()
                if not worker.gone.is_set():
                    return worker

    async def _slot(self) -> None:
        """Keeps one worker alive for ever."""
        pause, alone = FIRST_PAUSE, False
        while True:
            try:
                worker, ready = await Worker.started((*self._command, *_ALONE[:alone]))
            except (OSError, WorkerDied, TimeoutError) as error:
                self._failure = f"no worker process starts ({type(error).__name__}); the log has its output"
                # An installed enricher can end its worker at import: every other try does without.
                alone = not alone
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            pause, self._failure = FIRST_PAUSE, None
            self._told(ready)
            await self._until_gone(worker)

    def _told(self, ready: Ready) -> None:
        self._left_out = ready.left_out
        structlog.get_logger().info("worker_ready", rss_mb=ready.rss_mb)
        for reason in ready.left_out:
            structlog.get_logger().error("enricher_left_out", reason=reason)

    async def _until_gone(self, worker: Worker) -> None:
        self._warm += 1
        self._idle.put_nowait(worker)
        watch = asyncio.create_task(worker.ended())
        try:
            await worker.gone.wait()
            structlog.get_logger().warning("worker_replaced")
        finally:
            self._warm -= 1
            worker.discard()
            await asyncio.wait({watch})


def _checked(reply: Any) -> Any:
    if isinstance(reply, Broken):
        raise AnalysisFailed(f"the analysis failed: {reply.error}")
    return reply
