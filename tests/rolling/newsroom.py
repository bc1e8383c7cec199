"""Desks that hand articles in at a steady pace over connections that they keep, and remember every answer."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import httpx2

from newsloom_schemas.identity import article_id
from tests.eventually import eventually
from tests.oracle.ports import System

REQUEST_S = 30.0
AGAIN_S = 0.2
SECOND_REVISION_EVERY = 4
KILL_EVERY = 20
REPEAT_EVERY = 5


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of one request: its status, or the error that the client met instead of an answer."""

    asked_at: float
    seconds: float
    said: int | str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to be done to an article."""

    external_id: str
    revision: int
    kill: bool = False


@dataclass
class Newsroom:
    """All desks of one source. `accepted` counts the changes to each article that were confirmed, and
    `accepted_at` has the time of the first.

    Some requests are repeated over a connection of their own, to whichever process gets it: `at_odds` has
    those that it took for another event. `patient` desks send again what was not accepted, as those must who
    work with servers that end abruptly.
    """

    system: System
    source: str
    desks: int = 8
    pause_s: float = 0.1
    patient: bool = False
    answers: list[Answer] = field(default_factory=list)
    accepted: Counter[str] = field(default_factory=Counter)
    accepted_at: dict[str, float] = field(default_factory=dict)
    repeated: int = 0
    at_odds: list[str] = field(default_factory=list)

    async def work(self, until: asyncio.Event) -> None:
        """Hand articles in until told to end; what is begun is finished."""
        async with asyncio.TaskGroup() as desks:
            for number in range(self.desks):
                desks.create_task(self._desk(number, until))

    async def has_handed_in(self, articles: int) -> None:
        """Wait until this many articles have been accepted."""
        await eventually(
            lambda: len(self.accepted) >= articles, within=90, what=f"{articles} articles accepted"
        )

    def refused(self) -> Sequence[Answer]:
        """Every request that was not answered with 202."""
        return [answer for answer in self.answers if answer.said != 202]

    async def _desk(self, number: int, until: asyncio.Event) -> None:
        async with self._client() as kept:
            for count, step in enumerate(_steps(f"desk-{number}")):
                if until.is_set():
                    return
                event_id = await self._do(kept, step)
                if event_id and count % REPEAT_EVERY == 0:
                    await self._repeat(step, event_id)
                await asyncio.sleep(self.pause_s)

    def _client(self) -> httpx2.AsyncClient:
        headers = {"authorization": f"Bearer {self.system.key}"}
        return httpx2.AsyncClient(
            base_url=self.system.ingest,
            headers=headers,
            timeout=REQUEST_S,
            trust_env=False,
            verify=False,  # there is no TLS here, and reading the authorities costs 50 ms a client
        )

    async def _do(self, http: httpx2.AsyncClient, step: Step) -> str | None:
        """The id of the event that the step became, when it was accepted."""
        while (event_id := await self._accepted(http, step)) is None:
            if not self.patient:
                return None
            await asyncio.sleep(AGAIN_S)
        article = article_id(self.source, step.external_id)
        self.accepted[article] += 1
        self.accepted_at.setdefault(article, time.time())
        return event_id

    async def _repeat(self, step: Step, event_id: str) -> None:
        async with self._client() as another:
            again = await self._accepted(another, step)
        if again is not None:
            self.repeated += 1
        if again not in (None, event_id):
            self.at_odds.append(f"{step}: {event_id}, and again {again}")

    async def _accepted(self, http: httpx2.AsyncClient, step: Step) -> str | None:
        asked_at, began = time.time(), time.monotonic()
        event_id: str | None = None
        try:
            answer = await self._ask(http, step)
            said: int | str = answer.status_code
            event_id = answer.json()["event_id"] if said == 202 else None
        except httpx2.HTTPError as error:
            said = f"{type(error).__name__}: {error}"
        self.answers.append(Answer(asked_at=asked_at, seconds=time.monotonic() - began, said=said))
        return event_id

    async def _ask(self, http: httpx2.AsyncClient, step: Step) -> httpx2.Response:
        source = {"source": self.source}
        if step.kill:
            named = {**source, "external_id": step.external_id}
            return await http.post("/v1/articles/kill", params=named, json={"reason": "taken back"})
        return await http.post("/v1/articles", params=source, json=_article(step))


def _steps(desk: str) -> Iterator[Step]:
    """An article after the other; some get a second revision, and some are killed after that."""
    number = 0
    while True:
        number += 1
        name = f"{desk}/{number}"
        yield Step(external_id=name, revision=1)
        if number % SECOND_REVISION_EVERY == 0:
            yield Step(external_id=name, revision=2)
        if number % KILL_EVERY == 0:
            yield Step(external_id=name, revision=2, kill=True)


def _article(step: Step) -> dict[str, object]:
    return {
        "external_id": step.external_id,
        "revision": step.revision,
        "headline": f"Ferry {step.external_id} sails again",
        "body_text": f"The harbour master opened berth {step.revision}. " * 20,
        "language": "en",
    }
