"""What the front door promises to those who come with a valid article."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx2
import pytest

from newsloom_schemas.catalog import ARTICLES_SUBMITTED
from newsloom_schemas.identity import article_id
from tests.eventually import eventually
from tests.factories import MOMENT, authors
from tests.integration.ingest.front_door import DEV_KEY, FEEDS, FrontDoor, bearer, open_door, submission

PAGE = """City
Harbour bridge reopens after repairs
The first cars crossed at dawn, three weeks ahead of plan.
The bridge over the northern harbour reopened on Thursday after a summer of repairs to its western span.
The council had closed it in June, when divers found cracks in two of the older pillars below the water.
By Ines Falk
"""


async def test_an_accepted_article_is_on_the_log_when_the_answer_comes(door: FrontDoor) -> None:
    before = door.count("/v1/articles", "202")
    answer = await door.client.post("/v1/articles", json=submission(), headers=bearer())

    assert answer.status_code == 202
    ((topic, _),) = door.publisher.emissions
    (event,) = door.publisher.events
    assert topic is ARTICLES_SUBMITTED
    assert answer.headers["location"] == f"/v1/submissions/{event.event_id}"
    assert answer.json() == {
        "article_id": event.article_id,
        "event_id": event.event_id,
        "revision": 1,
        "source": "harbour",
        "status_url": answer.headers["location"],
        "url": f"{FEEDS}/v1/articles/{article_id('harbour', 'bridge-1')}",
    }
    assert (event.source, event.dialect, event.accepted_at) == ("harbour", "json", MOMENT)
    assert door.count("/v1/articles", "202") == before + 1


async def test_no_answer_comes_before_the_acknowledgement(door: FrontDoor) -> None:
    door.publisher.gate = asyncio.Event()
    posting = asyncio.create_task(door.client.post("/v1/articles", json=submission(), headers=bearer()))
    await eventually(lambda: door.publisher.waiting == 1, within=10)

    assert not posting.done()
    door.publisher.gate.set()
    assert (await posting).status_code == 202


async def test_without_an_acknowledgement_the_answer_is_503_and_later_202_again(door: FrontDoor) -> None:
    door.publisher.away = True
    refused = await door.client.post("/v1/articles", json=submission(), headers=bearer())
    door.publisher.away = False
    taken = await door.client.post("/v1/articles", json=submission(), headers=bearer())

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
    assert refused.json()["type"] == "urn:newsloom:problem:unavailable"
    assert taken.status_code == 202


async def test_a_thousand_parallel_identical_submissions_are_one_event(door: FrontDoor) -> None:
    door.publisher.gate = asyncio.Event()
    transport = httpx2.ASGITransport(app=door.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://ingest") as client:
        posts = [
            asyncio.create_task(client.post("/v1/articles", json=submission(), headers=bearer()))
            for _ in range(1000)
        ]
        await eventually(lambda: door.publisher.waiting == 1000, within=20, what="all in flight at once")
        door.publisher.gate.set()
        answers = await asyncio.gather(*posts)

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["event_id"] for answer in answers}) == 1


async def test_what_is_in_flight_is_bounded_and_the_place_is_given_back() -> None:
    async with open_door(max_requests=2) as door:
        door.publisher.gate = asyncio.Event()
        held = [
            asyncio.create_task(door.client.post("/v1/articles", json=submission(), headers=bearer()))
            for _ in range(2)
        ]
        await eventually(lambda: door.publisher.waiting == 2, within=10)
        refused = await door.client.post("/v1/articles", json=submission(), headers=bearer())
        door.publisher.gate.set()
        taken = [(await each).status_code for each in held]
        later = await door.client.post("/v1/articles", json=submission(), headers=bearer())

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert refused.json()["type"] == "urn:newsloom:problem:overloaded"
    assert taken == [202, 202]
    assert later.status_code == 202


async def test_the_bytes_in_flight_are_bounded_too() -> None:
    async with open_door(held=1000) as door:
        long = submission(body_html="<p>" + "x" * 1000)
        assert (await door.client.post("/v1/articles", json=long, headers=bearer())).status_code == 503
        for _ in range(10):  # nothing stays reserved, neither by the refused nor by the accepted
            answer = await door.client.post("/v1/articles", json=submission(), headers=bearer())
            assert answer.status_code == 202


async def test_a_body_in_pieces_and_a_long_body_are_the_same_article_as_in_one(door: FrontDoor) -> None:
    long = submission(body_html="<p>" + "The bridge is open. " * 3000)
    raw = json.dumps(long).encode()

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(raw), 7000):
            yield raw[at : at + 7000]

    whole = await door.client.post("/v1/articles", content=raw, headers=bearer())
    chunked = await door.client.post("/v1/articles", content=pieces(), headers=bearer())
    assert whole.status_code == chunked.status_code == 202
    assert whole.json() == chunked.json()


async def test_a_kill_names_the_article_and_is_always_the_same_event(door: FrontDoor) -> None:
    where = "/v1/articles/kill?external_id=bridge-1"
    bare = await door.client.post(where, headers={"Authorization": bearer()["Authorization"]})
    reasoned = await door.client.post(where, json={"reason": "legal order"}, headers=bearer())

    assert (bare.status_code, reasoned.status_code) == (202, 202)
    assert bare.json()["event_id"] == reasoned.json()["event_id"]
    assert bare.json()["article_id"] == article_id("harbour", "bridge-1")
    assert [event.reason for event in door.publisher.events] == [None, "legal order"]


async def test_a_tag_edit_is_known_by_its_number_and_content(door: FrontDoor) -> None:
    edit = {
        "edit": 1,
        "added": [{"kind": "place", "label": "Northern  harbour"}],
        "removed": ["Bay"],
        "editor": "Ines",
    }
    where = "/v1/articles/tags?external_id=bridge-1"
    answers = [
        await door.client.put(where, json=each, headers=bearer())
        for each in (edit, edit, edit | {"edit": 2}, edit | {"removed": []})
    ]

    assert [answer.status_code for answer in answers] == [202] * 4
    ids = [answer.json()["event_id"] for answer in answers]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    tag = door.publisher.events[0].tags.added[0]
    assert (tag.label, tag.basis, tag.confidence) == ("Northern harbour", "editor", 1.0)
    assert answers[2].json()["edit"] == 2


async def test_a_copied_page_becomes_a_clean_article(door: FrontDoor) -> None:
    headers = bearer(DEV_KEY, **{"Content-Type": "text/plain; charset=utf-8"})
    first = await door.client.post("/v1/pages?source=kursor", content=PAGE, headers=headers)
    again = await door.client.post(
        "/v1/pages?source=kursor", content=PAGE.replace("\n", "\r\n"), headers=headers
    )
    named = await door.client.post(
        "/v1/pages?source=kursor&external_id=bridge%2F7&revision=3", content=PAGE, headers=headers
    )

    assert first.status_code == 202, first.text
    event = door.publisher.events[0]
    assert (event.source, event.dialect, event.revision) == ("kursor", "page", 1)
    assert event.external_id.startswith("page:")
    assert event.content.headline == "Harbour bridge reopens after repairs"
    assert event.content.section == "City"
    assert event.content.authors == authors("Ines Falk")
    assert "<p>The council had closed it" in event.content.body_html
    assert again.json()["event_id"] == first.json()["event_id"]
    assert (door.publisher.events[2].external_id, door.publisher.events[2].revision) == ("bridge/7", 3)
    assert named.json()["revision"] == 3


async def test_the_source_is_the_keys_own_and_never_the_bodys(door: FrontDoor) -> None:
    in_body = await door.client.post("/v1/articles", json=submission(source="river"), headers=bearer())
    selected = await door.client.post(
        "/v1/articles?source=river", json=submission(), headers=bearer("a-key-that-may-only-submit")
    )

    assert in_body.status_code == 422
    assert selected.json()["source"] == "river"
    assert selected.json()["article_id"] == article_id("river", "bridge-1")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/articles", submission()),
        ("POST", "/v1/articles/batch", submission()),
        ("POST", "/v1/articles/kill?external_id=bridge-1", {"reason": "no more"}),
        ("PUT", "/v1/articles/tags?external_id=bridge-1", {"edit": 1}),
    ],
)
async def test_the_canary_s_source_is_closed_to_the_key_of_every_source(
    door: FrontDoor, method: str, path: str, body: dict[str, object]
) -> None:
    media = "application/x-ndjson" if path.endswith("batch") else "application/json"
    url = f"{path}{'&' if '?' in path else '?'}source=canary"
    headers = bearer(DEV_KEY, **{"Content-Type": media})
    answer = await door.client.request(method, url, content=json.dumps(body), headers=headers)
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (403, "reserved-source")
    assert not door.publisher.events
