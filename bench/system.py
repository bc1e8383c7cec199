"""A stack for one measurement: free ports, a temporary folder, gone afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from newsloom.stack import LocalStack

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def measured_stack(
    only: Sequence[str] | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[LocalStack]:
    """A started stack with these settings in the environment of its services."""
    home = Path(tempfile.mkdtemp(prefix="newsloom-bench-"))
    environment = {**os.environ, "LOG_LEVEL": "WARNING", **(settings or {})}
    stack = LocalStack(home / "stack", usual_ports=False, environment=environment)
    try:
        stack.up(only)
        yield stack
    finally:
        stack.down()
        shutil.rmtree(home, ignore_errors=True)
