"""The supervisor does to processes what a fault asks, and leaves none behind."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from newsloom.stack.home import Home
from tests.eventually import eventually
from tests.oracle.supervisor import Process, Spec, Supervisor

ROOT = Path(__file__).resolve().parents[2]
SAYS_AND_WAITS = "import os, signal; print(os.environ.get('WORD', 'nothing'), flush=True); signal.pause()"


@pytest.fixture
async def supervisor(tmp_path: Path) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(Home(root=tmp_path / "home"))
    yield supervisor
    await supervisor.close()


def talker(supervisor: Supervisor, name: str = "talker") -> Process:
    command = [sys.executable, "-c", SAYS_AND_WAITS]
    return supervisor.add(Spec(name=name, command=command, environment=dict(os.environ)))


async def said(process: Process, words: list[str]) -> None:
    await eventually(lambda: process.log.read_text().split() == words, what=f"{process.name} said {words}")


async def test_the_log_keeps_every_life_and_a_changed_variable_lasts_for_one(supervisor: Supervisor) -> None:
    process = talker(supervisor)
    process.start({"WORD": "armed"})
    await said(process, ["armed"])
    await process.kill()
    process.start()
    await said(process, ["armed", "nothing"])
    assert process.exit_codes == [-signal.SIGKILL]


async def test_a_stopped_process_lives_and_wakes(supervisor: Supervisor) -> None:
    process = talker(supervisor)
    process.start()
    process.send(signal.SIGSTOP)
    await eventually(process.is_stopped, what="stopped")
    assert process.runs()
    process.send(signal.SIGCONT)
    await eventually(lambda: not process.is_stopped(), what="woken")
    assert await process.terminate() < 10
    assert process.exit_codes == [-signal.SIGTERM]


async def test_closing_ends_everything_also_what_is_stopped(supervisor: Supervisor) -> None:
    running, stopped = talker(supervisor, "running"), talker(supervisor, "stopped")
    for process in (running, stopped):
        process.start()
        await said(process, ["nothing"])
    stopped.send(signal.SIGSTOP)
    pids = [running.pid, stopped.pid]
    await supervisor.close([running])
    assert not any(process.runs() or process.wanted for process in supervisor.all())
    assert not any(psutil.pid_exists(pid) for pid in pids)


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv of util-linux is not installed")
def test_a_supervisor_that_is_killed_takes_its_processes_with_it(tmp_path: Path) -> None:
    supervising = f"""
import os, signal, sys
from pathlib import Path
from newsloom.stack.home import Home
from tests.oracle.supervisor import Spec, Supervisor
command = [sys.executable, "-c", "import signal; signal.pause()"]
supervisor = Supervisor(Home(root=Path({str(tmp_path / "home")!r})))
process = supervisor.add(Spec(name="child", command=command, environment=dict(os.environ)))
process.start()
print(process.pid, flush=True)
signal.pause()
"""
    doomed = subprocess.Popen(
        [sys.executable, "-c", supervising], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert doomed.stdout is not None
    child = int(doomed.stdout.readline())
    assert psutil.pid_exists(child)
    doomed.kill()
    doomed.wait()
    doomed.stdout.close()
    try:
        asyncio.run(eventually(lambda: not _lives(child), within=10, what="the child is gone"))
    finally:
        if _lives(child):
            os.kill(child, signal.SIGKILL)


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
