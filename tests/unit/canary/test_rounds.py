"""Rounds overlap up to a number; what is left over is withdrawn by a later sweep."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from canary.leftovers import sweep
from canary.ports import Sight
from canary.rounds import Rounds
from tests.factories import MOMENT
from tests.unit.canary.newsroom import CANARY, Newsroom, Tally, now, quickly


def test_a_slow_round_delays_no_other_and_one_too_many_is_failed() -> None:
    begun: list[float] = []
    tally = Tally()

    async def slow() -> None:
        begun.append(now())
        await asyncio.sleep(35)

    async def for_a_while() -> None:
        rounds = Rounds(slow, tally=tally, every=10, at_once=3)
        flying = asyncio.create_task(rounds.run())
        await asyncio.sleep(58)
        flying.cancel()
        await asyncio.wait({flying})

    quickly(for_a_while())
    assert [round(at) for at in begun] == [0, 10, 20, 40, 50]  # at 30 three were still on their way
    assert tally.rounds == ["failed"]


class Shelf(Newsroom):
    """A feed of canaries with times; what is killed goes."""

    def __init__(self, *ages: int) -> None:
        super().__init__()
        self.times = {f"id-{age}": MOMENT - timedelta(seconds=age) for age in ages}
        self.killed: list[str] = []

    async def published(self, _feed_id: str) -> Mapping[str, datetime]:
        return self.times

    async def kill(self, external_id: str) -> None:
        self.killed.append(external_id)


async def test_a_sweep_withdraws_what_nobody_can_be_waiting_for_any_more() -> None:
    class Named(Shelf):
        async def article(self, article_id: str) -> Sight:
            return "gone" if article_id == "id-500" else self.shown(2, 2)

    shelf = Named(10, 400, 500)
    assert await sweep(shelf, shelf, before=MOMENT - timedelta(seconds=360)) == 2
    assert shelf.killed == [CANARY.external_id]
