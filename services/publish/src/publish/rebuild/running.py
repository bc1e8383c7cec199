"""One rebuild from its plan to its report: the parts put together, and what was only made to compare gone."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from newsloom_runtime.cluster import Cluster
from newsloom_runtime.group_offsets import committed_offsets
from newsloom_runtime.log_reader import LogReader
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_PUBLISHED, Topic
from newsloom_store import MongoStore
from publish.guarded_clock import GuardedClock
from publish.rebuild.expectations import FoldedTopic, HowFarBehind, RebuiltStore
from publish.rebuild.going_on import Continued, go_on
from publish.rebuild.last_words import LastWords
from publish.rebuild.replay import Counts, Progress, Replay
from publish.rebuild.report import Report
from publish.rebuild.verify import Verification
from publish.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is asked for. Topics and groups have other names only in tests."""

    source: str = ARTICLES_ENRICHED.name
    verify: bool = True
    into: str | None = None
    keep: bool = False
    within_s: float = 120.0
    enriched: Topic = ARTICLES_ENRICHED
    published: Topic = ARTICLES_PUBLISHED
    publisher: str = "publish"
    proofreader: str = "publish-proofreader"


class Refused(Exception):
    """The plan cannot be carried out as it is; the message names the fix."""


async def run(plan: Plan, settings: Settings, *, progress: Progress) -> Report:
    """Carry out a plan. Raises Refused, StoreError, LogUnavailable."""
    async with _store(settings, settings.mongo_database) as live:
        await live.ping()
        if plan.source == ARTICLES_PUBLISHED.name:
            return await _folded(plan, settings, live, progress)
        name = plan.into or f"newsloom_rebuild_{uuid4().hex[:12]}"
        if name == settings.mongo_database:
            raise Refused(f"{name} is the live database; name another one with --into")
        async with _new_database(settings, name, keep=plan.keep or plan.into is not None) as store:
            return await _rebuilt(plan, settings, live, store, name, progress)


async def _rebuilt(
    plan: Plan, settings: Settings, live: MongoStore, store: MongoStore, name: str, progress: Progress
) -> Report:
    bootstrap, clock = settings.kafka, GuardedClock(live)
    async with Replay(bootstrap, store=store, clock=clock, topic=plan.enriched, progress=progress) as replay:
        began = time.monotonic()
        await replay.to_end()
        seconds, comparison = time.monotonic() - began, None
        if plan.verify:
            expectation = RebuiltStore(
                replay,
                store=store,
                clock=clock,
                publisher_behind=_behind(bootstrap, plan.publisher, plan.enriched),
            )
            comparison = await _verification(plan, live, expectation).run()
        counts = replay.counts
    return Report(
        source=plan.source,
        seconds=seconds,
        counts=counts,
        database=name if plan.keep or plan.into else None,
        comparison=comparison,
        continued=await _gone_on(plan, bootstrap, store, clock) if plan.into else None,
    )


async def _gone_on(plan: Plan, bootstrap: Cluster, store: MongoStore, clock: GuardedClock) -> Continued:
    """The rebuilt store made ready to be the live one."""
    async with LogReader(bootstrap, plan.published) as told:
        words = LastWords(told)
        await words.to_end()
        continued = await go_on(store, words, now=await clock.server_time())
    await store.ensure_indexes()
    return continued


async def _folded(plan: Plan, settings: Settings, live: MongoStore, progress: Progress) -> Report:
    bootstrap = settings.kafka
    async with LogReader(bootstrap, plan.published) as told, LogReader(bootstrap, plan.enriched) as enriched:
        publisher_behind = _behind(bootstrap, plan.publisher, plan.enriched)

        async def publisher_behind_now() -> int:
            return await publisher_behind(await enriched.beginning_offsets(), await enriched.end_offsets())

        words = LastWords(told, progress=progress)
        expectation = FoldedTopic(
            words,
            publisher_behind=publisher_behind_now,
            proofreader_behind=_behind(bootstrap, plan.proofreader, plan.published),
            older_form=settings.article_events == "v1",
        )
        began = time.monotonic()
        await expectation.catch_up()
        seconds = time.monotonic() - began
        comparison = await _verification(plan, live, expectation).run()
        counts = Counts(records=words.records, undecodable=told.undecodable)
    return Report(source=plan.source, seconds=seconds, counts=counts, comparison=comparison)


def _verification(plan: Plan, live: MongoStore, expectation: RebuiltStore | FoldedTopic) -> Verification:
    return Verification(live=live, expectation=expectation, may_look=_for(plan.within_s))


def _for(seconds: float) -> Callable[[], bool]:
    """True until so many seconds after it was asked first."""
    asked: list[float] = []

    def there_is_time() -> bool:
        asked.append(time.monotonic())
        return asked[-1] - asked[0] < seconds

    return there_is_time


def _behind(bootstrap: Cluster, group: str, topic: Topic) -> HowFarBehind:
    async def behind(first: Mapping[int, int], reached: Mapping[int, int]) -> int:
        committed = await committed_offsets(bootstrap, group, topic.name)
        return sum(max(0, end - max(committed.get(p, 0), first[p])) for p, end in reached.items())

    return behind


@asynccontextmanager
async def _new_database(settings: Settings, name: str, *, keep: bool) -> AsyncIterator[MongoStore]:
    """An empty database; dropped at the end unless it is kept, and never one that held something."""
    async with _store(settings, name) as store:
        if await store.in_order(limit=1):
            raise Refused(f"the database {name} is not empty; drop it first, or choose another name")
        try:
            yield store
        finally:
            if not keep:
                await store.drop_database()


def _store(settings: Settings, database: str) -> AbstractAsyncContextManager[MongoStore]:
    return MongoStore.connected(settings.mongo, database=database, driver=settings.mongo_driver)
