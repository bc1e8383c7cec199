"""Records that are no events of ours, one of every kind, made out of a good one."""

from dataclasses import dataclass
from typing import Any

from newsloom_schemas.codec import encode
from newsloom_schemas.envelope import WireRecord
from tests.factories import MOMENT, enriched, submitted

Headers = list[tuple[str, bytes | None]]


@dataclass(frozen=True, kw_only=True)
class Poison:
    """A record and the reason under which it must be found in the dead letters.

    `row` is the line of docs/untrusted-records.md that it belongs to; `astray` puts it on another partition.
    """

    row: int
    name: str
    reason: str
    key: bytes | None
    value: bytes | None
    headers: Headers
    astray: bool = False


def poisons_of(good: WireRecord, foreign: WireRecord) -> list[Poison]:
    """What can be wrong with a good record; `foreign` is an event that belongs on another topic."""
    headers: Headers = list(good.headers)
    event_type = next(value for name, value in good.headers if name == "ce_type")

    def poison(row: int, name: str, reason: str, **changes: Any) -> Poison:
        whole = {"key": good.key, "value": good.value, "headers": headers}
        return Poison(row=row, name=name, reason=reason, **{**whole, **changes})

    def altered(name: str, value: bytes) -> Headers:
        return [(n, value if n == name else v) for n, v in headers]

    return [
        poison(43, "null header", "header-null", headers=[*headers, ("trace", None)]),
        poison(44, "header not utf-8", "header-encoding", headers=[*headers, ("trace", b"\xff\xfe")]),
        poison(44, "many null headers", "header-null", headers=[*headers, *[("x", None)] * 10_000]),
        poison(45, "null value", "no-value", value=None),
        poison(45, "empty value", "no-value", value=b""),
        poison(46, "null key", "key", key=None),
        poison(46, "another key", "key", key=b"another"),
        poison(47, "not json", "not-json", value=b"<xml/>"),
        poison(47, "not utf-8", "not-json", value=b'{"a": "\xff"}'),
        poison(47, "deep json", "not-json", value=b"[" * 100_000),
        poison(47, "another schema", "schema", value=b'{"event_id": "x"}'),
        poison(47, "no envelope", "not-a-cloudevent", headers=[]),
        poison(47, "no type", "unknown-type", headers=[(n, v) for n, v in headers if n != "ce_type"]),
        poison(48, "newer version", "unknown-version", headers=altered("ce_type", event_type[:-1] + b"99")),
        poison(47, "wrong content type", "content-type", headers=altered("content-type", b"text/xml")),
        poison(47, "another id", "id", headers=altered("ce_id", b"another")),
        poison(
            47,
            "an event of another topic",
            "unexpected-type",
            key=foreign.key,
            value=foreign.value,
            headers=list(foreign.headers),
        ),
        poison(46, "another partition", "partition", astray=True),
    ]


GOOD = encode(submitted("poisoned"), source="/newsloom/test", time=MOMENT)
FOREIGN = encode(enriched(submitted("poisoned")), source="/newsloom/test", time=MOMENT)
POISONS = poisons_of(GOOD, FOREIGN)
