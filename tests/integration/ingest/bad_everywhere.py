"""What every address that takes deliveries must refuse, whatever the tool: from the registry of dialects."""

from collections.abc import Iterator
from dataclasses import replace

from ingest.sources import DIALECTS, Dialect
from tests.integration.ingest.bad_bodies import SECRET, Bad
from tests.integration.ingest.front_door import KILLLESS_KEY, bearer

BATCH = "/v1/articles/batch"
BINARY = b"\x89PNG\xff\x00" + SECRET.encode()
# What a saved page or a feed is written in, it says itself.
NAMES_ITS_ENCODING = frozenset({"html", "feed"})


def _typed(media_type: str, key: str | None = None) -> dict[str, str]:
    headers = bearer(key) if key else bearer()
    return headers | {"Content-Type": media_type}


def _of_a_keyed_address(name: str, path: str, media_type: str) -> Iterator[Bad]:
    good, secret = _typed(media_type), SECRET.encode()

    def bad(row: int, what: str, status: int, code: str, **how: object) -> Bad:
        asked = {"path": path, "headers": good, "content": secret} | how
        return Bad(row=row, what=f"{name}: {what}", status=status, code=code, **asked)  # type: ignore[arg-type]

    yield bad(4, "no media type", 415, "content-type", headers=_typed(""))
    yield bad(4, "a form", 415, "content-type", headers=_typed("multipart/form-data; boundary=x"))
    yield bad(4, "another charset", 415, "content-type", headers=_typed(f"{media_type}; charset=koi8-r"))
    yield bad(19, "gzip", 415, "content-encoding", headers=good | {"Content-Encoding": "gzip"})
    yield bad(20, "many headers", 431, "too-many-headers", headers=good | {f"X-{n}": "1" for n in range(500)})
    yield bad(22, "no key", 401, "unauthorized", headers={"Content-Type": media_type})
    yield bad(22, "an unknown key", 401, "unauthorized", headers=_typed(media_type, "some-other-key"))
    yield bad(23, "another's source", 403, "source", path=f"{path}?source=river-of-others")
    yield bad(23, "no source", 422, "source-missing", headers=_typed(media_type, KILLLESS_KEY))
    yield bad(13, "an unknown parameter", 422, "invalid", path=f"{path}?{SECRET}=1")
    yield bad(8, "a parameter twice", 422, "invalid", path=f"{path}?source=harbour&source=harbour")
    yield bad(40, "GET", 405, "method", method="GET")
    yield bad(40, "DELETE", 405, "method", method="DELETE")


def _of_a_body(dialect: Dialect) -> Iterator[Bad]:
    """What a whole body can be wrong in; a batch is judged line by line instead."""
    headers = _typed(dialect.media_types[0])

    def bad(row: int, what: str, status: int, code: str, content: bytes) -> Bad:
        what = f"{dialect.name}: {what}"
        return Bad(
            row=row,
            what=what,
            status=status,
            code=code,
            content=content,
            path=dialect.path,
            headers=headers,
        )

    yield bad(1, "an empty body", 400, "empty-body", b"")
    yield bad(1, "spaces", 400, "empty-body", b" \n ")
    yield bad(16, "more than a body may be", 413, "too-large", b" " * (1024 * 1024 + 1))
    if dialect.name not in NAMES_ITS_ENCODING:
        yield bad(5, "no UTF-8", 400, "not-utf8", BINARY)
    for option in dialect.options:
        empty = bad(14, f"{option} without a value", 422, "invalid", SECRET.encode())
        yield replace(empty, path=f"{dialect.path}?{option}=")


def _of_a_hook(dialect: Dialect) -> Iterator[Bad]:
    path = dialect.path.replace("{source}", "harbour")
    headers = {"Content-Type": dialect.media_types[0]}

    def bad(row: int, what: str, status: int, code: str, **how: object) -> Bad:
        asked = {"path": path, "headers": headers, "content": SECRET.encode()} | how
        return Bad(row=row, what=f"{dialect.name}: {what}", status=status, code=code, **asked)  # type: ignore[arg-type]

    yield bad(25, "no signature", 401, "unauthorized")
    yield bad(25, "no signature, no body", 401, "unauthorized", content=b"")
    yield bad(22, "a key instead", 401, "unauthorized", headers=_typed(dialect.media_types[0]))
    yield bad(
        24, "an unknown source", 401, "unauthorized", path=dialect.path.replace("{source}", "river-of-others")
    )
    yield bad(33, "a source that is none", 401, "unauthorized", path=dialect.path.replace("{source}", SECRET))
    yield bad(4, "a form", 415, "content-type", headers={"Content-Type": "multipart/form-data; boundary=x"})
    yield bad(19, "gzip", 415, "content-encoding", headers=headers | {"Content-Encoding": "gzip"})
    yield bad(40, "PUT", 405, "method", method="PUT")


def _everywhere() -> Iterator[Bad]:
    for dialect in DIALECTS:
        if dialect.proof is None:
            yield from _of_a_keyed_address(dialect.name, dialect.path, dialect.media_types[0])
            yield from _of_a_body(dialect)
        else:
            yield from _of_a_hook(dialect)
    yield from _of_a_keyed_address("batch", BATCH, "application/x-ndjson")
    yield from _of_a_keyed_address("table", BATCH, "text/csv")


BAD_EVERYWHERE = tuple(_everywhere())
