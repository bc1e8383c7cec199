"""Bad headers, credentials and addresses, and the answer that each must have, by row as the bodies."""

from tests.integration.ingest.bad_bodies import Bad, raw
from tests.integration.ingest.front_door import DEV_KEY, KILLLESS_KEY, bearer

TYPES = [
    Bad(
        row=39 if "xml" in kind else 4,
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
        row=19,
        what=f"encoding {name}",
        status=415,
        code="content-encoding",
        content=b"\x1f\x8b" * 50,
        headers=bearer() | {"Content-Encoding": name},
    )
    for name in ["gzip", "deflate", "br", "gzip, gzip"]
]
NO_KEY = [
    Bad(row=22, what=f"credential {number}", status=401, code="unauthorized", content=raw(), headers=headers)
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
        row=23,
        what="kill without the scope",
        status=403,
        code="scope",
        path="/v1/articles/kill?source=harbour&external_id=a",
        headers=bearer(KILLLESS_KEY),
    ),
    Bad(
        row=23,
        what="tags without the scope",
        status=403,
        code="scope",
        method="PUT",
        path="/v1/articles/tags?source=harbour&external_id=a",
        content=b"{}",
        headers=bearer(KILLLESS_KEY),
    ),
    Bad(
        row=24,
        what="kill of another's article",
        status=403,
        code="source",
        path="/v1/articles/kill?source=river&external_id=a",
    ),
    Bad(
        row=23,
        what="another's source",
        status=403,
        code="source",
        path="/v1/articles?source=river",
        content=raw(),
    ),
    Bad(
        row=23,
        what="no source chosen",
        status=422,
        code="source-missing",
        content=raw(),
        headers=bearer(DEV_KEY),
    ),
    Bad(
        row=23,
        what="no source chosen of two",
        status=422,
        code="source-missing",
        content=raw(),
        headers=bearer(KILLLESS_KEY),
    ),
    Bad(
        row=33,
        what="a source that is none",
        status=422,
        code="invalid",
        path="/v1/articles?source=Z%0A",
        content=raw(),
        headers=bearer(DEV_KEY),
    ),
    Bad(
        row=23,
        what="every source",
        status=422,
        code="invalid",
        path="/v1/articles?source=*",
        content=raw(),
        headers=bearer(DEV_KEY),
    ),
]
ADDRESSES = [
    Bad(row=40, what="GET", status=405, code="method", method="GET"),
    Bad(row=40, what="PUT", status=405, code="method", method="PUT", content=raw()),
    Bad(
        row=40,
        what="override",
        status=405,
        code="method",
        method="GET",
        headers=bearer() | {"X-HTTP-Method-Override": "POST"},
    ),
    Bad(row=40, what="elsewhere", status=404, code="not-found", path="/v1/zebra-7f3a"),
    Bad(row=40, what="final slash", status=404, code="not-found", path="/v1/articles/"),
    Bad(
        row=13,
        what="unknown parameter",
        status=422,
        code="invalid",
        path="/v1/articles?zebra-7f3a=1",
        content=raw(),
    ),
    Bad(
        row=8,
        what="repeated parameter",
        status=422,
        code="invalid",
        path="/v1/articles?source=harbour&source=harbour",
        content=raw(),
    ),
    Bad(row=14, what="kill of nothing", status=422, code="invalid", path="/v1/articles/kill"),
    Bad(row=6, what="kill of bytes", status=422, code="invalid", path="/v1/articles/kill?external_id=%FF%FE"),
    Bad(
        row=33,
        what="kill of controls",
        status=422,
        code="invalid",
        path="/v1/articles/kill?external_id=a%00b",
    ),
    Bad(
        row=4,
        what="kill with a text",
        status=415,
        code="content-type",
        path="/v1/articles/kill?external_id=a",
        content=b"because",
        headers=bearer() | {"Content-Type": "text/plain"},
    ),
    Bad(
        row=13,
        what="kill with more",
        status=422,
        code="invalid",
        path="/v1/articles/kill?external_id=a",
        content=b'{"why": "zebra-7f3a"}',
    ),
    Bad(
        row=14,
        what="an edit of nothing",
        status=422,
        code="invalid",
        method="PUT",
        path="/v1/articles/tags?external_id=a",
        content=b"{}",
    ),
    Bad(
        row=12,
        what="edit 0",
        status=422,
        code="invalid",
        method="PUT",
        path="/v1/articles/tags?external_id=a",
        content=b'{"edit": 0}',
    ),
    Bad(
        row=12,
        what="edit 2^63",
        status=422,
        code="invalid",
        method="PUT",
        path="/v1/articles/tags?external_id=a",
        content=b'{"edit": 9223372036854775808}',
    ),
    Bad(
        row=20,
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
    Bad(row=1, what="empty page", status=400, code="empty-body", path="/v1/pages", headers=_TEXT),
    Bad(
        row=14,
        what="page of one word",
        status=422,
        code="not-a-page",
        path="/v1/pages",
        headers=_TEXT,
        content=b"zebra-7f3a",
    ),
    Bad(
        row=5,
        what="binary page",
        status=400,
        code="not-utf8",
        path="/v1/pages",
        headers=_TEXT,
        content=b"\x89PNG\xff",
    ),
    Bad(row=4, what="page as JSON", status=415, code="content-type", path="/v1/pages", content=raw()),
    Bad(
        row=12,
        what="page with revision x",
        status=422,
        code="invalid",
        path="/v1/pages?revision=1e3",
        headers=_TEXT,
        content=_PAGE,
    ),
    Bad(
        row=33,
        what="page with a bad id",
        status=422,
        code="invalid",
        path="/v1/pages?external_id=a%0Ab",
        headers=_TEXT,
        content=_PAGE,
    ),
    Bad(
        row=34,
        what="page with a bad language",
        status=422,
        code="invalid",
        path="/v1/pages?language=klingon",
        headers=_TEXT,
        content=b"X y\n1 2 3 4 5 6 7 8.",
    ),
]
BAD_ADDRESSES = (*TYPES, *ENCODINGS, *NO_KEY, *NOT_ALLOWED, *ADDRESSES, *PAGES)
