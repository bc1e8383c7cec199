"""Asking the register: it waits for what it cannot know yet, and calls nothing unknown too early."""

import asyncio
from dataclasses import dataclass

import pytest

from ingest.refusal import Refused
from ingest.register.ports import Times
from ingest.register.register import LogRegister
from newsloom_runtime.log_consumer import LogUnavailable
from newsloom_store import MemorySubmissions, Standing, StoreUnavailable, SubmissionFact
from newsloom_store.submission_facts import Positions
from tests.factories import submission_fact

FACT = submission_fact(number=4, offset=9)
PLACE = ("articles-submitted", 0)


@dataclass
class Log:
    """A log with ten records, or away."""

    away: bool = False

    async def identity(self) -> str:
        return "log"

    async def ends(self) -> Positions:
        if self.away:
            raise LogUnavailable("no Kafka")
        return {PLACE: 10}

    async def times(self, fact: SubmissionFact, standing: Standing | None) -> Times:
        if self.away:
            raise LogUnavailable("no Kafka")
        return {"accepted": fact.accepted_at, "enriched": fact.accepted_at}


class Away(MemorySubmissions):
    async def fact(self, event_id: str) -> SubmissionFact | None:
        raise StoreUnavailable("no MongoDB")

    async def positions(self, log: str) -> Positions:
        raise StoreUnavailable("no MongoDB")


@dataclass
class Reader:
    """Reads the log up after so many turns; time passes only by pausing."""

    store: MemorySubmissions
    turns: int
    now: float = 0.0
    hurried: int = 0

    def hurry(self) -> None:
        self.hurried += 1

    async def pause(self, seconds: float) -> None:
        self.now += seconds
        self.turns -= 1
        if self.turns == 0:
            await self.store.record([FACT])
            await self.store.advance("log", {PLACE: 10})


def register(store: MemorySubmissions, *, turns: int = 1, log: Log | None = None) -> LogRegister:
    reader = Reader(store, turns)
    return LogRegister(store, log or Log(), hurry=reader.hurry, clock=lambda: reader.now, pause=reader.pause)


async def test_what_is_kept_is_found_without_asking_the_log() -> None:
    store = MemorySubmissions()
    await store.record([FACT])
    assert await register(store, log=Log(away=True)).find("mine") == FACT


async def test_what_is_not_read_yet_is_waited_for() -> None:
    assert await register(MemorySubmissions(), turns=3).find("mine") == FACT


async def test_what_the_log_does_not_hold_is_unknown() -> None:
    assert await register(MemorySubmissions(), turns=3).find("another") is None


async def test_a_register_that_stays_behind_says_so_instead_of_unknown() -> None:
    with pytest.raises(Refused) as refused:
        await register(MemorySubmissions(), turns=10_000).find("mine")
    assert refused.value.code == "register-unavailable"
    assert "still reading" in refused.value.detail


@pytest.mark.parametrize("store", [Away(), MemorySubmissions()])
async def test_without_store_or_log_it_cannot_say(store: MemorySubmissions) -> None:
    asked = register(store, log=Log(away=True))
    for question in (asked.find("mine"), asked.caught_up(), asked.latest_revision("story")):
        with pytest.raises(Refused) as refused:
            await question
        assert refused.value.code == "register-unavailable"


async def test_a_silent_kafka_does_not_hold_who_asks() -> None:
    class Silent(Log):
        async def identity(self) -> str:
            await asyncio.Event().wait()
            return ""

    store = MemorySubmissions()
    asked = LogRegister(store, Silent(), hurry=lambda: None, answers_within_s=0.01)
    with pytest.raises(Refused) as refused:
        await asked.find("mine")
    assert refused.value.code == "register-unavailable"


async def test_the_latest_revision_counts_what_is_still_in_the_log() -> None:
    assert await register(MemorySubmissions(), turns=3).latest_revision("story") == 4
    assert await register(MemorySubmissions(), turns=3).latest_revision("another") is None


async def test_the_state_is_told_without_the_times_when_the_log_is_away() -> None:
    store = MemorySubmissions()
    store.standings["story"] = Standing(document_version=1, submission_event_id="mine", revision=4)
    fate, times = await register(store, log=Log(away=True)).fate(FACT)
    assert (fate.state, set(times)) == ("published", {"accepted", "logged"})
    fate, times = await register(store).fate(FACT)
    assert (fate.state, set(times)) == ("published", {"accepted", "enriched"})
