"""A newsroom in memory, in which a test decides what readers are shown, and a loop whose time flies."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from canary.article import CanaryArticle
from canary.ports import Outcome, Shown, Sight, Step, Told
from canary.probe import Limits, Round
from newsloom_schemas.identity import FEED_CANARY
from tests.unit.publish.stepped_loop import SteppedLoop

CANARY = CanaryArticle(external_id="20261123T070000-0a1b2c3d")
LIMITS = Limits(late_after=5, give_up_after=60)
T = TypeVar("T")


def now() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Newsroom:
    """Publishes `takes` seconds after a deed, everywhere at once. Tests override what they spoil."""

    takes: float = 0.2
    deeds: list[tuple[float, str, int]] = field(default_factory=list)

    async def submit(self, canary: CanaryArticle, revision: int) -> None:
        self.deeds.append((now(), "submit", revision))

    async def kill(self, external_id: str) -> None:
        self.deeds.append((now(), "kill", 0))

    def done(self) -> list[tuple[str, int]]:
        """The deeds whose effect is public by now."""
        return [(deed, revision) for at, deed, revision in self.deeds if now() >= at + self.takes]

    async def article(self, article_id: str) -> Sight:
        done = self.done()
        if not done:
            return "absent"
        deed, revision = done[-1]
        return "gone" if deed == "kill" else self.shown(revision, len(done))

    def shown(self, revision: int, version: int) -> Shown:
        return Shown(
            external_id=CANARY.external_id,
            revision=revision,
            headline=CANARY.headline(revision),
            version=version,
        )

    async def feed(self, feed_id: str) -> Mapping[str, str]:
        done = self.done()
        if feed_id != FEED_CANARY or not done or done[-1][0] == "kill":
            return {}
        return {CANARY.article_id: CANARY.headline(done[-1][1])}

    def told(self, article_id: str) -> Sequence[Told]:
        return [
            Told(version=number, headline=None if deed == "kill" else CANARY.headline(revision))
            for number, (deed, revision) in enumerate(self.done(), start=1)
        ]


@dataclass
class Tally:
    """What a round told of itself."""

    steps: dict[Step, Outcome] = field(default_factory=dict)
    seconds: dict[Step, float] = field(default_factory=dict)
    rounds: list[Outcome] = field(default_factory=list)
    seen: int = 0

    def step(self, step: Step, outcome: Outcome, seconds: float | None) -> None:
        assert step not in self.steps, f"{step} is told twice"
        self.steps[step] = outcome
        if seconds is not None:
            self.seconds[step] = seconds

    def round(self, outcome: Outcome) -> None:
        self.rounds.append(outcome)

    def published(self) -> None:
        self.seen += 1


def flown(newsroom: Newsroom) -> Tally:
    """What came of one round in this newsroom, however long it took."""
    tally = Tally()
    a_round = Round(
        canary=CANARY, newsroom=newsroom, reader=newsroom, live=newsroom, tally=tally, limits=LIMITS
    )
    quickly(a_round.run())
    return tally


def quickly(work: Coroutine[Any, Any, T], *, within: float = 1_000) -> T:
    """Run it in a time that flies by, a twentieth of a second at once."""
    loop = SteppedLoop()
    try:
        task = loop.create_task(work)
        loop.settle()
        while not task.done():
            assert loop.time() < within, "it does not come to its end"
            loop.advance(0.05)
        return task.result()
    finally:
        loop.close()
