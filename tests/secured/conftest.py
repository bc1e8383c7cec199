"""One secured newsroom for all tests here: it takes a quarter of a minute to come up."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsloom.stack.home import Home
from newsloom.stack.processes import ProcessTable
from tests.secured.newsroom import Newsroom, secured_newsroom

REUSE = "NEWSLOOM_TEST_SECURED"


@pytest.fixture(scope="session")
def newsroom() -> Iterator[Newsroom]:
    """With NEWSLOOM_TEST_SECURED=FOLDER one that stands already is used, as it left its ports.json there."""
    if running := os.environ.get(REUSE):
        home = Home(root=Path(running))
        ports = json.loads((home.root / "ports.json").read_text())
        yield Newsroom(home=home, table=ProcessTable(home), jars="", ports=ports)
        return
    with secured_newsroom() as started:
        yield started
