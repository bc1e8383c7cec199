"""Two processes of each service are restarted, and replaced by an older version and back, all under load."""

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
from tests.rolling.older import OLDER, has_older, unpacked

LEAVES_FOR_S = "5"  # 25 times as long as the balancers need to notice, on a machine that is not busy
# So that this version's events carry fields that the older one does not know.
SOURCES = """
[harbour-older]
class = "wire"
"""


@pytest.fixture(scope="module")
def backends() -> Iterator[Addresses]:
    """A Kafka and a MongoDB for these tests alone: the services' groups are theirs."""
    with own_stack() as stack:
        yield stack.addresses()


@pytest.fixture(scope="module")
async def fleet(tmp_path_factory: pytest.TempPathFactory, backends: Addresses) -> AsyncIterator[Fleet]:
    """Two processes of each service, ready. A test may leave others in their place."""
    folder = tmp_path_factory.mktemp("fleet")
    async with running_fleet(folder, backends, sources=SOURCES, SHUTDOWN_DELAY_S=LEAVES_FOR_S) as fleet:
        names = [f"{service}-{number}" for service in SERVICES for number in (1, 2)]
        for name in names:
            fleet.start(name)
        await fleet.ready(names)
        yield fleet


@pytest.mark.timeout(420)
async def test_a_rolling_restart_under_load_is_noticed_by_nobody(fleet: Fleet) -> None:
    newsroom, feed = Newsroom(fleet.system, "harbour-rolling"), "source/harbour-rolling"
    async with reading(fleet.system, feed, readers=4) as readers:
        async with working(newsroom):
            # One process of each service is restarted and the other replaced: the two ways of a deployment.
            await asyncio.gather(*(fleet.restart(f"{service}-1") for service in SERVICES))
            await asyncio.gather(*(fleet.replace(f"{service}-2", f"{service}-3") for service in SERVICES))
        assert newsroom.refused() == []
        documents = await settled(newsroom, readers)
        print(figures(newsroom, readers))
        assert newsroom.at_odds == []
        assert not_exactly_once(newsroom, documents) == {}
        assert await unlike_the_store(feed, newsroom, readers) == []
        assert [reader.resets for reader in readers] == [0] * len(readers)
        assert all(reader.connections > 1 for reader in readers), "a reader's process did not go"


@pytest.mark.timeout(420)
@pytest.mark.skipif(not has_older(), reason=f"this clone's history does not reach back to {OLDER}")
async def test_an_older_version_works_beside_this_one_and_takes_over_from_it(
    fleet: Fleet, tmp_path: Path
) -> None:
    """With one process of each version behind every boundary, each reads what the other wrote."""
    older = unpacked(tmp_path / "older")
    # Repeats: the older version ends its connections without a word.
    newsroom, feed = Newsroom(fleet.system, "harbour-older", patient=True), "source/harbour-older"
    async with reading(fleet.system, feed, readers=4) as readers:
        async with working(newsroom):
            for place in (0, 1):
                members = [sorted(fleet.members(service))[place] for service in SERVICES]
                await asyncio.gather(*(fleet.restart(name, older) for name in members))
                handed_in = len(newsroom.accepted)
                await newsroom.has_handed_in(handed_in + 100)
        documents = await settled(newsroom, readers)
        print(figures(newsroom, readers))
        assert newsroom.repeated > 20, "too little was repeated to meet the other version"
        assert newsroom.at_odds == [], "both versions must take the same request for the same event"
        assert not_exactly_once(newsroom, documents) == {}
        assert await unlike_the_store(feed, newsroom, readers) == []
