"""What was started is found again and ended; what was not is left alone. With real, tiny processes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from newsloom.stack.errors import ExitCode, StackError
from newsloom.stack.home import Home
from newsloom.stack.lock import only_one
from newsloom.stack.processes import MARK, ProcessTable

IDLE = (sys.executable, "-c", "import signal; print('here', flush=True); signal.pause()")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('here', flush=True)\nwhile 1: signal.pause()",
)
WITH_WORKER = (
    sys.executable,
    "-c",
    "import signal, subprocess, sys\n"
    "w = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
    "print(w.pid, flush=True); signal.pause()",
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(root=tmp_path / "home")
    home.prepare()
    return home


@pytest.fixture
def table(home: Home) -> Iterator[ProcessTable]:
    table = ProcessTable(home)
    yield table
    table.stop(["one", "two"], grace=0)
    table.stop_leftovers(grace=0)


def start(table: ProcessTable, home: Home, command: tuple[str, ...], name: str = "one") -> int:
    record = table.spawn(name, command, port=1, environment=dict(os.environ))
    wait_until(lambda: home.log_file(name).read_text() != "")
    return record.pid


@contextmanager
def stranger(environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that no table started."""
    with subprocess.Popen(IDLE, stdout=subprocess.DEVNULL, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the awaited condition did not come"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def test_a_process_survives_the_table_that_started_it_and_another_table_stops_it(
    table: ProcessTable, home: Home
) -> None:
    pid = start(table, home, IDLE)
    another = ProcessTable(home)
    assert another.alive("one") is not None
    assert another.stop(["one"], grace=5) == ("one",)
    assert gone(pid)
    assert another.record("one") is None


def test_a_recycled_pid_is_never_touched(table: ProcessTable, home: Home) -> None:
    with stranger(os.environ) as other:
        record = {"name": "one", "pid": other.pid, "create_time": 1.0, "cmd": ["kafka"], "port": 1}
        (home.run / "one.json").write_text(json.dumps(record))
        assert table.alive("one") is None
        assert table.stop(["one"], grace=0) == ()
        table.stop_leftovers(grace=0)
        assert other.poll() is None


def test_a_process_that_ignores_sigterm_is_killed_after_its_grace(table: ProcessTable, home: Home) -> None:
    pid = start(table, home, STUBBORN)
    assert table.stop(["one"], grace=0.2) == ("one",)
    assert gone(pid)


def test_a_corrected_clock_does_not_hide_our_own_process(table: ProcessTable, home: Home) -> None:
    start(table, home, IDLE)
    path = home.run / "one.json"
    record = json.loads(path.read_text())
    path.write_text(json.dumps({**record, "create_time": record["create_time"] + 3600}))
    assert table.alive("one") is not None


def test_the_workers_of_a_stopped_component_end_with_it(table: ProcessTable, home: Home) -> None:
    start(table, home, WITH_WORKER)
    worker = int(home.log_file("one").read_text())
    table.stop(["one"], grace=5)
    wait_until(lambda: gone(worker))


def test_the_workers_of_a_killed_component_are_leftovers(table: ProcessTable, home: Home) -> None:
    pid = start(table, home, WITH_WORKER)
    worker = int(home.log_file("one").read_text())
    assert table.leftovers() == []
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: gone(pid))
    assert [process.pid for process in table.leftovers()] == [worker]
    assert table.stop_leftovers(grace=5) == 1
    assert gone(worker)


def test_a_process_whose_record_was_never_written_is_a_leftover(table: ProcessTable, home: Home) -> None:
    pid = start(table, home, IDLE)
    (home.run / "one.json").unlink()
    assert [process.pid for process in ProcessTable(home).leftovers()] == [pid]


def test_a_process_of_another_stack_is_no_leftover(table: ProcessTable, tmp_path: Path) -> None:
    with stranger({**os.environ, MARK: "another"}):
        assert table.leftovers() == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}'])
def test_a_damaged_record_is_no_record(table: ProcessTable, home: Home, text: str) -> None:
    (home.run / "one.json").write_text(text)
    assert table.alive("one") is None
    assert table.stop(["one"], grace=0) == ()


def test_a_dead_process_is_not_alive_even_before_its_parent_took_notice(
    table: ProcessTable, home: Home
) -> None:
    pid = start(table, home, IDLE)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: gone(pid))
    assert table.alive("one") is None


def test_the_log_of_the_run_before_is_kept(table: ProcessTable, home: Home) -> None:
    home.log_file("one").write_text("why it crashed")
    start(table, home, IDLE)
    assert home.log_file("one").with_name("one.log.1").read_text() == "why it crashed"


def test_a_second_holder_of_the_lock_is_told_to_wait(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with only_one(path, seconds=0, busy="first"):
        with pytest.raises(StackError, match="busy") as caught, only_one(path, seconds=0, busy="busy"):
            pass
        assert caught.value.code == ExitCode.BUSY
    with only_one(path, seconds=0, busy="free again"):
        pass
