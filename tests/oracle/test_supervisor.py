"""The supervisor does to processes what a fault asks, and leaves none behind."""

import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from newsloom.stack.home import Home
from tests.eventually import eventually
from tests.oracle.supervisor import Process, Spec, Supervisor

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
