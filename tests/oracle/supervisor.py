"""Real processes under a supervisor that starts, kills, stops and wakes them, and ends all it started."""

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from newsloom.stack.home import Home
from newsloom.stack.processes import MARK, end
from tests.eventually import eventually

GRACE_S = 30.0
GONE_WITHIN_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Spec:
    """What to run: the same command and environment in every life of the process."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]


class Process:
    """One named process through all its lives. `wanted`: it is meant to run, whatever a fault did to it."""

    def __init__(self, spec: Spec, home: Home) -> None:
        self.spec = spec
        self.wanted = False
        self.changed: Mapping[str, str] = {}
        self.exit_codes: list[int] = []
        self._home = home
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def log(self) -> Path:
        """Output of all lives, one after the other."""
        return self._home.log_file(self.name)

    @property
    def pid(self) -> int:
        assert self._child is not None, f"{self.name} was never started"
        return self._child.pid

    def start(self, changed: Mapping[str, str] | None = None) -> None:
        """A new life; `changed` are variables for this life only. It may not run already."""
        assert not self.runs(), f"{self.name} runs already"
        self.wanted = True
        self.changed = dict(changed or {})
        environment = {**self.spec.environment, **self.changed, MARK: self._home.stack_id()}
        with self.log.open("ab") as output:
            self._child = subprocess.Popen(
                [*_dying_with_us(), *self.spec.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=self._home.root,
                start_new_session=True,
            )

    def runs(self) -> bool:
        """True while the process lives, also while it is stopped."""
        if self._child is None:
            return False
        code = self._child.poll()
        if code is None:
            return True
        self.exit_codes.append(code)
        self._child = None
        return False

    def send(self, number: signal.Signals) -> None:
        """A signal, if it runs."""
        if self.runs():
            os.kill(self.pid, number)

    def is_stopped(self) -> bool:
        """True while a SIGSTOP holds it."""
        if not self.runs():
            return False
        try:
            return bool(psutil.Process(self.pid).status() == psutil.STATUS_STOPPED)
        except psutil.NoSuchProcess:
            return False

    def resident_bytes(self) -> int:
        """Memory in use; 0 when it does not run."""
        try:
            return int(psutil.Process(self.pid).memory_info().rss) if self.runs() else 0
        except psutil.NoSuchProcess:
            return 0

    async def ended(self, *, within: float) -> int:
        """The exit code of the present or last life, negative for a signal."""
        await eventually(lambda: not self.runs(), within=within, what=f"{self.name} has ended")
        return self.exit_codes[-1]

    async def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.send(signal.SIGKILL)
        if self.runs() or self.exit_codes:
            await self.ended(within=GONE_WITHIN_S)

    async def terminate(self, *, grace: float = GRACE_S) -> float:
        """SIGTERM, and wait until it is gone: the seconds. AssertionError, and SIGKILL, after `grace`."""
        started = time.monotonic()
        self.wanted = False
        self.send(signal.SIGCONT)
        self.send(signal.SIGTERM)
        try:
            await eventually(lambda: not self.runs(), within=grace, what=f"{self.name} has ended on SIGTERM")
        except AssertionError:
            await self.kill()
            raise
        return time.monotonic() - started


def _dying_with_us() -> list[str]:
    """A prefix by which the kernel kills the process when we die without having ended it, where there is one.

    A process that only ever was ended politely would outlive a runner that is killed.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []


class Supervisor:
    """All processes of a cluster. Each carries the mark of `home`, so that a dead run's can be swept away."""

    def __init__(self, home: Home) -> None:
        home.prepare()
        home.stack_id()
        self._home = home
        self._processes: dict[str, Process] = {}

    def add(self, spec: Spec) -> Process:
        """Know a process; it is not started yet."""
        assert spec.name not in self._processes, f"two processes are called {spec.name}"
        process = self._processes[spec.name] = Process(spec, self._home)
        return process

    def __getitem__(self, name: str) -> Process:
        return self._processes[name]

    def __contains__(self, name: str) -> bool:
        return name in self._processes

    def all(self) -> tuple[Process, ...]:
        """In the order in which they were added."""
        return tuple(self._processes.values())

    async def close(self, *groups: Sequence[Process]) -> None:
        """End everything, group after group, then whatever is in no group."""
        named = {process.name for group in groups for process in group}
        rest = [process for process in self.all() if process.name not in named]
        for group in (*groups, rest):
            await asyncio.to_thread(_end, group)
            for process in group:
                process.wanted = process.runs()


def _end(group: Sequence[Process]) -> None:
    alive = [psutil.Process(process.pid) for process in group if process.runs()]
    for process in alive:
        process.send_signal(signal.SIGCONT)  # a stopped process would not hear the SIGTERM
    end(alive, grace=GRACE_S)
