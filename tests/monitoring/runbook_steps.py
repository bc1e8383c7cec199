"""The first steps of the runbook's headings for alerts, typed as they stand there."""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Final

from tests.e2e.system import System

RUNBOOK: Final = Path(__file__).parents[2] / "docs" / "runbook.md"
USUAL_PORTS: Final = {
    "8000": "feeds",
    "8001": "ingest",
    "8002": "enrich",
    "8003": "publish",
    "8004": "canary",
}
NOTHING_FOUND: Final = 1  # of grep, and of an id that only stands for another
_STEPS = re.compile(r"First steps:\n\n((?:[123]\. `.*\n)+)")
_COMMAND = re.compile(r"[123]\. `(.+?)`:")


def first_steps() -> list[str]:
    """Each command once, in the order of the page."""
    found = [
        command
        for block in _STEPS.findall(RUNBOOK.read_text(encoding="utf-8"))
        for command in _COMMAND.findall(block)
    ]
    assert len(found) % 3 == 0
    return list(dict.fromkeys(found))


async def typed(system: System, command: str) -> None:
    """Run it as a shell would, at this system's addresses. Fails when it is no command, or used wrongly."""
    home, at = system.stack.home.root, system.at.as_dict()
    script = command.replace(".newsloom/", f"{home}/")
    for port, name in USUAL_PORTS.items():
        script = script.replace(f"http://127.0.0.1:{port}", at[name])
    process = await asyncio.create_subprocess_exec(
        "bash",
        "-o",
        "pipefail",
        "-c",
        script,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "NEWSLOOM_HOME": str(home),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(120):
        out, err = await process.communicate()
    assert process.returncode in (0, NOTHING_FOUND), f"{command}\n{out.decode()}\n{err.decode()}"
