"""Where the judges come from, and why one cannot be had here: tools outside Python are cached for the user.

Two things are in no package registry. Who has them puts them into the cache folder, or names their place:
the W3C feed validator (its folder `src`) and IPTC's ninjs schema.
"""

import asyncio
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import platformdirs
import pytest

INSTALL_SECONDS = 300
JUDGE_SECONDS = 120.0
MANIFESTS = Path(__file__).parent / "node"
PYTHON_JUDGES = Path(__file__).parent / "python"


def cache_folder() -> Path:
    """Shared by all checkouts of this user."""
    base = os.environ.get("NEWSLOOM_CACHE") or platformdirs.user_cache_dir("newsloom")
    return Path(base) / "judges"


def feed_validator() -> Path:
    """The folder to import the W3C feed validator from; without one the test is skipped."""
    return _placed("NEWSLOOM_FEEDVALIDATOR", "feedvalidator/src", "feedvalidator", "the W3C feed validator")


def ninjs_schema() -> Path:
    """The folder of IPTC's schemas; without one the test is skipped."""
    return _placed("NEWSLOOM_NINJS_SCHEMAS", "iptc/specification", "ninjs-schema_3.1.json", "IPTC's ninjs")


def _placed(variable: str, usual: str, holds: str, what: str) -> Path:
    folder = Path(os.environ.get(variable) or cache_folder() / usual)
    if not (folder / holds).exists():
        pytest.skip(f"{what} is in no package registry: put it at {folder} or set {variable}")
    return folder


@cache
def node_packages(manifests: Path = MANIFESTS) -> Path:
    """The folder `node_modules` with what a lock file pins, by default the judges.

    The test is skipped where npm has none to give.
    """
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("judges from npm need npm: install Node.js 20 or newer")
    pinned = manifests / "package-lock.json"
    wants = (manifests / "package.json", pinned)
    command = (npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    return _installed("node", pinned, lambda folder: _run(folder, wants, command)) / "node_modules"


@cache
def python_with(judge: str) -> Path:
    """A Python with one pinned judge in an environment of its own: what comes with it would disturb ours."""
    pinned = PYTHON_JUDGES / f"{judge}.txt"

    def install(folder: Path) -> None:
        _run(folder, (pinned,), (sys.executable, "-m", "venv", "."))
        _run(
            folder, (), (str(folder / "bin/python"), "-m", "pip", "install", "--no-deps", "-qr", pinned.name)
        )

    return _installed(judge, pinned, install) / "bin/python"


def _installed(name: str, pinned: Path, install: Callable[[Path], None]) -> Path:
    """The cached folder for these pins. Everything lands beside it first: what was cut off never counts."""
    target = cache_folder() / f"{name}-{hashlib.sha256(pinned.read_bytes()).hexdigest()[:12]}"
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="installing-") as staging:
        folder = Path(staging) / name
        folder.mkdir()
        install(folder)
        if not target.exists():
            folder.rename(target)
    return target


def _run(folder: Path, wants: Iterable[Path], command: Sequence[str]) -> None:
    for file in wants:
        shutil.copy(file, folder)
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    if ended.returncode != 0:
        complaint = (ended.stderr or ended.stdout).strip()[-300:]
        pytest.skip(f"a judge could not be installed ({Path(command[0]).name}): {complaint}")


def node() -> str:
    """The command `node`; without one the test is skipped."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("judges from npm need Node.js 20 or newer")
    return found


def browser() -> str:
    """A Chromium; without one the test is skipped."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("judging pages in a browser needs chromium on the PATH")
    return found


def no_faults(found: Mapping[str, Iterable[str]]) -> None:
    """Fails with every fault, a line each under the address it was found at."""
    told = [f"{address}\n    " + "\n    ".join(faults) for address, faults in found.items() if faults]
    assert not told, "\n".join(told)


async def judge(
    *command: str | Path,
    asked: bytes = b"",
    environment: dict[str, str] | None = None,
    folder: Path | None = None,
) -> str:
    """What a judge prints. Its exit code is left aside: many tell by it that they found something."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **(environment or {})},
        cwd=folder,
    )
    try:
        async with asyncio.timeout(JUDGE_SECONDS):
            told, complaint = await process.communicate(asked)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert told or process.returncode == 0, (
        f"{command[0]} failed: {complaint.decode(errors='replace')[-2000:]}"
    )
    return told.decode()
