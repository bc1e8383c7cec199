"""The age of a new revision is told once at each place, also when telling fails in between."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from newsloom_schemas.base import Event
from newsloom_schemas.events import FeedUpdatedV1
from newsloom_store import MemoryStore, StoreUnavailable
from publish.arrivals import Arrival, Arrivals
from publish.ports import Emission, Publisher
from publish.publish import publish
from tests.factories import MOMENT
from tests.unit.publish.builders import (
    URL,
    FixedClock,
    RecordingPublisher,
    edit,
    kill,
    revision,
    translation,
)


@dataclass
class Room:
    """A store, what was told, and the arrivals that were heard of."""

    store: MemoryStore = field(default_factory=MemoryStore)
    told: RecordingPublisher = field(default_factory=RecordingPublisher)
    heard: list[tuple[str, str | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.arrivals = Arrivals(self._arrived)

    async def publish(self, *events: Event, told: Publisher | None = None) -> None:
        await publish(
            events,
            store=self.store,
            publisher=told or self.told,
            clock=FixedClock(),
            public_url=URL,
            arrivals=self.arrivals,
        )

    @property
    def lines(self) -> list[FeedUpdatedV1]:
        return [event for _, event in self.told.told if isinstance(event, FeedUpdatedV1)]

    def _arrived(self, place: str, arrivals: Iterable[Arrival]) -> None:
        self.heard += [(place, each.source_class) for each in arrivals]


class Away:
    """A log that does not answer."""

    async def publish(self, emissions: Sequence[Emission]) -> None:
        raise StoreUnavailable("away")


async def test_a_new_revision_is_stored_then_told_and_its_lines_say_when_it_was_accepted() -> None:
    room = Room()
    await room.publish(revision(1).model_copy(update={"source_class": "wire"}))
    assert room.heard == [("stored", "wire"), ("told", "wire")]
    assert {(line.accepted_at, line.source_class) for line in room.lines} == {(MOMENT, "wire")}


@pytest.mark.parametrize(
    "again",
    [revision(1), revision(1, run=1), translation(1), edit(1), kill()],
    ids=["a repeat", "another run", "a translation", "an edit", "a kill"],
)
async def test_what_is_no_new_revision_has_no_age(again: Event) -> None:
    room = Room()
    await room.publish(revision(1))
    room.heard.clear()
    room.told.told.clear()
    await room.publish(again)
    assert room.lines
    assert room.heard == []
    assert [line.accepted_at for line in room.lines] == [None] * len(room.lines)


async def test_a_revision_under_embargo_has_no_age() -> None:
    room = Room()
    await room.publish(revision(1, embargo_until=MOMENT + timedelta(days=1)))
    assert room.heard == []


async def test_a_revision_that_is_overtaken_in_its_own_batch_has_no_age() -> None:
    room = Room()
    await room.publish(revision(1), revision(2), kill(story="other"), revision(1, story="other"))
    assert room.heard == [("stored", None), ("told", None)]


async def test_a_revision_that_could_not_be_told_is_told_with_its_age_when_the_batch_is_tried_again() -> None:
    room = Room()
    with pytest.raises(StoreUnavailable):
        await room.publish(revision(1), told=Away())
    assert room.heard == [("stored", None)]
    await room.publish(revision(1))
    assert room.heard == [("stored", None), ("told", None)]
    assert {line.accepted_at for line in room.lines} == {MOMENT}
    await room.publish(revision(1))
    assert len(room.heard) == 2


@pytest.mark.parametrize(
    "later", [edit(1), translation(1), kill()], ids=["an edit", "a translation", "a kill"]
)
async def test_what_somebody_else_has_told_does_not_age_until_the_article_comes_here_again(
    later: Event,
) -> None:
    room = Room()
    with pytest.raises(StoreUnavailable):
        await room.publish(revision(1), told=Away())
    await room.publish(later)
    assert room.lines
    assert room.heard == [("stored", None)]
    assert {line.accepted_at for line in room.lines} == {None}
