"""Counting feeds: shared by all who ask at once, and never more of the store's time than it may take."""

import asyncio

import pytest

from feeds.feed_counts import FeedCounts
from newsloom_store import StoreUnavailable


class SlowStore:
    """Counts how often it was asked; each count takes as long as it is told, on the test's own clock."""

    def __init__(self) -> None:
        self.now = 100.0
        self.takes = 0.0
        self.asked = 0
        self.away = False
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def feed_ids(self) -> list[tuple[str, int]]:
        self.asked += 1
        await self.may_answer.wait()
        self.now += self.takes
        if self.away:
            raise StoreUnavailable("away")
        return [("all", self.asked)]


@pytest.mark.parametrize(("takes", "fresh_for"), [(0.0, 1.0), (0.05, 1.0), (2.0, 20.0)])
async def test_a_count_is_as_old_as_counting_is_slow(takes: float, fresh_for: float) -> None:
    store = SlowStore()
    store.takes = takes
    counts = FeedCounts(store, lambda: store.now)
    assert await counts.latest() == [("all", 1)]
    store.now += fresh_for - 0.001
    assert await counts.latest() == [("all", 1)]
    store.now += 0.002
    assert await counts.latest() == [("all", 2)]


async def test_many_who_ask_at_once_share_one_count_and_the_later_get_what_is_known() -> None:
    store = SlowStore()
    counts = FeedCounts(store, lambda: store.now)
    assert await asyncio.gather(*(counts.latest() for _ in range(50))) == [[("all", 1)]] * 50
    store.now += 5
    store.may_answer.clear()
    counting = asyncio.create_task(counts.latest())
    await asyncio.sleep(0)
    assert await counts.latest() == [("all", 1)], "nobody waits for a count when there is one"
    store.may_answer.set()
    assert await counting == [("all", 2)]


async def test_a_failed_count_is_told_and_tried_again() -> None:
    store = SlowStore()
    counts = FeedCounts(store, lambda: store.now)
    store.away = True
    with pytest.raises(StoreUnavailable):
        await counts.latest()
    store.away = False
    assert await counts.latest() == [("all", 2)]


async def test_the_feed_of_canaries_is_not_listed() -> None:
    class Store(SlowStore):
        async def feed_ids(self) -> list[tuple[str, int]]:
            return [("all", 2), ("canary", 1), ("source/canary-islands", 1)]

    assert await FeedCounts(Store()).latest() == [("all", 2), ("source/canary-islands", 1)]
