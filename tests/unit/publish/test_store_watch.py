"""Nothing passes the gate before the store has its indexes; a migration goes on where another stopped."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from newsloom_store import IndexesMissing, Migrated, StoreError, StoreMisconfigured, StoreUnavailable
from publish.metrics import PublishMetrics
from publish.migration import PAGE, REPORT_EVERY, Migration
from publish.store_watch import StoreWatch


class ScriptedStore:
    """Answers as it is told; `asked` says what for."""

    def __init__(self) -> None:
        self.answer: StoreError | None = None
        self.asked: list[str] = []

    async def ensure_indexes(self) -> None:
        self._answer("ensure")

    async def check_indexes(self) -> None:
        self._answer("check")

    def _answer(self, what: str) -> None:
        self.asked.append(what)
        if self.answer is not None:
            raise self.answer


def passed(watch: StoreWatch) -> bool:
    return watch._usable.is_set()


async def test_the_gate_opens_when_the_indexes_are_made_and_not_before() -> None:
    store = ScriptedStore()
    watch = StoreWatch(store)
    for failure in (StoreUnavailable("away"), StoreMisconfigured("the index feed_page ...; drop it")):
        store.answer = failure
        await watch.look()
        assert watch.not_ready() == str(failure)
        assert not passed(watch)
    store.answer = None
    await watch.look()
    assert watch.not_ready() is None
    await asyncio.wait_for(watch.usable(), 1)


async def test_an_index_that_vanishes_later_is_told_of_and_not_made_in_the_middle_of_work() -> None:
    store = ScriptedStore()
    watch = StoreWatch(store)
    await watch.look()
    store.answer = IndexesMissing("lacks the index feed_page; start publish")
    await watch.look()
    assert store.asked == ["ensure", "check"]
    assert "feed_page" in (watch.not_ready() or "")


async def test_what_has_to_be_mended_is_logged_once() -> None:
    store = ScriptedStore()
    watch = StoreWatch(store)
    store.answer = StoreMisconfigured("drop it")
    with capture_logs() as logs:
        await watch.look()
        await watch.look()
    assert [(line["event"], line["why"]) for line in logs] == [("store_unusable", "drop it")]


async def test_a_task_behind_the_gate_waits_for_it() -> None:
    watch, ran = StoreWatch(ScriptedStore()), asyncio.Event()

    async def work() -> None:
        ran.set()

    task = asyncio.ensure_future(watch.then(work)())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not ran.is_set()
    await watch.look()
    await asyncio.wait_for(task, 1)
    assert ran.is_set()


class PagedStore:
    """Has old documents with the ids 000000, 000001, ...; some cannot be read."""

    def __init__(self, count: int, unreadable: frozenset[int] = frozenset()) -> None:
        self.old = {f"{n:06}": n in unreadable for n in range(count)}

    async def migrate(self, *, after: str, limit: int) -> Migrated:
        found = [key for key in sorted(self.old) if key > after][:limit]
        rewritten = [key for key in found if not self.old[key]]
        for key in rewritten:
            del self.old[key]
        return Migrated(
            rewritten=len(rewritten),
            passed_over=len(found) - len(rewritten),
            last=found[-1] if len(found) == limit else None,
        )


@pytest.mark.parametrize("count", [0, 1, PAGE, 2 * PAGE + 1])
async def test_a_pass_rewrites_all_pages_and_counts_them(count: int) -> None:
    registry, store = CollectorRegistry(), PagedStore(count)
    assert await Migration(store, PublishMetrics(registry)).migrate_all() == count
    assert store.old == {}
    assert registry.get_sample_value("newsloom_publish_migrated_total") == count


async def test_a_long_pass_tells_how_far_it_is() -> None:
    store = PagedStore(2 * REPORT_EVERY)
    with capture_logs() as logs:
        await Migration(store, PublishMetrics(CollectorRegistry())).migrate_all()
    told = [(line["event"], line["rewritten"]) for line in logs]
    assert told == [
        ("migrating", REPORT_EVERY),
        ("migrating", 2 * REPORT_EVERY),
        ("migrated", 2 * REPORT_EVERY),
    ]


async def test_what_cannot_be_read_is_passed_over_and_reported() -> None:
    store = PagedStore(PAGE + 5, unreadable=frozenset({3, PAGE + 1}))
    with capture_logs() as logs:
        await Migration(store, PublishMetrics(CollectorRegistry())).migrate_all()
    assert sorted(store.old) == ["000003", f"{PAGE + 1:06}"]
    assert logs[-1] == {
        "event": "migrated",
        "log_level": "info",
        "rewritten": PAGE + 3,
        "passed_over": 2,
    }
