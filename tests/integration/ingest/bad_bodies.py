"""Bad bodies and the answer that each must have, by the rows of docs/bad-requests.md."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.integration.ingest.front_door import bearer, submission

SECRET = "zebra-7f3a"


@dataclass(frozen=True, kw_only=True)
class Bad:
    """A request that must be refused, and how. `row` is its row in docs/bad-requests.md."""

    row: int
    what: str
    status: int
    code: str
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=bearer)
    method: str = "POST"
    path: str = "/v1/articles"
    pointer: str | None = None

    @property
    def id(self) -> str:
        return f"{self.row} {self.what}"


def raw(**fields: Any) -> bytes:
    return json.dumps(submission(**{"note": SECRET} | fields), ensure_ascii=False).encode()


def with_revision(text: str) -> bytes:
    return raw().replace(b'"revision": 1', f'"revision": {text}'.encode())


def body(row: int, status: int, code: str, what: str, content: bytes) -> Bad:
    return Bad(row=row, what=what, status=status, code=code, content=content)


def at(row: int, pointer: str, what: str, **fields: Any) -> Bad:
    """One field that does not fit: 422, and the answer points at it."""
    return Bad(row=row, what=what, status=422, code="invalid", content=raw(**fields), pointer=pointer)


def each(row: int, name: str, *values: Any) -> Iterator[Bad]:
    """One field with many bad values."""
    for number, value in enumerate(values):
        yield at(row, f"/{name}", f"{name} {number}", **{name: value})


BODIES = [
    body(1, 400, "empty-body", "empty", b""),
    body(1, 400, "empty-body", "only spaces", b" \n\t"),
    body(2, 400, "not-json", "truncated", raw()[:-9]),
    body(2, 400, "not-json", "a second document", raw() + raw()),
    body(3, 422, "invalid", "an array", b"[" + raw() + b"]"),
    body(3, 422, "invalid", "a number", b"7"),
    body(3, 422, "invalid", "a text", f'"{SECRET}"'.encode()),
    body(3, 422, "invalid", "null", b"null"),
    body(5, 400, "not-utf8", "byte order mark", b"\xef\xbb\xbf" + raw()),
    body(5, 400, "not-utf8", "utf-16", raw().decode().encode("utf-16")),
    body(5, 400, "not-utf8", "latin-1", raw(lead="café").decode().encode("latin-1")),
    body(6, 400, "not-utf8", "overlong utf-8", raw().replace(b"bridge", b"\xc0\xaf", 1)),
    body(6, 400, "not-utf8", "lone continuation", raw().replace(b"bridge", b"\x80", 1)),
    body(7, 400, "not-json", "lone surrogate", raw().replace(b"Harbour", b"\\ud800", 1)),
    body(8, 400, "duplicate-key", "a key twice", raw()[:-1] + b', "revision": 2}'),
    body(8, 400, "duplicate-key", "an unknown key twice", raw()[:-1] + b', "zz": 1, "zz": 2}'),
    body(
        8,
        400,
        "duplicate-key",
        "a key twice inside",
        raw()[:-1] + b', "earlier": [{"title": "a", "title": "b"}]}',
    ),
    body(9, 400, "not-json", "nested arrays", b"[" * 100_000),
    body(9, 400, "not-json", "nested objects", b'{"a":' * 100_000),
    body(9, 400, "not-json", "closed nesting", b"[" * 50_000 + b"]" * 50_000),
]
NUMBERS = [
    body(row, status, code, f"revision {text[:9]} of {len(text)}", with_revision(text))
    for row, text, status, code in [
        (10, "NaN", 422, "invalid"),
        (10, "Infinity", 422, "invalid"),
        (10, '"nan"', 422, "invalid"),
        (11, "1" * 4000, 422, "invalid"),
        (11, "1" * 5000, 400, "not-json"),
        (11, "1e400", 422, "invalid"),
        (11, "-0", 422, "invalid"),
        (12, "0", 422, "invalid"),
        (12, "-1", 422, "invalid"),
        (12, "1.5", 422, "invalid"),
        (12, "1.0", 422, "invalid"),
        (12, '"7"', 422, "invalid"),
        (12, "true", 422, "invalid"),
        (12, str(2**53), 422, "invalid"),
        (12, str(2**63), 422, "invalid"),
    ]
]
FIELDS = [
    at(13, "/title", "unknown field", title=SECRET),
    at(13, "/$set", "operator of a database", **{"$set": {"a": SECRET}}),
    at(13, "/__proto__", "prototype", __proto__=SECRET),
    at(13, "/constructor", "constructor", constructor={"prototype": SECRET}),
    at(13, "/source", "a source of its own choice", source=SECRET),
    at(13, "", "unknown field that is itself the payload", **{f"<{SECRET}>": 1}),
    at(13, "/earlier/0/x", "unknown inside", earlier=[{"title": "t", "x": SECRET}]),
    at(13, "/authors/1/email", "more of an author", authors=["Bo", {"name": "B", "email": SECRET}]),
    at(14, "/headline", "missing headline", headline=None),
    Bad(
        row=14,
        what="null headline",
        status=422,
        code="invalid",
        content=raw().replace(b'"Harbour bridge reopens"', b"null"),
        pointer="/headline",
    ),
    at(14, "/headline", "empty headline", headline="  "),
    at(14, "/headline", "invisible headline", headline="\u200b\u202e"),
    at(14, "/headline", "NUL", headline="a\x00b"),
    at(14, "", "no body", body_html=None),
    at(14, "", "two bodies", body_text="x"),
    at(14, "/body_html", "nothing left", body_html="<script>1</script><p>&nbsp;</p>"),
    at(14, "/authors/0", "an author without letters", authors=[""]),
    at(14, "/authors/0/name", "an author without a name", authors=[{"role": "editor"}]),
    at(14, "/authors/0/name", "an invisible author", authors=[{"name": "\u200b"}]),
    at(14, "/keywords/0", "a number as a keyword", keywords=[7]),
    at(14, "/authors/1", "a number as an author", authors=["Bo Li", 7]),
    body(15, 413, "too-large", "ten megabytes of headline", raw(headline=SECRET * 1_000_000)),
    at(15, "/headline", "long headline", headline=SECRET * 100),
    at(15, "/keywords", "many keywords", keywords=["a"] * 100_000),
    at(15, "/authors", "many authors", authors=["a"] * 51),
    at(15, "/earlier", "many earlier ones", earlier=[{"title": "t"}] * 10_000),
    at(15, "/images", "many images", images=[{"url": "https://x.example/a.jpg"}] * 10_000),
    *each(
        31,
        "published_at",
        "2026-11-05T09:30:00",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-01:00",
        "2026-11-05T09:30:00+99:00",
        1762335000,
        "1762335000",
        "2026-13-05T09:30:00Z",
        "2026-11-05",
    ),
    *each(
        33,
        "external_id",
        *("", "a\x00b", "a\nb", "a\u202eb", "e\u0301", "x" * 513, "ж" * 257, "a\u200bb", "x" * 900_000),
    ),
    *each(34, "language", "xx-invalid", "", "e" * 200, "русский"),
    *each(
        35, "canonical_url", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "gopher://x.y/"
    ),
    at(35, "/images/0/url", "image elsewhere", images=[{"url": "file:///etc/passwd"}]),
    at(35, "/authors/0/uri", "an author's script", authors=[{"name": "B", "uri": "javascript:1"}]),
    *each(
        37,
        "canonical_url",
        f"https://user:{SECRET}@x.example/",
        "https://x.example/a\tb",
        "https://x.example/" + "a" * 10_000,
        "//x.example/a",
        "https://",
        "https://x.example:99999/",
    ),
    at(78, "/body_html", "forty thousand levels of markup", body_html="<div>" * 40_000),
]
BAD_BODIES = (*BODIES, *NUMBERS, *FIELDS)
