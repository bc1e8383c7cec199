"""Real Kafka and real mongod for tests: on free ports, in their own folder, gone when the session ends."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from newsloom.stack import BACKENDS, Addresses, LocalStack
from newsloom.stack.addresses import read_addresses

REUSE = "NEWSLOOM_TEST_STACK"


@contextmanager
def own_stack(*only: str, sources: Path | None = None) -> Iterator[LocalStack]:
    """A started stack that belongs to the caller alone: it may kill and restart what it likes.

    Without names it has Kafka and mongod. `sources` is a file of registered sources. Stacks that a killed
    test session left are cleared away first.
    """
    sweep_abandoned()
    home = family() / f"{owner(psutil.Process())}-{os.urandom(4).hex()}"
    # Translations that arrive later would change documents while tests compare them; who wants them says so.
    environment = {"ENRICH_TRANSLATE_ENGINES": "", **os.environ, "NEWSLOOM_TEST_COMMANDS": "1"}
    stack = LocalStack(home, usual_ports=False, environment=environment)
    if sources is not None:
        home.mkdir(parents=True)
        shutil.copy(sources, home / "sources.toml")
    try:
        stack.up(only or BACKENDS)
        yield stack
    finally:
        stack.down()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def shared_stack() -> Iterator[Addresses]:
    """Addresses of a Kafka and a mongod that all tests share: use unique topics, groups and databases.

    With NEWSLOOM_TEST_STACK=/path/to/stack.json a running stack is used and left running.
    """
    if running := os.environ.get(REUSE):
        yield read_addresses(Path(running))
        return
    with own_stack() as stack:
        yield stack.addresses()


@pytest.fixture(scope="session", name="stack_addresses")
def stack_addresses_fixture() -> Iterator[Addresses]:
    """The shared stack, started when the first test asks for it."""
    with shared_stack() as addresses:
        yield addresses


def sweep_abandoned() -> None:
    """Stop and remove the stacks of test sessions that died without doing so themselves."""
    for home in family().glob("*"):
        if not _owner_lives(home.name):
            LocalStack(home).down()
            shutil.rmtree(home, ignore_errors=True)


def family() -> Path:
    folder = Path(tempfile.gettempdir()) / f"newsloom-test-stacks-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def owner(process: psutil.Process) -> str:
    return f"{process.pid}-{process.create_time():.0f}"


def _owner_lives(folder_name: str) -> bool:
    pid, _, rest = folder_name.partition("-")
    try:
        return owner(psutil.Process(int(pid))) == f"{pid}-{rest.partition('-')[0]}"
    except (psutil.NoSuchProcess, ValueError):
        return False
