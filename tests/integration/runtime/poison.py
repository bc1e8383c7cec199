"""Records that are no events of ours, one of every kind (section "Event input" of the bad-input table)."""

from dataclasses import dataclass

from newsloom_schemas.codec import encode
from tests.factories import MOMENT, enriched, submitted

GOOD = encode(submitted("poisoned"), source="/newsloom/test", time=MOMENT)
FOREIGN = encode(enriched(submitted("poisoned")), source="/newsloom/test", time=MOMENT)
Headers = list[tuple[str, bytes | None]]


@dataclass(frozen=True, kw_only=True)
class Poison:
    """A record and the reason under which it must be found in the dead letters."""

    name: str
    reason: str
    key: bytes | None = GOOD.key
    value: bytes | None = GOOD.value
    headers: Headers


def _with(name: str, value: bytes | None) -> Headers:
    return [(n, value if n == name else v) for n, v in GOOD.headers]


def _without(name: str) -> Headers:
    return [(n, v) for n, v in GOOD.headers if n != name]


POISONS = [
    Poison(name="null header", reason="header-null", headers=[*GOOD.headers, ("trace", None)]),
    Poison(
        name="header not utf-8", reason="header-encoding", headers=[*GOOD.headers, ("trace", b"\xff\xfe")]
    ),
    Poison(name="many headers", reason="header-null", headers=[*GOOD.headers, *[("x", None)] * 10_000]),
    Poison(name="null value", reason="no-value", value=None, headers=list(GOOD.headers)),
    Poison(name="empty value", reason="no-value", value=b"", headers=list(GOOD.headers)),
    Poison(name="null key", reason="key", key=None, headers=list(GOOD.headers)),
    Poison(name="another key", reason="key", key=b"another", headers=list(GOOD.headers)),
    Poison(name="not json", reason="not-json", value=b"<xml/>", headers=list(GOOD.headers)),
    Poison(name="not utf-8", reason="not-json", value=b'{"a": "\xff"}', headers=list(GOOD.headers)),
    Poison(name="deep json", reason="not-json", value=b"[" * 100_000, headers=list(GOOD.headers)),
    Poison(name="another schema", reason="schema", value=b'{"event_id": "x"}', headers=list(GOOD.headers)),
    Poison(name="no envelope", reason="not-a-cloudevent", headers=[]),
    Poison(name="no type", reason="unknown-type", headers=_without("ce_type")),
    Poison(
        name="unknown version",
        reason="unknown-version",
        headers=_with("ce_type", b"newsloom.article.submitted.v99"),
    ),
    Poison(name="wrong content type", reason="content-type", headers=_with("content-type", b"text/xml")),
    Poison(name="another id", reason="id", headers=_with("ce_id", b"another")),
    Poison(
        name="an event of another topic",
        reason="unexpected-type",
        key=FOREIGN.key,
        value=FOREIGN.value,
        headers=list(FOREIGN.headers),
    ),
    Poison(name="another partition", reason="partition", headers=list(GOOD.headers)),
]
