"""One newsstand for all judges."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import Stack
from tests.judges import stories
from tests.judges.newsstand import Newsstand, newsstand


@pytest.fixture(scope="session")
async def stand(stack: Stack) -> AsyncIterator[Newsstand]:
    """The feeds service with everything the judges look at."""
    async with newsstand(stack, stories.everything()) as opened:
        yield opened
