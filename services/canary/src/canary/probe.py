"""One round: a canary is submitted, seen everywhere, corrected, seen corrected, killed, and must be gone."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from canary.article import PUBLIC_FEEDS, CanaryArticle
from canary.ports import LiveFeed, Newsroom, Outcome, Reader, Refused, Shown, Step, Tally, Unanswered
from newsloom_schemas.identity import FEED_CANARY

FIRST_PAUSE_S: Final = 0.05
LONGEST_PAUSE_S: Final = 1.0
WORST_FIRST: Final[tuple[Outcome, ...]] = ("wrong", "failed", "late", "ok")

Look = Callable[[], Awaitable[bool]]


class Wrong(Exception):
    """Something was shown that must never be shown. Waiting does not mend it."""


class NotSeen(Exception):
    """Time is up. The text is the last reason why there was no answer, if that was it."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Seconds from the accept on: until a step is late, and until it is given up."""

    late_after: float
    give_up_after: float


@dataclass(kw_only=True)
class Round:
    """Follows one canary. `run` comes to its end within four times `give_up_after`, whatever happens."""

    canary: CanaryArticle
    newsroom: Newsroom
    reader: Reader
    live: LiveFeed
    tally: Tally
    limits: Limits
    outcomes: list[Outcome] = field(default_factory=list)
    version: int = 0
    gone: bool = False

    async def run(self) -> Outcome:
        """The worst outcome of its steps. The tally has heard of each, and of the round itself."""
        if await self._sent("submit", lambda: self.newsroom.submit(self.canary, 1), told=True):
            published = await self._published()
            if published:
                await self._corrected()
                await self._step("hidden", self._is_hidden, timed=False)
            await self._killed(published)
        worst = min(self.outcomes, key=WORST_FIRST.index)
        self.tally.round(worst)
        return worst

    async def _published(self) -> bool:
        """Whether readers get it by its id; only then is there something to correct."""
        async with asyncio.TaskGroup() as steps:
            read = steps.create_task(self._step("read", lambda: self._reads(1)))
            steps.create_task(self._step("feed", lambda: self._is_in_feed(1)))
            steps.create_task(self._step("live", lambda: self._is_told(1)))
        return read.result() in ("ok", "late")

    async def _corrected(self) -> None:
        if await self._sent("update", lambda: self.newsroom.submit(self.canary, 2)):
            async with asyncio.TaskGroup() as steps:
                steps.create_task(self._step("update", lambda: self._reads(2)))
                steps.create_task(self._step("update_live", lambda: self._is_told(2)))

    async def _killed(self, published: bool) -> None:
        """Whatever came of it, it is withdrawn. Whether that is seen can be said only if it was public."""
        if await self._sent("kill", lambda: self.newsroom.kill(self.canary.external_id)) and published:
            await self._step("kill", self._is_gone)

    async def _sent(self, step: Step, send: Callable[[], Awaitable[None]], *, told: bool = False) -> bool:
        """Whether it was accepted. The tally hears when it was not; else only if it is to be `told`."""

        async def accepted() -> bool:
            await send()
            return True

        outcome, seconds = await self._come_of(step, accepted)
        if told or outcome == "failed":
            self._count(step, outcome, seconds)
        return outcome != "failed"

    async def _step(self, step: Step, look: Look, *, timed: bool = True) -> Outcome:
        outcome, seconds = await self._come_of(step, look)
        self._count(step, outcome, seconds if timed else None)
        if step == "read" and outcome in ("ok", "late"):
            self.tally.published()
        return outcome

    def _count(self, step: Step, outcome: Outcome, seconds: float | None) -> None:
        self.outcomes.append(outcome)
        self.tally.step(step, outcome, seconds)

    async def _come_of(self, step: Step, look: Look) -> tuple[Outcome, float | None]:
        try:
            seconds = await self._seen(look)
        except Wrong as wrong:
            self._log(step, "wrong", str(wrong))
            return "wrong", None
        except (NotSeen, Refused) as error:
            self._log(step, "failed", str(error))
            return "failed", None
        return ("ok" if seconds <= self.limits.late_after else "late"), seconds

    async def _seen(self, look: Look) -> float:
        """Seconds until there was something to see. Raises NotSeen, Wrong and Refused."""
        clock, pause, why = asyncio.get_running_loop().time, FIRST_PAUSE_S, "it was not there in time"
        began = clock()
        while clock() - began <= self.limits.give_up_after:
            try:
                if await look():
                    return clock() - began
            except Unanswered as error:
                why = str(error)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE_S)
        raise NotSeen(why)

    # --- what there is to see ---

    async def _reads(self, revision: int) -> bool:
        sight = await self.reader.article(self.canary.article_id)
        if not isinstance(sight, Shown):
            if sight == "gone" or self.version:
                raise Wrong(f"it is {sight} without a kill")
            return False
        if sight.version < self.version:
            raise Wrong("an older version is shown after a newer one")
        self.version = sight.version
        return self._is_revision(sight.headline, revision, told=sight.revision)

    async def _is_in_feed(self, revision: int) -> bool:
        headline = (await self.reader.feed(FEED_CANARY)).get(self.canary.article_id)
        return headline is not None and self._is_revision(headline, revision)

    async def _is_told(self, revision: int) -> bool:
        told = self.live.told(self.canary.article_id)
        versions = [each.version for each in told]
        if versions != sorted(versions):
            raise Wrong("the live feed tells an older version after a newer one")
        if any(each.headline is None for each in told):
            raise Wrong("the live feed takes it away without a kill")
        # Every one is looked at: a wrong one must not be passed over for the right one behind it.
        seen = [self._is_revision(each.headline or "", revision) for each in told]
        return True in seen

    def _is_revision(self, headline: str, revision: int, *, told: int | None = None) -> bool:
        """Whether it is the wanted revision; an older one is not yet. Raises Wrong for anything else."""
        shown = self.canary.revision_in(headline)
        if shown is None or shown > revision or told not in (None, shown):
            raise Wrong(f"something else than revision {revision} or one before it is shown")
        return shown == revision

    async def _is_hidden(self) -> bool:
        for feed in PUBLIC_FEEDS:
            if self.canary.article_id in await self.reader.feed(feed):
                raise Wrong(f"it is in the public feed {feed}")
        return True

    async def _is_gone(self) -> bool:
        """Withdrawn wherever a reader may look. Once one place says so, no other may serve it any more."""
        removed = self._is_taken_away()
        self._judge_withdrawn(gone=await self._answers_gone(), removed=removed)
        if not self.gone or not removed or self.canary.article_id in await self.reader.feed(FEED_CANARY):
            return False
        self._judge_withdrawn(gone=await self._answers_gone(), removed=removed)
        return True

    async def _answers_gone(self) -> bool:
        return await self.reader.article(self.canary.article_id) == "gone"

    def _judge_withdrawn(self, *, gone: bool, removed: bool) -> None:
        if not gone and (self.gone or removed):
            raise Wrong("it is served after its kill was carried out")
        self.gone = gone

    def _is_taken_away(self) -> bool:
        told = self.live.told(self.canary.article_id)
        taken = [each.headline is None for each in told]
        if True in taken and not all(taken[taken.index(True) :]):
            raise Wrong("the live feed brings it back after its kill")
        return True in taken

    def _log(self, step: Step, outcome: Outcome, why: str) -> None:
        structlog.get_logger().warning(
            "canary_step", step=step, outcome=outcome, article_id=self.canary.article_id, why=why
        )
