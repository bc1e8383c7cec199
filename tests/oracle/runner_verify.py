"""`newsloom rebuild --verify` against a cluster: what a rebuild would give is what the cluster has."""

import asyncio
import os
import sys
from pathlib import Path

from tests.oracle.ports import System

WITHIN_S = 600.0
SOURCES = ("articles-enriched", "articles-published")


async def rebuild_differs(system: System) -> str | None:
    """None when a rebuild from either topic gives the same; else what the command said."""
    said = [await _differs(system, source) for source in SOURCES]
    return "; ".join(each for each in said if each is not None) or None


async def _differs(system: System, source: str) -> str | None:
    command = [str(Path(sys.executable).parent / "newsloom"), "rebuild", "--verify", f"--from={source}"]
    process = await asyncio.create_subprocess_exec(
        *command,
        f"--kafka={system.kafka}",
        f"--mongo={system.mongo}",
        env={**os.environ, "MONGO_DATABASE": system.database},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, progress = await asyncio.wait_for(process.communicate(), WITHIN_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        return f"--from={source} was not done within {WITHIN_S:.0f} s"
    if process.returncode == 0:
        return None
    told = (output or progress).decode(errors="replace").strip()
    return f"--from={source} ended with {process.returncode}: {told[-600:]}"
