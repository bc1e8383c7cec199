"""Handing in: what is sent, what a refusal says, and what waiting ends with."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from newsloom.client import Client, Refused
from newsloom.deliveries import Delivery, from_stdin
from newsloom.errors import CommandError, Exit
from newsloom.submitting import Outcome, Patience, submit, worst
from newsloom_schemas import identity
from tests.unit.newsloom.system import FakeSystem, document, event_of, problem, status

ARTICLE = identity.article_id("meridian", "bridge")


def delivery(revision: int = 1, **fields: Any) -> Delivery:
    body = {"external_id": "bridge", "revision": revision, **fields}
    return from_stdin(json.dumps(body).encode(), source="meridian", asked="json")


def patience(seconds: float = 5.0) -> Patience:
    """Time passes by a second with every pause, and in no other way."""
    now = iter(range(10_000))
    ticks: Iterator[float] = (float(value) for value in now)
    moment = [0.0]

    async def pause(_seconds: float) -> None:
        moment[0] = next(ticks) + 1

    return Patience(seconds=seconds, clock=lambda: moment[0], pause=pause)


async def test_a_submission_carries_the_key_the_source_and_the_body_unchanged() -> None:
    system = FakeSystem()
    await system.client().submit(delivery())
    (request,) = system.requests
    assert request.url == "http://ingest.test/v1/articles?source=meridian"
    assert request.headers["authorization"] == "Bearer nl_test"
    assert request.headers["content-type"] == "application/json"
    assert request.content == delivery().body


async def test_a_refusal_names_the_fields_and_the_way_out() -> None:
    errors = [{"pointer": "/headline", "code": "missing", "detail": "add it"}]
    system = FakeSystem(answers=[problem(422, "The request does not fit", errors=errors)])
    with pytest.raises(Refused) as caught:
        await system.client().submit(delivery())
    assert str(caught.value) == "The request does not fit\n  /headline: add it\nfix: do this"
    assert caught.value.code == Exit.REFUSED


async def test_an_answer_that_is_no_problem_document_is_still_told() -> None:
    system = FakeSystem(answers=[httpx2.Response(502, text="<html>bad gateway</html>")])
    with pytest.raises(Refused, match="HTTP 502"):
        await system.client().submit(delivery())


async def test_a_busy_ingest_is_asked_again_after_the_pause_it_asks_for() -> None:
    busy = problem(503, "Too much is in flight")
    busy.headers["Retry-After"] = "1"
    system = FakeSystem(answers=[busy])
    assert (await system.client().submit(delivery())).revision == 1
    assert system.pauses == [1.0]


async def test_an_ingest_that_stays_busy_is_given_up() -> None:
    system = FakeSystem(answers=[problem(503, "Too much is in flight") for _ in range(9)])
    with pytest.raises(Refused, match="Too much"):
        await system.client().submit(delivery())
    assert len(system.requests) == 5


async def test_a_system_that_is_not_there_is_told_with_its_address() -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(refuse))
    with pytest.raises(CommandError, match=r"ingest cannot be reached at http://ingest\.test:8001") as caught:
        await Client(http=http, ingest="http://ingest.test:8001", key="k").submit(delivery())
    assert caught.value.code == Exit.NOT_RUNNING


async def test_without_waiting_accepted_is_the_end() -> None:
    outcome = await submit(FakeSystem().client(), delivery(), None)
    assert (outcome.state, outcome.code) == ("accepted", Exit.OK)


@pytest.mark.parametrize(
    ("said", "state", "code"),
    [
        ("published", "published", Exit.OK),
        ("withheld", "embargoed", Exit.OK),
        ("superseded", "superseded", Exit.OK),
        ("killed", "killed", Exit.REFUSED),
        ("rejected", "conflict", Exit.REFUSED),
        ("dead-lettered", "dead-lettered", Exit.REFUSED),
        ("accepted", "timed-out", Exit.TIMED_OUT),
    ],
)
async def test_waiting_ends_with_what_ingest_says_became_of_it(said: str, state: str, code: Exit) -> None:
    unsure = [problem(503, "it cannot say yet"), problem(429, "too fast"), problem(404, "not known yet")]
    system = FakeSystem(statuses=[*unsure, status("accepted"), status(said)])
    outcome = await submit(system.client(), delivery(), patience(10))
    assert (outcome.state, outcome.code) == (state, code)
    asked = system.requests[-1]
    assert asked.url.path == f"/v1/submissions/{event_of(ARTICLE, 1)}"
    assert asked.headers["authorization"] == "Bearer nl_test"


async def test_pauses_between_questions_grow_to_a_bound() -> None:
    pauses: list[float] = []
    waiting = patience(20)

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await waiting.pause(seconds)

    system = FakeSystem(statuses=[status("accepted")])
    await submit(system.client(), delivery(), Patience(seconds=20, clock=waiting.clock, pause=pause))
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (0.02, 0.5)


async def outcome_when_shown(shown: dict[str, Any] | None, revision: int = 1) -> Outcome:
    system = FakeSystem(shown={ARTICLE: shown} if shown else {})
    return await submit(system.client(), delivery(revision), patience())


async def test_waiting_ends_when_readers_see_the_revision() -> None:
    outcome = await outcome_when_shown(document(ARTICLE, 2), revision=2)
    assert (outcome.state, outcome.code) == ("published", Exit.OK)


async def test_an_older_revision_in_view_is_not_taken_for_ours() -> None:
    outcome = await outcome_when_shown(document(ARTICLE, 1), revision=2)
    assert (outcome.state, outcome.code) == ("timed-out", Exit.TIMED_OUT)
    assert "newsloom status" in outcome.detail


async def test_a_newer_revision_supersedes_ours() -> None:
    outcome = await outcome_when_shown(document(ARTICLE, 3), revision=2)
    assert (outcome.state, outcome.code) == ("superseded", Exit.OK)


async def test_the_same_revision_with_other_content_is_a_conflict_and_not_a_success() -> None:
    other = document(ARTICLE, 1, submission_event_id=event_of(ARTICLE, 99))
    outcome = await outcome_when_shown(other)
    assert (outcome.state, outcome.code) == ("conflict", Exit.REFUSED)


async def test_a_killed_article_ends_the_waiting() -> None:
    outcome = await submit(FakeSystem(killed={ARTICLE}).client(), delivery(), patience())
    assert (outcome.state, outcome.code) == ("killed", Exit.REFUSED)


async def test_an_earlier_revision_s_embargo_does_not_end_the_waiting_for_one_without() -> None:
    system = FakeSystem(withheld={ARTICLE}, shown={ARTICLE: document(ARTICLE, 2)})
    waiting = patience()

    async def pause(seconds: float) -> None:
        system.withheld.clear()
        await waiting.pause(seconds)

    outcome = await submit(
        system.client(), delivery(2), Patience(seconds=5, clock=waiting.clock, pause=pause)
    )
    assert (outcome.state, outcome.code) == ("published", Exit.OK)


async def test_an_embargo_is_not_waited_for() -> None:
    held = delivery(embargo_until="2999-01-01T00:00:00Z")
    outcome = await submit(FakeSystem().client(), held, patience())
    assert (outcome.state, outcome.code) == ("embargoed", Exit.OK)


async def test_a_refusal_is_an_outcome_so_that_a_folder_goes_on() -> None:
    system = FakeSystem(answers=[problem(422, "The request does not fit")])
    outcome = await submit(system.client(), delivery(), None)
    assert (outcome.state, outcome.receipt) == ("refused", None)
    assert worst([outcome, await submit(system.client(), delivery(), None)]) == Exit.REFUSED
