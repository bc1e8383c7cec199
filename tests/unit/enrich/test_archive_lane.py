"""The archive's lane: it takes only what live articles leave, and what stands published never gets worse."""

import asyncio
from types import TracebackType
from typing import Any, Self

import pytest

from enrich.archive.lane import GROUP, RECORDS, ROLE, archive_role
from enrich.archive.never_worse import NeverWorse
from enrich.archive.on_demand import OnDemand, WorkersAway
from enrich.archive.pace import STEP_S, Pace, Reason
from enrich.enrich import Enrich, FullEnricher, PlainEnricher
from enrich.ports import AnalysisFailed
from enrich.translations import Translations
from newsloom_runtime.errors import PermanentError
from newsloom_runtime.records import RawRecord, Received
from newsloom_schemas.catalog import ARTICLES_REINDEX
from newsloom_schemas.enrichment import Facet
from tests.eventually import eventually
from tests.factories import content, reindex_requested, submitted
from tests.unit.enrich.fakes import (
    NoRelated,
    RecordingMeter,
    RecordingPublisher,
    ScriptedAnalysts,
    analysis,
)


class HandClock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class HeldSeconds:
    def __init__(self) -> None:
        self.by_reason: dict[Reason, float] = {}

    def held(self, reason: Reason, seconds: float) -> None:
        self.by_reason[reason] = self.by_reason.get(reason, 0.0) + seconds


class World:
    """A pace with everything it looks at in the test's hands."""

    def __init__(self, rate: float = 10.0) -> None:
        self.clock, self.held = HandClock(), HeldSeconds()
        self.live, self.translations = 0, 0
        self.pace = Pace(
            rate=rate,
            gates={"live": lambda: self.live > 0, "translations": lambda: self.translations > 50},
            clock=self.clock,
            meter=self.held,
        )


def test_nothing_is_taken_while_a_live_article_waits() -> None:
    world = World()
    assert world.pace.hold() == 0
    world.live = 1
    assert world.pace.hold() == STEP_S
    world.live = 0
    assert world.pace.hold() == 0


def test_the_quota_is_counted_in_articles_and_not_saved_up() -> None:
    world = World(rate=10)
    world.clock.now += 1000
    with world.pace.work(4):
        pass
    assert world.pace.hold() == pytest.approx(0.4)
    world.clock.now += 0.4
    assert world.pace.hold() == 0


def test_one_batch_at_a_time_is_in_work() -> None:
    world = World(rate=1000)
    with world.pace.work(1):
        assert world.pace.hold() == STEP_S
        world.clock.now += 1
    assert world.pace.hold() == 0


def test_a_rate_of_nothing_switches_the_lane_off() -> None:
    assert World(rate=0).pace.hold() > 0


def test_translations_of_live_articles_do_not_wait_behind_those_of_the_archive() -> None:
    world = World()
    world.translations = 51
    assert world.pace.hold() > 0


def test_the_time_held_back_is_told_by_its_reason() -> None:
    world = World()
    world.live = 3
    world.pace.hold()
    world.clock.now += 0.5
    world.pace.hold()
    world.clock.now += 0.25
    world.live = 0
    world.pace.hold()
    world.clock.now += 7
    world.pace.hold()
    assert world.held.by_reason == {"live": pytest.approx(0.75)}


def received(event: Any) -> Received:
    raw = RawRecord(topic="t", partition=0, offset=0, timestamp_ms=0, key=None, value=None, headers=())
    return Received(event=event, raw=raw)


async def test_the_lane_reads_its_own_topic_in_its_own_group_and_counts_against_its_quota() -> None:
    world, publisher = World(rate=10), RecordingPublisher()
    role = archive_role(Enrich(PlainEnricher(), publisher, Translations(wanted=())), world.pace)
    assert (role.role, role.group, role.topics) == (ROLE, GROUP, (ARTICLES_REINDEX,))
    assert role.max_records == RECORDS
    assert await role.handle([received(reindex_requested(run=3)) for _ in range(4)]) == ()
    assert [event.run for _, event in publisher.batches[0]] == [3] * 4  # type: ignore[attr-defined]
    assert role.hold() == pytest.approx(0.4)


def full(analysts: Any) -> FullEnricher:
    return FullEnricher(
        analysts=analysts, related=NoRelated(), translations=Translations(wanted=()), meter=RecordingMeter()
    )


async def test_a_run_that_fails_for_an_article_leaves_it_as_it_was_published() -> None:
    careful = NeverWorse(full(ScriptedAnalysts(failing=["Poison"])))
    with pytest.raises(PermanentError, match="entities, subjects") as failure:
        await careful.enriched(submitted(headline="Poison"), 2)
    assert failure.value.reason == "not-better"


async def test_one_failed_facet_is_enough() -> None:
    class HalfBroken(ScriptedAnalysts):
        async def analyse(self, source: str, content: Any) -> Any:
            return analysis(facets={"entities": Facet(status="failed", reason="x")})

    with pytest.raises(PermanentError, match="entities failed in run 2"):
        await NeverWorse(full(HalfBroken())).enriched(submitted(), 2)


async def test_a_good_run_passes() -> None:
    result = await NeverWorse(full(ScriptedAnalysts())).enriched(submitted(), 5)
    assert (result.run, result.enrichment.entities.status) == (5, "ok")


class CountedPool(ScriptedAnalysts):
    """A pool that tells how many of its kind are open; `reason`: why it has no worker."""

    opened = 0
    open_now = 0

    def __init__(self, reason: str | None = None) -> None:
        super().__init__(failing=["Poison"])
        self.reason = reason

    async def __aenter__(self) -> Self:
        CountedPool.opened += 1
        CountedPool.open_now += 1
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        CountedPool.open_now -= 1

    def not_ready(self) -> str | None:
        return self.reason


@pytest.fixture(autouse=True)
def _no_pools() -> None:
    CountedPool.opened = CountedPool.open_now = 0


async def test_workers_are_started_by_the_first_article_and_ended_when_none_comes() -> None:
    workers = OnDemand(CountedPool, idle_s=0.05)  # type: ignore[arg-type]
    running = asyncio.create_task(workers.run())
    await asyncio.sleep(0)
    assert CountedPool.opened == 0
    for times in (1, 2):
        await asyncio.gather(*(workers.analyse("meridian", content()) for _ in range(5)))
        assert CountedPool.opened == times, "one pool for all"
        await eventually(lambda: CountedPool.open_now == 0, what="the end of the workers")
    running.cancel()


@pytest.mark.parametrize(
    ("reason", "error"), [(None, AnalysisFailed), ("no worker process starts", WorkersAway)]
)
async def test_a_lack_of_workers_is_waited_out_and_a_bad_article_is_not(
    reason: str | None, error: type[Exception]
) -> None:
    workers = OnDemand(lambda: CountedPool(reason), idle_s=60)  # type: ignore[arg-type,return-value]
    running = asyncio.create_task(workers.run())
    with pytest.raises(error):
        await workers.analyse("meridian", content(headline="Poison"))
    running.cancel()
