"""Every bad request has its answer: a problem with a stable type, nothing echoed, nothing on the log.

The numbers are the rows of docs/bad-requests.md; what no table can hold has a test that the page names.
"""

import json
from typing import Any

import pytest

from ingest.refusal import REFUSALS
from tests.integration.ingest.bad_addresses import BAD_ADDRESSES
from tests.integration.ingest.bad_bodies import BAD_BODIES, SECRET, Bad, raw
from tests.integration.ingest.bad_content import HOSTILE, Hostile
from tests.integration.ingest.bad_everywhere import BAD_EVERYWHERE, BATCH
from tests.integration.ingest.front_door import FrontDoor, bearer, open_door

BAD_REQUESTS = (*BAD_BODIES, *BAD_ADDRESSES, *BAD_EVERYWHERE)
LINES = [bad for bad in BAD_BODIES if bad.content.strip() and b"\n" not in bad.content and bad.row != 5]


def refusals(door: FrontDoor, code: str) -> float:
    """How many requests were refused with this code, at any address."""
    samples = (sample for metric in door.registry.collect() for sample in metric.samples)
    return sum(
        sample.value
        for sample in samples
        if sample.name == "newsloom_http_requests_total" and sample.labels["problem"] == code
    )


@pytest.mark.parametrize("bad", BAD_REQUESTS, ids=lambda bad: bad.id)
async def test_a_bad_request_is_refused_with_its_code(door: FrontDoor, bad: Bad) -> None:
    before = refusals(door, bad.code)
    answer = await door.client.request(bad.method, bad.path, content=bad.content, headers=bad.headers)

    assert (answer.status_code, answer.json()["type"]) == (bad.status, f"urn:newsloom:problem:{bad.code}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == bad.status == REFUSALS[bad.code].status
    assert answer.json()["docs"] == f"/problems/{bad.code}"
    assert SECRET not in answer.text + str(answer.headers)
    assert len(answer.content) < 10_000
    if bad.pointer is not None:
        assert bad.pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert door.publisher.events == []
    assert refusals(door, bad.code) == before + 1


async def test_a_line_of_a_batch_is_refused_as_it_would_be_alone(door: FrontDoor) -> None:
    sent = b"\n".join([*(bad.content for bad in LINES), raw(external_id="the-last")])
    headers = bearer() | {"Content-Type": "application/x-ndjson"}
    answer = await door.client.post(BATCH, content=sent, headers=headers)
    *verdicts, last, summary = (json.loads(line) for line in answer.text.splitlines())

    told = [(verdict["line"], verdict["status"], verdict["problem"]["type"]) for verdict in verdicts]
    assert told == [
        (number, bad.status, f"urn:newsloom:problem:{bad.code}") for number, bad in enumerate(LINES, start=1)
    ]
    assert SECRET not in answer.text
    assert (last["status"], summary["summary"]["accepted"]) == (202, 1)
    assert [event.external_id for event in door.publisher.events] == ["the-last"]


def shown(value: Any) -> Any:
    """The texts in what the event holds."""
    if isinstance(value, tuple):
        return tuple(getattr(each, "name", getattr(each, "alt", each)) for each in value)
    return value


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.id)
async def test_of_hostile_content_only_what_is_harmless_is_on_the_log(
    door: FrontDoor, hostile: Hostile
) -> None:
    answer = await door.client.post("/v1/articles", content=raw(**hostile.sent), headers=bearer())
    assert answer.status_code == 202, answer.text
    [event] = door.publisher.events
    assert {name: shown(getattr(event.content, name)) for name in hostile.kept} == dict(hostile.kept)


async def test_a_fault_of_our_own_is_counted_and_shows_nothing_of_itself(
    door: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_emissions: Any) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(door.publisher, "publish", broken)
    before = refusals(door, "internal")
    answer = await door.client.post("/v1/articles", content=raw(), headers=bearer())
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:newsloom:problem:internal")
    assert SECRET not in answer.text
    assert "RuntimeError" not in answer.text
    assert refusals(door, "internal") == before + 1


async def test_an_unknown_key_learns_nothing(door: FrontDoor) -> None:
    """The answer is the same whatever is wrong with the credential, and the body is not looked at."""
    answers = [
        await door.client.post("/v1/articles", content=content, headers=headers)
        for headers in (bearer("wrong-key"), {"Content-Type": "text/plain"}, bearer("-"))
        for content in (raw(), b"{")
    ]
    assert len({answer.content for answer in answers}) == 1
    assert {answer.headers["www-authenticate"] for answer in answers} == {'Bearer realm="newsloom"'}


async def test_a_body_at_the_limit_is_taken_and_one_byte_more_is_not() -> None:
    exact = raw()
    async with open_door(max_bytes=2000) as door:
        taken = await door.client.post("/v1/articles", content=exact.ljust(2000), headers=bearer())
        refused = await door.client.post("/v1/articles", content=exact.ljust(2001), headers=bearer())
    assert (taken.status_code, refused.status_code) == (202, 413)
    assert refused.json()["type"] == "urn:newsloom:problem:too-large"


async def test_a_body_of_a_full_mebibyte_of_markup_characters_is_taken_or_refused_as_too_large(
    door: FrontDoor,
) -> None:
    """Escaping makes it several times larger; it must still fit into a record."""
    answer = await door.client.post(
        "/v1/articles", content=raw(body_html=None, body_text="&" * 400_000), headers=bearer()
    )
    assert answer.status_code == 413


async def test_other_peoples_ids_are_legal_when_they_are_printable(door: FrontDoor) -> None:
    for legal in ["https://x.example/a?b=c&d#e", "urn:uuid:1", "tag:x,2026:/a", "статья/7", "x" * 512]:
        answer = await door.client.post("/v1/articles", content=raw(external_id=legal), headers=bearer())
        assert answer.status_code == 202, legal


async def test_private_addresses_and_far_times_are_data(door: FrontDoor) -> None:
    for fields in (
        *(
            {"canonical_url": url}
            for url in (
                "http://127.0.0.1/a",
                "http://[::1]/a",
                "http://169.254.169.254/latest",
                "http://0x7f.1/",
                "http://2130706433/",
                "http://localhost./",
                "http://10.0.0.1/",
                "http://[::ffff:127.0.0.1]/",
            )
        ),
        {"published_at": "2028-01-01T00:00:00Z"},
        {"published_at": "1970-01-01T00:00:00+03:00"},
    ):
        answer = await door.client.post("/v1/articles", content=raw(**fields), headers=bearer())
        assert answer.status_code == 202, fields
    assert len({event.revision for event in door.publisher.events}) == 1  # and order nothing
