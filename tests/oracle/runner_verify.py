"""`newsloom rebuild --verify` against a cluster: what a rebuild would give is what the cluster has."""

import asyncio
import os
import sys
from pathlib import Path

from newsloom.stack.addresses import Addresses, write_addresses
from newsloom.stack.home import Home
from tests.oracle.ports import System

WITHIN_S = 600.0


async def rebuild_differs(system: System, folder: Path) -> str | None:
    """None when a rebuild gives the same; else what the command said."""
    home = Home(root=folder / "verify")
    home.prepare()
    write_addresses(
        home.stack_file,
        Addresses(kafka=system.kafka, mongo=system.mongo, ingest=system.ingest, feeds=system.feeds),
    )
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "newsloom"),
        "rebuild",
        "--verify",
        env={**os.environ, "NEWSLOOM_HOME": str(home.root), "MONGO_DATABASE": system.database},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), WITHIN_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        return f"not done within {WITHIN_S:.0f} s"
    said = output.decode(errors="replace").strip()
    return None if process.returncode == 0 else f"exit code {process.returncode}: {said[-600:]}"
