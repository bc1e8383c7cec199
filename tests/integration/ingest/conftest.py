"""One front door for all tests of ingest; starting a server for each would take longer than the tests."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.integration.ingest.front_door import FrontDoor, open_door


@pytest_asyncio.fixture(scope="session")
async def shared_door() -> AsyncIterator[FrontDoor]:
    """A front door with the usual limits."""
    async with open_door() as opened:
        yield opened


@pytest.fixture
def door(shared_door: FrontDoor) -> FrontDoor:
    """The shared front door, with a publisher that remembers nothing and acknowledges at once."""
    shared_door.publisher.forget()
    return shared_door
