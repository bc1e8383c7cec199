"""The CloudEvents 1.0 envelope in Kafka's binary mode: which headers there are and what they mean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"

Headers = tuple[tuple[str, bytes], ...]
HeaderValue = bytes | str | None
# As Kafka's clients hand them over: pairs, a mapping, or nothing at all when a record has none.
RawHeaders = Iterable[tuple[str, HeaderValue]] | Mapping[str, HeaderValue] | None

Reason = Literal[
    "header-null",  # a header has a null value
    "header-encoding",  # a header's value is no UTF-8
    "not-a-cloudevent",  # ce_specversion is missing or is not 1.0
    "content-type",  # the value is said to be something else than JSON
    "unknown-type",  # ce_type names no event of the contract
    "unknown-version",  # ce_type names a newer version of an event that is known: upgrade newsloom-schemas
    "no-value",  # the value is null or empty
    "not-json",  # the value is no JSON document in UTF-8
    "schema",  # the value is JSON and not an event of the type that ce_type says
    "id",  # ce_id is not the event_id inside
    "key",  # the record's key is not the key of the event inside; found by `decode_record` alone
]


class UndecodableEvent(ValueError):
    """A record that is no event of ours. `reason` is a stable code; the message never holds the payload."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class WireRecord:
    """An event as Kafka carries it."""

    key: bytes
    value: bytes
    headers: Headers


def read_headers(raw: RawHeaders) -> dict[str, str]:
    """Headers as text: pairs or a mapping, values as bytes or already as text, None for no headers.

    Of a name that stands twice the first counts.

    Raises UndecodableEvent for a null value (`header-null`) and for bytes that are
    no UTF-8 (`header-encoding`).
    """
    headers: dict[str, str] = {}
    for name, value in raw.items() if isinstance(raw, Mapping) else raw or ():
        if value is None:
            raise UndecodableEvent(
                "header-null", "a header has a null value; send text or leave the header out"
            )
        try:
            headers.setdefault(name, value if isinstance(value, str) else value.decode())
        except UnicodeDecodeError:
            raise UndecodableEvent(
                "header-encoding", "a header is not UTF-8; encode header values as UTF-8"
            ) from None
    return headers


def schema_uri(event_type: str) -> str:
    """The `dataschema` of an event type, a URN: `urn:newsloom:schema:article.submitted:v1`."""
    name, _, version = event_type.removeprefix("newsloom.").rpartition(".")
    return f"urn:newsloom:schema:{name}:{version}"
