"""Nothing goes out that the store has gone beyond; an answer is trusted for half a second, by all."""

import asyncio

from feeds.freshness import Freshness
from tests.unit.feeds.documents import document, removed, tombstone, updated
from tests.unit.feeds.fakes import CountingStore, holding
from tests.unit.feeds.streams import an_update

UPDATE = an_update(updated("story-1"))


class Seconds:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def looking(store: CountingStore) -> tuple[Freshness, Seconds]:
    seconds = Seconds()
    return Freshness(store, now=seconds), seconds


async def test_an_answer_is_trusted_for_half_a_second_and_no_longer() -> None:
    store = CountingStore()
    fresh, seconds = looking(store)
    assert await fresh.current([UPDATE]) == [UPDATE]
    holding(store, tombstone("story-1", version=2))
    seconds.now = 0.4
    assert await fresh.current([UPDATE]) == [UPDATE]
    assert store.asked == 1
    seconds.now = 0.6
    assert await fresh.current([UPDATE]) == []


async def test_the_tail_asks_whatever_is_known() -> None:
    store = CountingStore()
    fresh, _ = looking(store)
    await fresh.current([UPDATE])
    holding(store, tombstone("story-1", version=2))
    assert await fresh.current_now([UPDATE]) == []
    assert await fresh.current([UPDATE]) == [], "and what it learns holds for all"


async def test_a_removal_and_the_version_in_the_store_itself_pass() -> None:
    store = CountingStore()
    fresh, _ = looking(store)
    holding(store, tombstone("story-1", version=2), document("story-2", version=7))
    told = [an_update(removed("story-1", version=2), 1), an_update(updated("story-2", version=7), 2)]
    assert await fresh.current(told) == told


async def test_those_who_ask_while_an_answer_is_on_its_way_wait_for_it() -> None:
    store = CountingStore()
    fresh, _ = looking(store)
    store.answer_versions.clear()
    asking = [asyncio.create_task(fresh.current([UPDATE])) for _ in range(20)]
    await asyncio.sleep(0)
    store.answer_versions.set()
    assert await asyncio.gather(*asking) == [[UPDATE]] * 20
    assert store.asked == 1


async def test_what_is_known_is_bounded() -> None:
    seconds = Seconds()
    fresh = Freshness(CountingStore(), known_articles=50, now=seconds)
    for second in range(20):
        seconds.now = second
        await fresh.current([an_update(updated(f"story-{second}-{n}")) for n in range(10)])
    assert len(fresh._answers) <= 60
