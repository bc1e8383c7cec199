"""Every bad request has its answer: a problem with a stable type, nothing echoed, nothing on the log."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.unit.ingest.front_door import (
    DEV_KEY,
    KILLLESS_KEY,
    FrontDoor,
    bearer,
    open_door,
    submission,
)

SECRET = "zebra-7f3a"


@dataclass(frozen=True, kw_only=True)
class Bad:
    """A request that must be refused, and how."""

    what: str
    status: int
    code: str
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=bearer)
    method: str = "POST"
    path: str = "/v1/articles"
    pointer: str | None = None


def raw(**fields: Any) -> bytes:
    return json.dumps(submission(**{"note": SECRET} | fields), ensure_ascii=False).encode()


def with_revision(text: str) -> bytes:
    return raw().replace(b'"revision": 1', f'"revision": {text}'.encode())


def at(status: int, code: str, pointer: str, what: str, **fields: Any) -> Bad:
    return Bad(what=what, status=status, code=code, content=raw(**fields), pointer=pointer)


BODIES = [
    Bad(what="empty", status=400, code="empty-body"),
    Bad(what="only spaces", status=400, code="empty-body", content=b" \n\t"),
    Bad(what="truncated", status=400, code="not-json", content=raw()[:-9]),
    Bad(what="a second document", status=400, code="not-json", content=raw() + raw()),
    Bad(what="an array", status=422, code="invalid", content=b"[" + raw() + b"]"),
    Bad(what="a number", status=422, code="invalid", content=b"7"),
    Bad(what="null", status=422, code="invalid", content=b"null"),
    Bad(what="byte order mark", status=400, code="not-utf8", content=b"\xef\xbb\xbf" + raw()),
    Bad(what="utf-16", status=400, code="not-utf8", content=raw().decode().encode("utf-16")),
    Bad(what="latin-1", status=400, code="not-utf8", content=raw(lead="café").decode().encode("latin-1")),
    Bad(what="overlong utf-8", status=400, code="not-utf8", content=raw().replace(b"bridge", b"\xc0\xaf", 1)),
    Bad(what="lone continuation", status=400, code="not-utf8", content=raw().replace(b"bridge", b"\x80", 1)),
    Bad(what="lone surrogate", status=400, code="not-json", content=raw().replace(b"Harbour", b"\\ud800", 1)),
    Bad(what="a key twice", status=400, code="duplicate-key", content=raw()[:-1] + b', "revision": 2}'),
    Bad(
        what="an unknown key twice",
        status=400,
        code="duplicate-key",
        content=raw()[:-1] + b', "zz": 1, "zz": 2}',
    ),
    Bad(
        what="a key twice inside",
        status=400,
        code="duplicate-key",
        content=raw()[:-1] + b', "earlier": [{"title": "a", "title": "b"}]}',
    ),
    Bad(what="nested arrays", status=400, code="not-json", content=b"[" * 100_000),
    Bad(what="nested objects", status=400, code="not-json", content=b'{"a":' * 100_000),
    Bad(what="closed nesting", status=400, code="not-json", content=b"[" * 50_000 + b"]" * 50_000),
]
NUMBERS = [
    Bad(what=f"revision {text[:9]}", status=status, code=code, content=with_revision(text))
    for text, status, code in [
        ("NaN", 422, "invalid"),
        ("Infinity", 422, "invalid"),
        ('"nan"', 422, "invalid"),
        ("1" * 4000, 422, "invalid"),
        ("1" * 5000, 400, "not-json"),
        ("1e400", 422, "invalid"),
        ("-0", 422, "invalid"),
        ("0", 422, "invalid"),
        ("-1", 422, "invalid"),
        ("1.5", 422, "invalid"),
        ("1.0", 422, "invalid"),
        ('"7"', 422, "invalid"),
        ("true", 422, "invalid"),
        (str(2**53), 422, "invalid"),
        (str(2**63), 422, "invalid"),
    ]
]
FIELDS = [
    at(422, "invalid", "/title", "unknown field", title=SECRET),
    at(422, "invalid", "/$set", "operator of a database", **{"$set": {"a": SECRET}}),
    at(422, "invalid", "/__proto__", "prototype", __proto__=SECRET),
    at(422, "invalid", "", "unknown field that is itself the payload", **{f"<{SECRET}>": 1}),
    at(422, "invalid", "/headline", "missing headline", headline=None),
    Bad(
        what="null headline",
        status=422,
        code="invalid",
        content=raw().replace(b'"Harbour bridge reopens"', b"null"),
        pointer="/headline",
    ),
    at(422, "invalid", "/headline", "empty headline", headline="  "),
    at(422, "invalid", "/headline", "invisible headline", headline="\u200b\u202e"),
    at(422, "invalid", "/headline", "NUL", headline="a\x00b"),
    at(422, "invalid", "", "no body", body_html=None),
    at(422, "invalid", "", "two bodies", body_text="x"),
    at(422, "invalid", "/body_html", "nothing left", body_html="<script>1</script><p>&nbsp;</p>"),
    at(422, "invalid", "/body_html", "deep", body_html="<div>" * 40_000),
    at(422, "invalid", "/headline", "long headline", headline=SECRET * 100),
    at(422, "invalid", "/keywords", "many keywords", keywords=["a"] * 100_000),
    at(422, "invalid", "/keywords/0", "a number as a keyword", keywords=[7]),
    at(422, "invalid", "/images/0/url", "image elsewhere", images=[{"url": "file:///etc/passwd"}]),
    at(422, "invalid", "/earlier/0/x", "unknown inside", earlier=[{"title": "t", "x": SECRET}]),
    *(
        at(422, "invalid", "/published_at", f"time {time}", published_at=time)
        for time in [
            "2026-11-05T09:30:00",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59-01:00",
            "2026-11-05T09:30:00+99:00",
            1762335000,
            "1762335000",
            "2026-13-05T09:30:00Z",
            "2026-11-05",
        ]
    ),
    *(
        at(422, "invalid", "/external_id", f"id {number}", external_id=value)
        for number, value in enumerate(
            ["", "a\x00b", "a\nb", "a\u202eb", "e\u0301", "x" * 513, "ж" * 257, "a\u200bb", "x" * 900_000]
        )
    ),
    *(
        at(422, "invalid", "/language", f"language {number}", language=value)
        for number, value in enumerate(["xx-invalid", "", "e" * 200, "русский"])
    ),
    *(
        at(422, "invalid", "/canonical_url", f"address {number}", canonical_url=value)
        for number, value in enumerate(
            [
                "javascript:alert(1)",
                "data:text/html,x",
                "file:///etc/passwd",
                "gopher://x.example/",
                "https://user:zebra-7f3a@x.example/",
                "https://x.example/a\tb",
                "https://x.example/" + "a" * 10_000,
                "//x.example/a",
                "https://",
                "https://x.example:99999/",
            ]
        )
    ),
]
TYPES = [
    Bad(
        what=f"media type {kind}",
        status=415,
        code="content-type",
        content=raw(),
        headers=bearer() | {"Content-Type": kind},
    )
    for kind in [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/json; charset=latin-1",
    ]
]
ENCODINGS = [
    Bad(
        what=f"encoding {name}",
        status=415,
        code="content-encoding",
        content=b"\x1f\x8b" * 50,
        headers=bearer() | {"Content-Encoding": name},
    )
    for name in ["gzip", "deflate", "br", "gzip, gzip"]
]
NO_KEY = [
    Bad(what=f"credential {number}", status=401, code="unauthorized", content=raw(), headers=headers)
    for number, headers in enumerate(
        [
            {"Content-Type": "application/json"},
            bearer("not-a-key"),
            bearer("-"),
            bearer("eyJhbGciOiJub25lIn0.eyJzdWIiOiJoYXJib3VyIn0."),
            {"Authorization": "Basic YTpi", "Content-Type": "application/json"},
            {"Authorization": bearer()["Authorization"].replace("Bearer ", "")},
            {"Authorization": "Bearer"},
        ]
    )
]
NOT_ALLOWED = [
    Bad(
        what="kill without the scope",
        status=403,
        code="scope",
        path="/v1/articles/kill?source=harbour&external_id=a",
        headers=bearer(KILLLESS_KEY),
    ),
    Bad(
        what="tags without the scope",
        status=403,
        code="scope",
        method="PUT",
        path="/v1/articles/tags?source=harbour&external_id=a",
        content=b"{}",
        headers=bearer(KILLLESS_KEY),
    ),
    Bad(
        what="kill of another's article",
        status=403,
        code="source",
        path="/v1/articles/kill?source=river&external_id=a",
    ),
    Bad(what="another's source", status=403, code="source", path="/v1/articles?source=river", content=raw()),
    Bad(what="no source chosen", status=422, code="source-missing", content=raw(), headers=bearer(DEV_KEY)),
    Bad(
        what="no source chosen of two",
        status=422,
        code="source-missing",
        content=raw(),
        headers=bearer(KILLLESS_KEY),
    ),
    Bad(
        what="a source that is none",
        status=422,
        code="invalid",
        path="/v1/articles?source=Z%0A",
        content=raw(),
        headers=bearer(DEV_KEY),
    ),
    Bad(
        what="every source",
        status=422,
        code="invalid",
        path="/v1/articles?source=*",
        content=raw(),
        headers=bearer(DEV_KEY),
    ),
]
ADDRESSES = [
    Bad(what="GET", status=405, code="method", method="GET"),
    Bad(what="PUT", status=405, code="method", method="PUT", content=raw()),
    Bad(
        what="override",
        status=405,
        code="method",
        method="GET",
        headers=bearer() | {"X-HTTP-Method-Override": "POST"},
    ),
    Bad(what="elsewhere", status=404, code="not-found", path="/v1/zebra-7f3a"),
    Bad(what="final slash", status=404, code="not-found", path="/v1/articles/"),
    Bad(
        what="unknown parameter", status=422, code="invalid", path="/v1/articles?zebra-7f3a=1", content=raw()
    ),
    Bad(
        what="repeated parameter",
        status=422,
        code="invalid",
        path="/v1/articles?source=harbour&source=harbour",
        content=raw(),
    ),
    Bad(what="kill of nothing", status=422, code="invalid", path="/v1/articles/kill"),
    Bad(what="kill of bytes", status=422, code="invalid", path="/v1/articles/kill?external_id=%FF%FE"),
    Bad(what="kill of controls", status=422, code="invalid", path="/v1/articles/kill?external_id=a%00b"),
    Bad(
        what="kill with a text",
        status=415,
        code="content-type",
        path="/v1/articles/kill?external_id=a",
        content=b"because",
        headers=bearer() | {"Content-Type": "text/plain"},
    ),
    Bad(
        what="kill with more",
        status=422,
        code="invalid",
        path="/v1/articles/kill?external_id=a",
        content=b'{"why": "zebra-7f3a"}',
    ),
    Bad(
        what="an edit of nothing",
        status=422,
        code="invalid",
        method="PUT",
        path="/v1/articles/tags?external_id=a",
        content=b"{}",
    ),
    Bad(
        what="edit 0",
        status=422,
        code="invalid",
        method="PUT",
        path="/v1/articles/tags?external_id=a",
        content=b'{"edit": 0}',
    ),
    Bad(
        what="edit 2^63",
        status=422,
        code="invalid",
        method="PUT",
        path="/v1/articles/tags?external_id=a",
        content=b'{"edit": 9223372036854775808}',
    ),
    Bad(
        what="many headers",
        status=431,
        code="too-many-headers",
        content=raw(),
        headers=bearer() | {f"X-{n}": "1" for n in range(500)},
    ),
]
_TEXT = bearer() | {"Content-Type": "text/plain"}
_PAGE = (
    b"Bridge reopens after a summer\nThe first cars crossed the bridge at dawn, weeks ahead of the plan.\n"
)
PAGES = [
    Bad(what="empty page", status=400, code="empty-body", path="/v1/pages", headers=_TEXT),
    Bad(
        what="page of one word",
        status=422,
        code="not-a-page",
        path="/v1/pages",
        headers=_TEXT,
        content=b"zebra-7f3a",
    ),
    Bad(
        what="binary page",
        status=400,
        code="not-utf8",
        path="/v1/pages",
        headers=_TEXT,
        content=b"\x89PNG\xff",
    ),
    Bad(what="page as JSON", status=415, code="content-type", path="/v1/pages", content=raw()),
    Bad(
        what="page with revision x",
        status=422,
        code="invalid",
        path="/v1/pages?revision=1e3",
        headers=_TEXT,
        content=_PAGE,
    ),
    Bad(
        what="page with a bad id",
        status=422,
        code="invalid",
        path="/v1/pages?external_id=a%0Ab",
        headers=_TEXT,
        content=_PAGE,
    ),
    Bad(
        what="page with a bad language",
        status=422,
        code="invalid",
        path="/v1/pages?language=klingon",
        headers=_TEXT,
        content=b"X y\n1 2 3 4 5 6 7 8.",
    ),
]
EVERY = [*BODIES, *NUMBERS, *FIELDS, *TYPES, *ENCODINGS, *NO_KEY, *NOT_ALLOWED, *ADDRESSES, *PAGES]


@pytest.mark.parametrize("bad", EVERY, ids=lambda bad: bad.what)
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
