"""One world of topics for each test of malformed records."""

import pytest

from tests.conftest import Stack
from tests.integration.runtime.members import World, new_world


@pytest.fixture
async def world(stack: Stack) -> World:
    return await new_world(stack.kafka)
