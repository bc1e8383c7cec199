"""Every bad request has its answer: a problem with a stable type, nothing echoed, nothing on the log."""

import pytest

from tests.integration.ingest.bad_addresses import BAD_ADDRESSES
from tests.integration.ingest.bad_bodies import BAD_BODIES, SECRET, Bad, raw
from tests.integration.ingest.front_door import FrontDoor, bearer, open_door


@pytest.mark.parametrize("bad", [*BAD_BODIES, *BAD_ADDRESSES], ids=lambda bad: bad.what)
async def test_a_bad_request_is_refused_with_its_code(door: FrontDoor, bad: Bad) -> None:
    answer = await door.client.request(bad.method, bad.path, content=bad.content, headers=bad.headers)

    assert (answer.status_code, answer.json()["type"]) == (bad.status, f"urn:newsloom:problem:{bad.code}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == bad.status
    assert SECRET not in answer.text
    assert len(answer.content) < 10_000
    if bad.pointer is not None:
        assert bad.pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert door.publisher.events == []


async def test_an_unknown_key_learns_nothing(door: FrontDoor) -> None:
    """The answer is the same whatever is wrong with the credential, and the body is not looked at."""
    answers = [
        await door.client.post("/v1/articles", content=content, headers=headers)
        for headers in (bearer("wrong-key"), {"Content-Type": "text/plain"}, bearer("-"))
        for content in (raw(), b"{")
    ]
    assert len({answer.content for answer in answers}) == 1
    assert {answer.headers["www-authenticate"] for answer in answers} == {'Bearer realm="newsloom"'}


async def test_a_refusal_is_counted_by_its_code(door: FrontDoor) -> None:
    before = door.count("/v1/articles", "not-json")
    await door.client.post("/v1/articles", content=b"{", headers=bearer())
    assert door.count("/v1/articles", "not-json") == before + 1


async def test_a_body_at_the_limit_is_taken_and_one_byte_more_is_not() -> None:
    exact = raw()
    async with open_door(max_bytes=2000) as door:
        taken = await door.client.post("/v1/articles", content=exact.ljust(2000), headers=bearer())
        refused = await door.client.post("/v1/articles", content=exact.ljust(2001), headers=bearer())
    assert (taken.status_code, refused.status_code) == (202, 413)
    assert refused.json()["type"] == "urn:newsloom:problem:too-large"


async def test_a_body_far_over_the_limit_still_hears_why(door: FrontDoor) -> None:
    answer = await door.client.post("/v1/articles", content=raw(headline="x" * 10_000_000), headers=bearer())
    assert answer.status_code == 413


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
        {"canonical_url": "http://127.0.0.1/a"},
        {"canonical_url": "http://[::1]/a"},
        {"canonical_url": "http://169.254.169.254/latest"},
        {"published_at": "2028-01-01T00:00:00Z"},
        {"published_at": "1970-01-01T00:00:00+03:00"},
    ):
        answer = await door.client.post("/v1/articles", content=raw(**fields), headers=bearer())
        assert answer.status_code == 202, fields
