"""The CloudEvents 1.0 envelope in Kafka's binary mode: which headers there are and what they mean."""

from collections.abc import Iterable
from dataclasses import dataclass

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"

Headers = tuple[tuple[str, bytes], ...]
RawHeaders = Iterable[tuple[str, bytes | None]]


class UndecodableEvent(ValueError):
    """A record that is no event of ours. `reason` is a stable code; the message never holds the payload."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class WireRecord:
    """An event as Kafka carries it."""

    key: bytes
    value: bytes
    headers: Headers


def read_headers(raw: RawHeaders) -> dict[str, str]:
    """Headers as text. Of a name that stands twice the first counts.

    Raises UndecodableEvent for a null value (`header-null`) and for bytes that are
    no UTF-8 (`header-encoding`).
    """
    headers: dict[str, str] = {}
    for name, value in raw:
        if value is None:
            raise UndecodableEvent(
                "header-null", "a header has a null value; send text or leave the header out"
            )
        try:
            headers.setdefault(name, value.decode())
        except UnicodeDecodeError:
            raise UndecodableEvent(
                "header-encoding", "a header is not UTF-8; encode header values as UTF-8"
            ) from None
    return headers


def schema_uri(event_type: str) -> str:
    """The `dataschema` of an event type, a URN: `urn:newsloom:schema:article.submitted:v1`."""
    name, _, version = event_type.removeprefix("newsloom.").rpartition(".")
    return f"urn:newsloom:schema:{name}:{version}"
