"""The role that sends canaries: its parts, and the task that lets them fly."""

import asyncio
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from canary.article import CanaryArticle
from canary.http_api import HttpNewsroom, HttpReader, http_client
from canary.leftovers import sweep_on
from canary.live_feed import HttpLiveFeed
from canary.ports import Outcome, Tally
from canary.probe import Limits, Round
from canary.rounds import Rounds
from canary.settings import Settings
from newsloom_runtime.clock import Clock

# A round has four times `give_up_after`; what is older than this many is nobody's any more, another prober's
# on another machine, whose clock may differ, included.
LEFT_AFTER_LIMITS: Final = 6


class Prober:
    """`run` is an endless task, as is the live feed's."""

    def __init__(self, settings: Settings, *, clock: Clock, tally: Tally) -> None:
        self._settings = settings
        self._clock = clock
        self._tally = tally
        self.live = HttpLiveFeed(settings.feeds_url)

    async def run(self) -> None:
        """Send canaries and withdraw those that were left over, until cancelled."""
        settings = self._settings
        # Every round has its connections: one that a slow answer holds must not hold up another round.
        async with http_client() as http:
            key = settings.key.get_secret_value()
            newsroom = HttpNewsroom(http, settings.ingest_url, key, self._clock)
            reader = HttpReader(http, settings.feeds_url)

            async def one() -> Outcome:
                return await Round(
                    canary=self._new(),
                    newsroom=newsroom,
                    reader=reader,
                    live=self.live,
                    tally=self._tally,
                    limits=Limits(late_after=settings.late_after, give_up_after=settings.give_up_after),
                ).run()

            rounds = Rounds(one, tally=self._tally, every=settings.every, at_once=settings.rounds_at_once)
            await self.live.connected(within=settings.give_up_after)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(sweep_on(reader, newsroom, oldest=self._oldest))
                tasks.create_task(rounds.run())

    def _new(self) -> CanaryArticle:
        return CanaryArticle(external_id=f"{self._clock.now():%Y%m%dT%H%M%S}-{uuid4().hex[:8]}")

    def _oldest(self) -> datetime:
        return self._clock.now() - timedelta(seconds=LEFT_AFTER_LIMITS * self._settings.give_up_after)
