"""The role that ends embargoes: no article holds another, and what is away is only waited for."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry

from newsloom_runtime.errors import PermanentError
from newsloom_runtime.publisher import PublishFailed
from newsloom_schemas.base import Event
from newsloom_schemas.events import ArticlePublishedV2
from newsloom_store import MemoryStore
from publish.embargoes import ASIDE_FOR, Embargoes
from publish.lift import PAGE
from publish.metrics import PublishMetrics
from publish.ports import Emission
from publish.publish import publish
from tests import factories
from tests.eventually import eventually
from tests.unit.publish.builders import URL, FixedClock, RecordingPublisher, revision

UNTIL = factories.MOMENT + timedelta(hours=1)


@dataclass
class ScriptedPublisher(RecordingPublisher):
    """Refuses what tells of certain articles, or everything while Kafka is away."""

    poisonous: set[str] = field(default_factory=set)
    away: bool = False

    async def publish(self, emissions: Sequence[Emission]) -> None:
        if self.away:
            raise PublishFailed("no acknowledgement")
        if any(event.subject in self.poisonous for _, event in emissions):
            raise PermanentError("too-large", "shorten the article")
        await super().publish(emissions)

    @property
    def published(self) -> set[str]:
        return {event.article_id for event in self.events if isinstance(event, ArticlePublishedV2)}


class Role:
    """The role over a store in memory that holds stories under embargo."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.store, self.told, self.clock = MemoryStore(), ScriptedPublisher(), FixedClock()
        self.embargoes = Embargoes(
            store=self.store,
            publisher=self.told,
            clock=self.clock,
            public_url=URL,
            metrics=PublishMetrics(self.registry),
        )

    async def hold(self, *stories: str) -> list[str]:
        events: list[Event] = [revision(1, story=story, embargo_until=UNTIL) for story in stories]
        await publish(
            events, store=self.store, publisher=RecordingPublisher(), clock=self.clock, public_url=URL
        )
        return [event.subject for event in events]

    def pass_to(self, *, seconds: float) -> None:
        self.clock.moment = UNTIL + timedelta(seconds=seconds)

    def value(self, name: str) -> float:
        return self.registry.get_sample_value(f"newsloom_publish_{name}") or 0.0


async def test_it_lifts_what_is_due_and_counts_how_late_it_was() -> None:
    role = Role()
    held = await role.hold("a", "b")
    assert await role.embargoes.look() is False
    assert role.told.published == set()
    role.pass_to(seconds=1)
    await role.embargoes.look()
    assert role.told.published == set(held)
    assert role.value("embargoes_lifted_total") == 2
    assert role.value("embargo_lateness_seconds_sum") == pytest.approx(2, abs=0.5)


async def test_more_than_a_page_is_gone_on_with_at_once() -> None:
    role = Role()
    await role.hold(*(f"s{n}" for n in range(PAGE + 1)))
    role.pass_to(seconds=0)
    assert await role.embargoes.look() is True
    assert await role.embargoes.look() is False
    assert len(role.told.published) == PAGE + 1


async def test_an_article_that_cannot_be_told_holds_no_other_and_is_tried_again_later() -> None:
    role = Role()
    bad, *good = await role.hold("bad", "good", "better")
    role.told.poisonous = {bad}
    role.pass_to(seconds=0)
    await role.embargoes.look()
    role.pass_to(seconds=3)
    await role.embargoes.look()
    assert role.told.published == set(good)
    assert role.value("embargo_failures_total") == 1
    role.pass_to(seconds=4)
    await role.embargoes.look()
    assert role.value("embargo_failures_total") == 1, "set aside for a while"
    role.told.poisonous.clear()
    role.pass_to(seconds=3 + ASIDE_FOR.total_seconds())
    await role.embargoes.look()
    assert bad in role.told.published
    assert role.store.documents[bad].untold_since is None


async def test_while_kafka_is_away_it_waits_says_so_and_tells_when_it_is_back() -> None:
    role = Role()
    held = await role.hold("a")
    role.told.away = True
    role.pass_to(seconds=0)
    task = asyncio.create_task(role.embargoes.run())
    try:
        reason = await eventually(role.embargoes.not_ready, within=5)
        assert "PublishFailed" in reason
        role.pass_to(seconds=3)
        role.told.away = False
        await eventually(lambda: role.told.published == set(held), within=5)
        await eventually(lambda: role.embargoes.not_ready() is None, within=5)
        assert role.value("embargoes_retold_total") == 1
    finally:
        task.cancel()
        await asyncio.wait({task})
