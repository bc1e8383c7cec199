"""What a store tells of its MongoDB, with both drivers; and that who listens can do it no harm."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from pymongo.errors import OperationFailure

from newsloom_schemas.document import StoredArticleV3
from newsloom_store import Change, MongoStore, Observer
from newsloom_store.connection import Driver, open_collection
from newsloom_store.observing import State
from publish.publish import fold
from tests.conftest import Stack
from tests.factories import MOMENT
from tests.integration.store.databases import fresh_database
from tests.unit.publish.builders import revision


@dataclass
class Notes:
    """Remembers what it hears."""

    commands: Counter[tuple[str, bool]] = field(default_factory=Counter)
    slowest: float = 0.0
    states: Counter[State] = field(default_factory=Counter)
    waits: int = 0

    def command(self, name: str, seconds: float, *, failed: bool) -> None:
        self.commands[name, failed] += 1
        self.slowest = max(self.slowest, seconds)

    def connections(self, state: State, change: int) -> None:
        self.states[state] += change

    def waited(self, seconds: float) -> None:
        self.waits += 1


class Broken:
    """Fails whenever it is told anything."""

    def command(self, name: str, seconds: float, *, failed: bool) -> None:
        raise RuntimeError("broken")

    def connections(self, state: State, change: int) -> None:
        raise RuntimeError("broken")

    def waited(self, seconds: float) -> None:
        raise RuntimeError("broken")


@pytest.fixture
def database(stack: Stack) -> Iterator[str]:
    with fresh_database(stack.mongo) as name:
        yield name


@pytest.fixture(params=["pymongo", "motor"])
def driver(request: pytest.FixtureRequest) -> Driver:
    chosen: Driver = request.param
    return chosen


def new_document() -> Change:
    """The write of a document that is not there yet."""
    folded = fold(None, [revision(1)], MOMENT)
    return Change(expected_version=None, document=folded.document)


async def test_commands_and_connections_are_told(stack: Stack, database: str, driver: Driver) -> None:
    notes = Notes()
    async with MongoStore.connected(stack.mongo, database=database, driver=driver, observer=notes) as store:
        assert await store.write([new_document()]) == frozenset()
        assert len(await store.load([new_document().document.article_id])) == 1
        assert notes.commands["insert", False] == 1
        assert notes.commands["find", False] == 1
        assert 0 < notes.slowest < 60
        assert notes.waits >= 2
        assert notes.states["in_use"] == 0, "nothing is under way, so no connection is in use"
        assert notes.states["idle"] >= 1
    assert notes.states["idle"] == notes.states["in_use"] == 0, "closing closes them all"


async def test_a_refused_command_is_told_as_failed(stack: Stack, database: str, driver: Driver) -> None:
    notes = Notes()
    async with open_collection(stack.mongo, database=database, driver=driver, observer=notes) as collection:
        with pytest.raises(OperationFailure):
            await collection.find_one({"$no-such-operator": 1})
    assert (notes.commands["find", True], notes.commands["find", False]) == (1, 0)


async def test_an_observer_that_fails_costs_no_write(stack: Stack, database: str, driver: Driver) -> None:
    broken: Observer = Broken()
    async with MongoStore.connected(stack.mongo, database=database, driver=driver, observer=broken) as store:
        assert await store.write([new_document()]) == frozenset()
        stored = await store.load([new_document().document.article_id])
    assert [type(each) for each in stored.values()] == [StoredArticleV3]
