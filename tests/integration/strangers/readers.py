"""The readers in examples/consumers, run as a downstream team would run them."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.judges import toolbox

CONSUMERS = Path(__file__).resolve().parents[3] / "examples" / "consumers"
NODE = CONSUMERS / "node"
READING_SECONDS = 120.0


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a reader printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Not by splitlines(), which also breaks at U+2028 and U+0085 inside a text."""
        return [json.loads(line) for line in self.out.split("\n") if line]


@dataclass(frozen=True, kw_only=True)
class NodeReader:
    """The Node.js consumer, with the packages that its lock file pins."""

    folder: Path
    kafka: str

    def command(self, *arguments: str) -> tuple[str, ...]:
        script = self.folder / "read_articles.mjs"
        return (toolbox.node(), str(script), "--kafka", self.kafka, *arguments)

    async def until_end(self, *arguments: str) -> Told:
        return await run(*self.command("--until-end", *arguments))


def node_reader(kafka: str, folder: Path) -> NodeReader:
    """The consumer as `npm ci` leaves it, laid out in this folder. Skips the test where npm gives nothing."""
    packages = toolbox.node_packages(NODE)
    for source in NODE.glob("*.mjs"):
        shutil.copy(source, folder)
    (folder / "node_modules").symlink_to(packages, target_is_directory=True)
    return NodeReader(folder=folder, kafka=kafka)


async def run(*command: str, kafka: str | None = None) -> Told:
    """Run a reader to its end."""
    async with started(*command, kafka=kafka) as process, asyncio.timeout(READING_SECONDS):
        out, err = await process.communicate()
    assert process.returncode is not None
    return Told(code=process.returncode, out=out.decode(), err=err.decode())


@asynccontextmanager
async def started(*command: str, kafka: str | None = None) -> AsyncIterator[asyncio.subprocess.Process]:
    """A running reader; what still runs at the end is killed."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **({"KAFKA_BOOTSTRAP_SERVERS": kafka} if kafka else {})},
        limit=2**24,  # bytes of one line: an article with its translations
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
