"""feeds does not work on a store that lacks its indexes, and says which."""

import asyncio

import pytest

from feeds.watch import StoreWatch
from newsloom_store import IndexesMissing, StoreError, StoreMisconfigured, StoreUnavailable


class ScriptedStore:
    def __init__(self, answer: StoreError | None = None) -> None:
        self.answer = answer

    async def check_indexes(self) -> None:
        if self.answer is not None:
            raise self.answer


@pytest.mark.parametrize("failure", [IndexesMissing, StoreMisconfigured, StoreUnavailable])
async def test_it_is_not_usable_before_the_store_has_its_indexes(failure: type[StoreError]) -> None:
    watch, store = StoreWatch(), ScriptedStore(failure("the index feed_page is missing; start publish"))
    await watch.look(store)
    assert "feed_page" in (watch.not_ready() or "")
    waiting = asyncio.create_task(watch.usable())
    for _ in range(3):
        await asyncio.sleep(0)
    assert not waiting.done()
    store.answer = None
    await watch.look(store)
    await asyncio.wait_for(waiting, 1)
    assert watch.not_ready() is None
