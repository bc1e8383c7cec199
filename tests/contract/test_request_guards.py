"""What answers under a key and claims of a revision promise, in memory and in MongoDB by either driver."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from newsloom_store.request_guards import (
    ANSWER_KEPT_FOR,
    ATTEMPT_LASTS,
    CLAIMS,
    Attempt,
    Kept,
    MongoAnswers,
    MongoClaims,
    MongoRequestGuards,
)
from newsloom_store.request_guards_memory import MemoryAnswers, MemoryClaims
from tests.integration.store.databases import fresh_database

Guards = tuple[MongoAnswers | MemoryAnswers, MongoClaims | MemoryClaims]
NOW = datetime.now(UTC)  # MongoDB removes what has expired by its own clock
ANSWER = {"status": 202, "body": '{"event_id": "e"}', "headers": {"Location": "/v1/submissions/e"}}


@pytest.fixture(params=["memory", "pymongo", "motor"])
async def guards(request: pytest.FixtureRequest) -> AsyncIterator[Guards]:
    if request.param == "memory":
        yield MemoryAnswers(), MemoryClaims()
        return
    url = request.getfixturevalue("stack").mongo
    with fresh_database(url) as database:
        async with MongoRequestGuards.connected(url, database=database, driver=request.param) as connected:
            yield connected.answers, connected.claims


async def begun(guards: Guards, key: str, fingerprint: str = "f", after: timedelta = timedelta()) -> Attempt:
    attempt = await guards[0].begin(key, fingerprint, now=NOW + after)
    assert isinstance(attempt, Attempt)
    return attempt


async def test_the_first_answer_stands_for_all_requests_like_it(guards: Guards) -> None:
    answers = guards[0]
    attempt = await begun(guards, "key")
    assert await answers.begin("key", "f", now=NOW) == "running"
    assert await answers.begin("key", "other", now=NOW) == "other-request"
    await answers.finish(attempt, ANSWER)
    assert await answers.begin("key", "f", now=NOW) == Kept(answer=ANSWER)
    assert await answers.begin("key", "other", now=NOW) == "other-request"
    assert isinstance(await answers.begin("another", "f", now=NOW), Attempt)


async def test_an_attempt_that_was_given_up_leaves_the_key_free(guards: Guards) -> None:
    await guards[0].abandon(await begun(guards, "key"))
    await begun(guards, "key", "other")


async def test_an_attempt_that_died_is_followed_by_one_and_cannot_speak_any_more(guards: Guards) -> None:
    answers = guards[0]
    dead = await begun(guards, "key")
    later = NOW + ATTEMPT_LASTS
    found = await asyncio.gather(*(answers.begin("key", "f", now=later) for _ in range(5)))
    (heir,) = [each for each in found if isinstance(each, Attempt)]
    assert found.count("running") == 4
    await answers.finish(dead, {"status": 500})
    await answers.abandon(dead)
    assert await answers.begin("key", "f", now=later) == "running"
    await answers.finish(heir, ANSWER)
    assert await answers.begin("key", "f", now=later) == Kept(answer=ANSWER)


async def test_an_answer_is_forgotten_after_its_time_even_before_it_is_removed(guards: Guards) -> None:
    await guards[0].finish(await begun(guards, "key"), ANSWER)
    await begun(guards, "key", "other", ANSWER_KEPT_FOR)


async def test_of_many_who_begin_at_once_one_does(guards: Guards) -> None:
    found = await asyncio.gather(*(guards[0].begin("key", "f", now=NOW) for _ in range(20)))
    assert sum(isinstance(each, Attempt) for each in found) == 1
    assert found.count("running") == 19


async def test_of_many_who_would_be_next_one_is_and_it_may_say_so_again(guards: Guards) -> None:
    claims, article, events = guards[1], uuid4().hex, [uuid4().hex for _ in range(20)]
    found = await asyncio.gather(*(claims.claim(article, event, 2, latest=1) for event in events))
    assert found.count(True) == 1
    winner = events[found.index(True)]
    assert await claims.claim(article, winner, 2, latest=1)
    assert not await claims.claim(article, uuid4().hex, 3, latest=1)
    assert await claims.claim(uuid4().hex, events[0], 2, latest=1)  # another article


async def test_a_claim_that_was_carried_out_stands_in_no_ones_way(guards: Guards) -> None:
    claims = guards[1]
    assert await claims.claim("article", "second", 2, latest=1)
    found = await asyncio.gather(*(claims.claim("article", f"third-{n}", 3, latest=2) for n in range(10)))
    assert found.count(True) == 1
    # Who still takes the first for the latest comes too late, although the claim of the second is gone.
    assert not await claims.claim("article", "late", 2, latest=1)


async def test_a_claim_whose_event_never_came_ends(guards: Guards, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = guards[1]
    over = timedelta(seconds=-1)
    monkeypatch.setattr("newsloom_store.request_guards.CLAIM_LASTS", over)
    monkeypatch.setattr("newsloom_store.request_guards_memory.CLAIM_LASTS", over)
    assert await claims.claim("article", "never", 2, latest=1)
    assert await claims.claim("article", "another", 2, latest=1)


async def test_what_is_kept_expires_by_an_index(request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue("stack").mongo
    with fresh_database(url) as database:
        async with MongoRequestGuards.connected(url, database=database) as connected:
            await connected.answers.begin("key", "f", now=NOW)
            await connected.claims.claim("article", "event", 1, latest=0)
            for collection in (connected.answers._collection, connected.claims._collection):
                indexes = await collection.index_information()
                assert indexes["expires_at_1"]["expireAfterSeconds"] == 0
            assert connected.claims._collection.name == CLAIMS
