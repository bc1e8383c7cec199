"""What the translator's store promises: one suite for the stand-ins and for MongoDB by either driver."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from enrich.translator.ports import Entry, Memory, Parked
from newsloom_store import MongoTranslations
from tests.factories import MOMENT
from tests.integration.store.databases import fresh_database
from tests.unit.enrich.translator.translating import DictMemory, ListWaiting


@dataclass(frozen=True)
class Store:
    sentences: Any
    waiting: Any


@pytest.fixture(params=["memory", "pymongo", "motor"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    if request.param == "memory":
        yield Store(DictMemory(), ListWaiting())
        return
    url = request.getfixturevalue("stack").mongo
    with fresh_database(url) as database:
        async with MongoTranslations.connected(url, database=database, driver=request.param) as connected:
            await connected.ensure_indexes()
            await connected.ensure_indexes()
            yield Store(connected.sentences, connected.waiting)


def job(number: int = 1, **fields: Any) -> Parked:
    defaults: dict[str, Any] = {
        "job_id": f"job-{number}",
        "article_id": f"article-{number}",
        "revision": 1,
        "pair": "en->es",
        "target": "es",
        "request": b'{"a": "\xd1\x8f"}',
        "since": MOMENT,
        "due": MOMENT,
        "attempts": 1,
        "bad_answers": 0,
        "reason": "away",
        "held": False,
    }
    return Parked(**defaults | fields)


LATER = MOMENT + timedelta(minutes=1)


async def test_what_is_kept_is_recalled_and_the_first_answer_stays(store: Store) -> None:
    memory: Memory = store.sentences
    assert await memory.recall(["a"]) == {}
    await memory.keep(
        {"a": Entry(html="uno", unknown_words=2), "b": Entry(html="dos")}, engine="x", article_id="story"
    )
    await memory.keep({"a": Entry(html="otro")}, engine="x", article_id="story")
    found = await memory.recall(["a", "b", "c"])
    assert {key: (each.html, each.unknown_words) for key, each in found.items()} == {
        "a": ("uno", 2),
        "b": ("dos", 0),
    }


async def test_a_sentence_is_forgotten_with_the_last_article_that_has_it(store: Store) -> None:
    await store.sentences.teach({"edited": "editado"}, by="editor")
    shared, own = Entry(html="de ambos"), Entry(html="de uno")
    await store.sentences.keep({"shared": shared, "own": own}, engine="x", article_id="one")
    await store.sentences.use(["shared", "edited"], article_id="two")
    await store.sentences.forget(["one"])
    assert set(await store.sentences.recall(["shared", "own", "edited"])) == {"shared", "edited"}
    await store.sentences.forget(["two"])
    assert set(await store.sentences.recall(["shared", "own", "edited"])) == {"edited"}


async def test_an_editors_last_words_stand_and_no_engine_replaces_them(store: Store) -> None:
    await store.sentences.teach({"a": "primero"}, by="editor")
    await store.sentences.teach({"a": "segundo"}, by="editor")
    await store.sentences.keep({"a": Entry(html="máquina")}, engine="x", article_id="story")
    assert (await store.sentences.recall(["a"]))["a"].html == "segundo"


async def test_a_job_is_claimed_by_one_and_comes_back_when_its_claim_is_over(store: Store) -> None:
    await store.waiting.park(job(1))
    await store.waiting.park(job(2, due=LATER))
    (claimed,) = await store.waiting.claim(MOMENT, until=LATER, limit=5)
    assert (claimed.job_id, claimed.request, claimed.since) == ("job-1", b'{"a": "\xd1\x8f"}', MOMENT)
    assert await store.waiting.claim(MOMENT, until=LATER, limit=5) == []
    again = await store.waiting.claim(LATER, until=LATER + timedelta(minutes=1), limit=5)
    assert sorted(each.job_id for each in again) == ["job-1", "job-2"]


async def test_a_job_keeps_its_trace_or_has_none(store: Store) -> None:
    await store.waiting.park(job(1, traceparent="00-trace-01"))
    await store.waiting.park(job(2))
    claimed = await store.waiting.claim(LATER, until=LATER, limit=2)
    assert {each.job_id: each.traceparent for each in claimed} == {"job-1": "00-trace-01", "job-2": None}


async def test_the_longest_due_comes_first_and_no_more_than_asked_for(store: Store) -> None:
    for number in (3, 1, 2):
        await store.waiting.park(job(number, due=MOMENT + timedelta(seconds=number)))
    claimed = await store.waiting.claim(LATER, until=LATER + timedelta(minutes=1), limit=2)
    assert [each.job_id for each in claimed] == ["job-1", "job-2"]


async def test_parking_again_puts_off_and_a_done_job_is_gone(store: Store) -> None:
    await store.waiting.park(job(1))
    await store.waiting.park(replace(job(1), due=LATER, attempts=2, bad_answers=1))
    assert await store.waiting.claim(MOMENT, until=LATER, limit=5) == []
    (claimed,) = await store.waiting.claim(LATER, until=LATER, limit=1)
    assert (claimed.attempts, claimed.bad_answers) == (2, 1)
    await store.waiting.done("job-1")
    await store.waiting.done("job-1")
    assert await store.waiting.count() == 0


async def test_a_job_that_was_dropped_while_it_was_tried_does_not_come_back(store: Store) -> None:
    await store.waiting.park(job(1))
    await store.waiting.claim(MOMENT, until=LATER, limit=1)
    await store.waiting.supersede("article-1", below=2)
    await store.waiting.park(replace(job(1), attempts=2))
    assert await store.waiting.count() == 0


async def test_all_jobs_of_a_killed_article_are_dropped(store: Store) -> None:
    for number, article in ((1, "doomed"), (2, "doomed"), (3, "other")):
        await store.waiting.park(job(number, article_id=article, revision=number))
    await store.waiting.forget(["doomed"])
    assert await store.waiting.count() == 1


async def test_older_revisions_are_dropped_of_that_article_only(store: Store) -> None:
    for number, revision in ((1, 1), (2, 2), (3, 1)):
        article = "other" if number == 3 else "story"
        await store.waiting.park(job(number, article_id=article, revision=revision))
    await store.waiting.supersede("story", below=2)
    left = await store.waiting.claim(MOMENT, until=LATER, limit=5)
    assert sorted(each.job_id for each in left) == ["job-2", "job-3"]


async def test_a_pair_that_is_back_hastens_its_own_jobs_but_not_what_an_embargo_holds(store: Store) -> None:
    await store.waiting.park(job(1, due=LATER))
    await store.waiting.park(job(2, due=LATER, pair="ru->en"))
    await store.waiting.park(job(3, due=LATER, held=True))
    await store.waiting.hasten("en->es", MOMENT)
    (claimed,) = await store.waiting.claim(MOMENT, until=LATER, limit=5)
    assert claimed.job_id == "job-1"


async def test_what_is_claimed_is_not_hastened(store: Store) -> None:
    await store.waiting.park(job(1))
    await store.waiting.claim(MOMENT, until=LATER, limit=5)
    await store.waiting.hasten("en->es", MOMENT)
    assert await store.waiting.claim(MOMENT, until=LATER, limit=5) == []
