"""Every process is restarted under load: nobody is refused, nothing lost or doubled, no reader has a gap."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from newsloom.stack import Addresses
from tests.local_stack import own_stack
from tests.rolling.fleet import SERVICES, Fleet, running_fleet
from tests.rolling.judging import (
    figures,
    not_exactly_once,
    reading,
    settled,
    unlike_the_store,
    working,
)
from tests.rolling.newsroom import Newsroom

FEED = "source/harbour-rolling"
LEAVES_FOR_S = "3"  # fifteen times as long as the balancers need to notice


@pytest.fixture(scope="module")
def backends() -> Iterator[Addresses]:
    """A Kafka and a MongoDB for these tests alone: the services' groups are theirs."""
    with own_stack() as stack:
        yield stack.addresses()


@pytest.fixture
async def fleet(tmp_path: Path, backends: Addresses) -> AsyncIterator[Fleet]:
    """Two processes of each service, ready."""
    async with running_fleet(tmp_path / "fleet", backends, SHUTDOWN_DELAY_S=LEAVES_FOR_S) as fleet:
        names = [f"{service}-{number}" for service in SERVICES for number in (1, 2)]
        for name in names:
            fleet.start(name)
        await fleet.ready(names)
        yield fleet


@pytest.mark.timeout(420)
async def test_a_rolling_restart_under_load_is_noticed_by_nobody(fleet: Fleet) -> None:
    newsroom = Newsroom(fleet.system, FEED.removeprefix("source/"))
    async with reading(fleet.system, FEED, readers=4) as readers:
        async with working(newsroom):
            # One process of each service is restarted and the other replaced: the two ways of a deployment.
            await asyncio.gather(*(fleet.restart(f"{service}-1") for service in SERVICES))
            await asyncio.gather(*(fleet.replace(f"{service}-2", f"{service}-3") for service in SERVICES))
        assert newsroom.refused() == []
        documents = await settled(newsroom, readers)
        print(figures(newsroom, readers))
        assert not_exactly_once(newsroom, documents) == {}
        assert await unlike_the_store(FEED, newsroom, readers) == []
        assert [reader.resets for reader in readers] == [0] * len(readers)
        assert all(reader.connections > 1 for reader in readers), "a reader's process did not go"
