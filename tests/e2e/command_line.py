"""The newsloom command, run against the system under test as an operator would."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from typing import Any

from tests.e2e.system import System


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """One JSON value a line."""
        return [json.loads(line) for line in self.out.splitlines()]


async def newsloom(system: System, *arguments: str) -> Said:
    """Run the command and wait for it, at most two minutes."""
    environment = {**os.environ, "NEWSLOOM_HOME": str(system.stack.home.root)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "newsloom.main", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    async with asyncio.timeout(120):
        out, err = await process.communicate()
    assert process.returncode is not None
    return Said(code=process.returncode, out=out.decode(), err=err.decode())
