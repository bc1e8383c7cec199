"""One whole system for the end-to-end tests: Kafka, mongod and the four services, with language work on."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from newsloom.stack import COMPONENTS

from tests.e2e.system import System
from tests.local_stack import own_stack


@pytest.fixture(scope="session")
async def system() -> AsyncIterator[System]:
    """The running system; sources are for the test to choose, so that tests do not meet."""
    with own_stack(*COMPONENTS) as stack:
        key = stack.home.dev_key_file.read_text().strip()
        async with httpx2.AsyncClient(timeout=30, trust_env=False) as http:
            yield System(stack=stack, http=http, key=key)
