"""Bad bodies and the answer that each must have."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.integration.ingest.front_door import bearer, submission

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
    at(422, "invalid", "/authors/1", "a number as an author", authors=["Bo Li", 7]),
    at(422, "invalid", "/authors/0", "an author without letters", authors=[""]),
    at(422, "invalid", "/authors", "many authors", authors=["a"] * 51),
    at(422, "invalid", "/authors/0/name", "an author without a name", authors=[{"role": "editor"}]),
    at(422, "invalid", "/authors/0/name", "an invisible author", authors=[{"name": "\u200b"}]),
    at(
        422,
        "invalid",
        "/authors/1/email",
        "more of an author",
        authors=["Bo", {"name": "B", "email": SECRET}],
    ),
    at(
        422, "invalid", "/authors/0/uri", "an author's script", authors=[{"name": "B", "uri": "javascript:1"}]
    ),
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
BAD_BODIES = (*BODIES, *NUMBERS, *FIELDS)
