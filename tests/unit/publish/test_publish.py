"""The use case: one read, one write, one telling; and what happens when others write at the same time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from newsloom_schemas.base import Event
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.events import ArticlePublishedV2, FeedUpdatedV1
from newsloom_store import Head, MemoryStore, StoreUnavailable
from publish.decide import Kind
from publish.ports import Emission, Swap
from publish.publish import SwapsLost, Verdict, publish
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
class SpiedStore:
    """Notes the calls and does something just before a write."""

    memory: MemoryStore = field(default_factory=MemoryStore)
    calls: list[tuple[str, int]] = field(default_factory=list)
    before_write: Callable[[], None] = lambda: None

    async def load(self, article_ids: Sequence[str]) -> Mapping[str, StoredArticleV3]:
        self.calls.append(("load", len(article_ids)))
        return await self.memory.load(article_ids)

    async def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]:
        return await self.memory.heads(article_ids)

    async def write(self, swaps: Sequence[Swap]) -> frozenset[str]:
        self.calls.append(("write", len(swaps)))
        self.before_write()
        return await self.memory.write(swaps)


@dataclass
class RefusingPublisher:
    """A log that acknowledges nothing."""

    async def publish(self, emissions: Sequence[Emission]) -> None:
        raise StoreUnavailable("no acknowledgement")


async def run(
    events: Sequence[Event], store: SpiedStore, told: RecordingPublisher | RefusingPublisher
) -> list[Verdict]:
    return await publish(events, store=store, publisher=told, clock=FixedClock(), public_url=URL)


def rival(store: SpiedStore, *versions: int) -> Callable[[], None]:
    """Someone who stores the story at these versions, one before each write of ours."""
    waiting = list(versions)

    def write() -> None:
        if waiting:
            [document] = store.memory.documents.values()
            raised = document.model_copy(update={"document_version": waiting.pop(0)})
            store.memory.documents[document.article_id] = raised

    return write


async def test_a_batch_costs_one_read_and_one_write() -> None:
    store, told = SpiedStore(), RecordingPublisher()
    await run([revision(1, story=f"story-{n}") for n in range(50)], store, told)
    assert store.calls == [("load", 50), ("write", 50)]


async def test_the_events_of_an_article_are_folded_into_one_write_and_told_once() -> None:
    store, told = SpiedStore(), RecordingPublisher()
    verdicts = await run([revision(1), translation(1), revision(2), edit(1)], store, told)
    assert [verdict.kind for verdict in verdicts] == [Kind.APPLY] * 4
    assert store.calls == [("load", 1), ("write", 1)]
    [shown] = [event for event in told.events if isinstance(event, ArticlePublishedV2)]
    assert (shown.revision, shown.document_version) == (2, 4)


async def test_verdicts_come_in_the_order_of_the_events() -> None:
    store, told = SpiedStore(), RecordingPublisher()
    events = [
        revision(2, story="a"),
        revision(1, story="b"),
        revision(1, story="a"),
        revision(1, story="b", headline="Other"),
        revision(2, story="a"),
        kill("b"),
    ]
    verdicts = await run(events, store, told)
    assert [verdict.event for verdict in verdicts] == events
    kinds = [Kind.APPLY, Kind.APPLY, Kind.STALE, Kind.CONFLICT, Kind.REPLAY, Kind.KILL]
    assert [verdict.kind for verdict in verdicts] == kinds


async def test_a_repeat_writes_nothing_and_tells_again() -> None:
    store, first, again = SpiedStore(), RecordingPublisher(), RecordingPublisher()
    await run([revision(1)], store, first)
    await run([revision(1)], store, again)
    assert store.calls == [("load", 1), ("write", 1), ("load", 1)]
    assert again.told == [(topic, without_news(event)) for topic, event in first.told]


def without_news(event: Event) -> Event:
    """What is told again is the same but for when it was accepted: it is not new."""
    return event.model_copy(update={"accepted_at": None}) if isinstance(event, FeedUpdatedV1) else event


@pytest.mark.parametrize("event", [revision(1), revision(2, headline="Other")], ids=["stale", "conflict"])
async def test_what_changes_nothing_and_repeats_nothing_tells_nothing(event: Event) -> None:
    store, told = SpiedStore(), RecordingPublisher()
    await run([revision(2)], store, RecordingPublisher())
    await run([event], store, told)
    assert told.told == []


async def test_a_lost_swap_is_read_and_decided_again() -> None:
    store, told = SpiedStore(), RecordingPublisher()
    await run([revision(1)], store, RecordingPublisher())
    store.before_write = rival(store, 7)
    [verdict] = await run([revision(2)], store, told)
    assert verdict.kind is Kind.APPLY
    [document] = store.memory.documents.values()
    assert document.document_version == 8
    assert {getattr(event, "document_version", None) for event in told.events} == {8}


async def test_an_insert_that_came_second_is_decided_against_the_first() -> None:
    store, told = SpiedStore(), RecordingPublisher()
    twin = SpiedStore()
    await run([revision(1)], twin, RecordingPublisher())
    store.before_write = lambda: store.memory.documents.update(twin.memory.documents)
    [verdict] = await run([revision(1)], store, told)
    assert verdict.kind is Kind.REPLAY
    assert told.told


async def test_only_the_articles_that_lost_are_decided_again() -> None:
    store, told = SpiedStore(), RecordingPublisher()
    await run([revision(1)], store, RecordingPublisher())
    store.calls.clear()
    store.before_write = rival(store, 5)
    others = [revision(1, story=f"other-{n}") for n in range(9)]
    await run([revision(2), *others], store, told)
    assert store.calls == [("load", 10), ("write", 10), ("load", 1), ("write", 1)]


async def test_losing_every_time_ends_in_an_error_to_wait_out_and_tells_nothing() -> None:
    store, told = SpiedStore(), RecordingPublisher()
    await run([revision(1)], store, RecordingPublisher())
    store.before_write = rival(store, *range(10, 100))
    with pytest.raises(SwapsLost, match="1 article"):
        await run([revision(2)], store, told)
    assert told.told == []


async def test_what_was_stored_but_not_acknowledged_is_told_by_the_repeat() -> None:
    store, told = SpiedStore(), RecordingPublisher()
    with pytest.raises(StoreUnavailable):
        await run([revision(1)], store, RefusingPublisher())
    [verdict] = await run([revision(1)], store, told)
    assert verdict.kind is Kind.REPLAY
    assert any(isinstance(event, FeedUpdatedV1) for event in told.events)


async def test_an_empty_batch_does_nothing() -> None:
    assert await run([], SpiedStore(), RecordingPublisher()) == []


async def test_what_is_told_is_told_because_of_the_last_event_that_was_stored() -> None:
    store, heard = SpiedStore(), list[Event]()
    second, superseded, later, repeated = revision(2), revision(1), edit(2), edit(1)
    await publish(
        [second, superseded, later, repeated],
        store=store,
        publisher=RecordingPublisher(),
        clock=FixedClock(),
        public_url=URL,
        because=heard.append,
    )
    # What only repeats is heard of first, and what is superseded told nothing.
    assert [event.event_id for event in heard] == [each.event_id for each in (repeated, second, later)]
