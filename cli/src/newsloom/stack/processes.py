"""Starting processes, remembering them on disk, and stopping exactly those again."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from newsloom.stack.errors import StackError
from newsloom.stack.home import Home
from newsloom_runtime.whole_files import write_whole

MARK = "NEWSLOOM_STACK_ID"
# psutil counts from the boot time, which a corrected clock may move a little.
SAME_START_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class ProcessRecord:
    """What was started: enough to find that very process again and to know where it listens."""

    name: str
    pid: int
    create_time: float
    cmd: tuple[str, ...]
    port: int


class ProcessTable:
    """The processes of one stack. The records on disk outlive the launcher that wrote them."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    def spawn(
        self, name: str, command: Sequence[str], *, port: int, environment: Mapping[str, str]
    ) -> ProcessRecord:
        """Start a process in a session of its own, its output in the component's log file."""
        log = self._home.log_file(name)
        if log.exists():
            log.replace(log.with_name(f"{name}.log.1"))
        child = self._popen(command, log, {**environment, MARK: self._home.stack_id()})
        self._children[child.pid] = child
        try:
            return self._remember(name, child.pid, tuple(command), port)
        except BaseException:  # a full disk, or Ctrl-C: what cannot be remembered must not live
            child.kill()
            raise

    def _popen(
        self, command: Sequence[str], log: Path, environment: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        try:
            with log.open("wb") as output:
                return subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=environment,
                    cwd=self._home.root,
                    start_new_session=True,
                )
        except (FileNotFoundError, PermissionError) as error:
            raise StackError(f"{command[0]} cannot be run: {error}", fix="see `newsloom doctor`") from error

    def _remember(self, name: str, pid: int, command: tuple[str, ...], port: int) -> ProcessRecord:
        try:
            started = psutil.Process(pid).create_time()
        except psutil.NoSuchProcess:
            started = 0.0
        record = ProcessRecord(name=name, pid=pid, create_time=started, cmd=command, port=port)
        write_whole(self._path(name), json.dumps(asdict(record)))
        return record

    def _path(self, name: str) -> Path:
        return self._home.run / f"{name}.json"

    def record(self, name: str) -> ProcessRecord | None:
        """What was last started under this name; None when nothing was or the file is damaged."""
        try:
            content = json.loads(self._path(name).read_text(encoding="utf-8"))
            return ProcessRecord(**{**content, "cmd": tuple(content["cmd"])})
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return None

    def alive(self, name: str) -> ProcessRecord | None:
        """The record, if that very process still runs: a recycled pid is somebody else's."""
        record = self.record(name)
        return record if record and self._find(record) else None

    def _find(self, record: ProcessRecord) -> psutil.Process | None:
        try:
            process = psutil.Process(record.pid)
            if not _lives(process):
                return None
            same_start = abs(process.create_time() - record.create_time) <= SAME_START_SECONDS
            return process if same_start or self._is_marked(process) else None
        except psutil.NoSuchProcess:
            return None

    def _is_marked(self, process: psutil.Process) -> bool:
        try:
            return bool(process.environ().get(MARK) == self._home.stack_id())
        except (psutil.Error, OSError):
            return False

    def leftovers(self) -> list[psutil.Process]:
        """Processes with this stack's mark that nothing accounts for.

        They were started just before a launcher was killed, or are workers of a service that was.
        """
        spared = self._spared()
        own = os.getuid()
        return [
            process
            for process in psutil.process_iter()
            if process.pid not in spared and _belongs_to(process, own) and self._is_marked(process)
        ]

    def _spared(self) -> set[int]:
        """The running components with their workers, and whoever asks."""
        asking = psutil.Process()
        pids = {asking.pid, *(parent.pid for parent in asking.parents())}
        for record in self._living():
            family = _children(psutil.Process(record.pid)) if psutil.pid_exists(record.pid) else []
            pids |= {record.pid, *(child.pid for child in family)}
        return pids

    def _living(self) -> Iterator[ProcessRecord]:
        for path in self._home.run.glob("*.json"):
            if record := self.alive(path.stem):
                yield record

    def stop(self, names: Sequence[str], *, grace: float, forget: bool = True) -> tuple[str, ...]:
        """SIGTERM to all, `grace` seconds, then SIGKILL; their children follow. The names that ran."""
        records = {name: record for name in names if (record := self.record(name))}
        running = {name: process for name, record in records.items() if (process := self._find(record))}
        end(list(running.values()), grace=grace)
        for name in names:
            self._reap(records.get(name))
            if forget:
                self._path(name).unlink(missing_ok=True)
        return tuple(running)

    def stop_leftovers(self, *, grace: float) -> int:
        """Stop marked processes without a record; how many there were."""
        found = self.leftovers()
        end(found, grace=grace)
        return len(found)

    def _reap(self, record: ProcessRecord | None) -> None:
        child = self._children.pop(record.pid, None) if record else None
        if child is not None:
            child.poll()


def end(processes: Sequence[psutil.Process], *, grace: float) -> None:
    """End these processes: politely first unless `grace` is 0, then whatever of their families is left."""
    families = {process: _children(process) for process in processes}
    if grace > 0:
        for process in processes:
            _send(process, signal.SIGTERM)
        _wait_until_gone(processes, grace)
    for process, children in families.items():
        for member in (process, *children, *_children(process)):
            _send(member, signal.SIGKILL)
    _wait_until_gone([*processes, *(child for family in families.values() for child in family)], 10)


def _wait_until_gone(processes: Sequence[psutil.Process], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while any(_lives(process) for process in processes) and time.monotonic() < deadline:
        time.sleep(0.01)


def _lives(process: psutil.Process) -> bool:
    """A zombie is gone, as only its parent can take it away; yet its last threads still hold its ports."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return bool(process.num_threads() > 1)
        return bool(process.is_running())
    except psutil.NoSuchProcess:
        return False


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        found: list[psutil.Process] = process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    return found


def _send(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)  # psutil checks pid and start time first
    except psutil.NoSuchProcess:
        return


def _belongs_to(process: psutil.Process, user: int) -> bool:
    try:
        return bool(process.uids().real == user) and _lives(process)
    except psutil.Error:
        return False
