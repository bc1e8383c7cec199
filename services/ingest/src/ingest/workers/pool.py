"""Worker processes for texts that are long or need a parser: bounded, stopped when they take too long.

Each is started when it is first needed, and again after it had to be stopped. The standard pool cannot stop
one stuck process without losing the work of all others.
"""

import asyncio
import os
import pickle
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, Self, TypeVar

import structlog

from ingest.refusal import Refused
from ingest.workers.frames import LENGTH, Broken, Done, pack

BUDGET_S: Final = 3.0  # processor seconds for one text; the largest honest page takes a third of that
WAITING: Final = 2048  # as many as the front door lets in; what they hold is bounded there too
WAIT_S: Final = 30.0
# Start, work and answer on a machine that gives its workers hardly any time.
PATIENCE_S: Final = 60.0
TRIES: Final = 2
# Loading them takes most of a second, which is not the first text's fault.
LOADED: Final = ("ingest.submission", "ingest.sources", "ingest.sources.html.reading")
# A library of a library reserves memory for each thread that it might start.
# Nothing that ingest knows by its environment, such as keys, is given to what reads the texts of strangers.
_PASSED_ON: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV")
_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_BUSY: Final = "too many long texts are in work; repeat the request after the time in Retry-After"
_CANNOT_WORK: Final = "repeat the request later; newsloom's log says why its workers end"

Matter = TypeVar("Matter")
Result = TypeVar("Result")


class WorkFailed(RuntimeError):
    """The work met a bug of ours; the worker's log has the place."""


class _WorkerEnded(Exception):
    """The process ended while it was asked, with this status; negative is the signal that ended it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"ended with status {status}")
        self.took_too_long = status == -signal.SIGPROF
        self.by_itself = status >= 0


class WorkerPool:
    """At most `workers` processes. Use as a context, so that they end with the service."""

    def __init__(
        self,
        *,
        workers: int = 2,
        budget_s: float = BUDGET_S,
        waiting: int = WAITING,
        wait_s: float = WAIT_S,
        loaded: Sequence[str] = LOADED,
    ) -> None:
        self._command = (sys.executable, "-m", "ingest.workers.process", f"{budget_s:g}", *loaded)
        self._workers = workers
        self._free = asyncio.Semaphore(workers)
        self._may_wait = waiting
        self._waiting = self._busy = 0
        self._wait_s = wait_s
        self._idle: list[Process] = []
        self._all: set[Process] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        for process in tuple(self._all):
            await self._end(process)

    @property
    def busy(self) -> int:
        """How many pieces are in work."""
        return self._busy

    @property
    def idle(self) -> int:
        """How many pieces more could be in work now."""
        return max(0, self._workers - self._busy)

    @property
    def waiting(self) -> int:
        """How many pieces wait for a process."""
        return self._waiting

    async def run(self, work: Callable[[Matter], Result], matter: Matter) -> Result:
        """`work(matter)`, done beside the event loop. Both must be picklable: `work` by its name.

        Raises Refused: `too-complex`, `overloaded`, and what the work refuses; WorkFailed for a bug.
        """
        await self._turn()
        self._busy += 1
        try:
            result: Result = _outcome(await self._tried(pack((work, matter))))
            return result
        finally:
            self._busy -= 1
            self._free.release()

    async def _turn(self) -> None:
        if self._free.locked() and self._waiting >= self._may_wait:
            raise Refused("overloaded", _BUSY)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._wait_s):
                await self._free.acquire()
        except TimeoutError:
            raise Refused("overloaded", _BUSY) from None
        finally:
            self._waiting -= 1

    async def _tried(self, frame: bytes) -> Any:
        tries = TRIES
        while tries:
            tries -= 1
            try:
                async with asyncio.timeout(PATIENCE_S):
                    return await self._asked(frame)
            except TimeoutError:
                raise Refused("overloaded", _BUSY) from None
            except _WorkerEnded as end:
                if end.took_too_long:
                    break
                if end.by_itself and not tries:  # most likely it did not even start: no fault of the text's
                    raise Refused("overloaded", _CANNOT_WORK) from None
        raise Refused("too-complex", "simplify the document: reading it takes longer than any article needs")

    async def _asked(self, frame: bytes) -> Any:
        process = await self._process()
        try:
            reply = await _exchange(process, frame)
        except (asyncio.IncompleteReadError, ConnectionError):
            status = await self._end(process)
            structlog.get_logger().warning("worker_ended", status=status)
            raise _WorkerEnded(status) from None
        except BaseException:
            # An answer that comes later must not meet the next question.
            await self._end(process)
            raise
        self._idle.append(process)
        return reply

    async def _process(self) -> Process:
        while self._idle:
            process = self._idle.pop()
            if process.returncode is None:
                return process
            self._all.discard(process)
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, env=_environment()
        )
        self._all.add(process)
        return process

    async def _end(self, process: Process) -> int:
        self._all.discard(process)
        with suppress(TimeoutError):  # it closed its pipe because it is ending: learn why before killing it
            async with asyncio.timeout(1 if process.stdout and process.stdout.at_eof() else 0):
                return await process.wait()
        with suppress(ProcessLookupError):
            process.kill()
        return await process.wait()


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _ONE_THREAD


async def _exchange(process: Process, frame: bytes) -> Any:
    writer, reader = process.stdin, process.stdout
    assert writer is not None  # noqa: S101 - both were opened as pipes
    assert reader is not None  # noqa: S101
    writer.write(frame)
    await writer.drain()
    head = await reader.readexactly(LENGTH.size)
    return pickle.loads(await reader.readexactly(LENGTH.unpack(head)[0]))  # noqa: S301 - we started that process


def _outcome(reply: Any) -> Any:
    match reply:
        case Done():
            return reply.value
        case Refused():
            raise reply
        case Broken():
            raise WorkFailed(f"a worker failed: {reply.error}; the log has the place")
    raise WorkFailed("a worker gave no answer that is known")
