"""Events to bytes and back. Whoever reads gets the newest model or a reason why not."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeVar, cast

from pydantic import ValidationError
from pydantic_core import from_json

from newsloom_schemas.base import Event, Value
from newsloom_schemas.catalog import EVENTS, versions
from newsloom_schemas.envelope import (
    CONTENT_TYPE,
    SPEC_VERSION,
    RawHeaders,
    Reason,
    UndecodableEvent,
    WireRecord,
    read_headers,
    schema_uri,
)

LARGE_BYTES = 256 * 1024
MOST_MEMBERS = 1_000  # ours have dozens
_VERSION = re.compile(r"v[1-9][0-9]{0,5}")

Kind = TypeVar("Kind", bound=Event)


@lru_cache(maxsize=256)
def _constant_headers(event_type: str, source: str) -> tuple[tuple[str, bytes], ...]:
    return (
        ("ce_specversion", SPEC_VERSION.encode()),
        ("ce_type", event_type.encode()),
        ("ce_source", source.encode()),
        ("ce_dataschema", schema_uri(event_type).encode()),
        ("content-type", CONTENT_TYPE.encode()),
    )


@lru_cache(maxsize=64)  # a batch is encoded with one time
def _stamp(time: datetime) -> bytes:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()


def encode(event: Event, *, source: str, time: datetime, traceparent: str | None = None) -> WireRecord:
    """An event as a Kafka record in CloudEvents binary mode.

    `source` is the emitter as a URI reference, such as `/newsloom/ingest`; `time` is when it is emitted.
    Optional fields are absent, not null; text is UTF-8 and never escaped. An event with a `document_version`
    also carries it as the extension attribute `ce_documentversion`, so that versions can be compared unread.
    """
    headers = [
        *_constant_headers(event.EVENT_TYPE, source),
        ("ce_id", event.event_id.encode()),
        ("ce_subject", event.subject.encode()),
        ("ce_time", _stamp(time)),
    ]
    version = getattr(event, "document_version", None)
    if version is not None:
        headers.append(("ce_documentversion", str(version).encode()))
    if traceparent:
        headers.append(("traceparent", traceparent.encode()))
    return WireRecord(event.record_key.encode(), dump(event), tuple(headers))


def dump(event: Event) -> bytes:
    """The payload of an event: UTF-8 JSON without absent fields."""
    return event.__pydantic_serializer__.to_json(event, exclude_none=True)


def decode(value: bytes | None, headers: RawHeaders) -> Event:
    """The event in a record's value and headers, as the newest model of its kind.

    `headers` are what any client of Kafka hands over: see `newsloom_schemas.envelope.read_headers`.
    Raises UndecodableEvent with a stable reason, one of `newsloom_schemas.envelope.Reason`, and nothing else.
    """
    attributes = read_headers(headers)
    event = _validated(_model(attributes), value)
    if attributes.get("ce_id") != event.event_id:
        raise UndecodableEvent("id", "the header ce_id is not the event_id of the event inside")
    return _newest(event)


def _newest(event: Event) -> Event:
    while (newer := event.upcast()) is not event:
        event = newer
    return event


def read_back(value: bytes, kind: type[Kind]) -> Kind:
    """An event kept without its headers, as `dump` wrote it when some version of `kind` was the newest.

    Raises UndecodableEvent when it fits none of them.
    """
    for model in reversed(versions(kind.NAME)):
        with suppress(UndecodableEvent):
            return cast(Kind, _newest(_validated(model, value)))
    raise UndecodableEvent("schema", f"it fits no version of {kind.NAME}")


def decode_record(key: bytes | None, value: bytes | None, headers: RawHeaders) -> Event:
    """As `decode`, for who relies on the order of a key's records: the key must be that of the event inside.

    Raises UndecodableEvent with the reason `key` when it is another or null.
    """
    event = decode(value, headers)
    if key != event.record_key.encode():
        raise UndecodableEvent("key", "the record's key is not the key of the event inside")
    return event


def _model(attributes: Mapping[str, str]) -> type[Event]:
    if attributes.get("ce_specversion") != SPEC_VERSION:
        raise UndecodableEvent("not-a-cloudevent", f"the header ce_specversion must be {SPEC_VERSION}")
    if attributes.get("content-type", CONTENT_TYPE).split(";")[0].strip() != CONTENT_TYPE:
        raise UndecodableEvent("content-type", f"the content-type must be {CONTENT_TYPE}")
    event_type = attributes.get("ce_type", "")
    model = EVENTS.get(event_type)
    if model is None:
        raise _unknown(event_type)
    return model


def _unknown(event_type: str) -> UndecodableEvent:
    name, _, version = event_type.rpartition(".")
    if _VERSION.fullmatch(version) and f"{name}.v1" in EVENTS:
        return UndecodableEvent(
            "unknown-version",
            f"{name} is known here up to an older version than that; upgrade newsloom-schemas, "
            "then read the record again (a service: upgrade it, then newsloom dlq replay)",
        )
    return UndecodableEvent("unknown-type", "the ce_type is none that this version of the contract knows")


def _validated(model: type[Event], value: bytes | None) -> Event:
    if not value:
        raise UndecodableEvent("no-value", "the record has no value; send the event as a JSON object")
    if len(value) > LARGE_BYTES:
        _refuse_crowds(value)
    try:
        return model.model_validate_json(value)
    except ValidationError as error:
        raise UndecodableEvent(*_explain(error)) from None


def _refuse_crowds(value: bytes) -> None:
    """The validator copies an object for each required field that it lacks: 400,000 members are 600 MB.

    What is no JSON is left to the validator.
    """
    try:
        rest = [from_json(value)]
    except ValueError:
        return
    while rest:
        part = rest.pop()
        if isinstance(part, dict):
            if len(part) > MOST_MEMBERS:
                raise UndecodableEvent("schema", f"an object in it has more than {MOST_MEMBERS} members")
            rest += part.values()
        elif isinstance(part, list):
            rest += part


@lru_cache(maxsize=1)
def _field_names() -> frozenset[str]:
    models = [Value]
    for model in models:  # grows on the way
        models += model.__subclasses__()
    return frozenset(name for model in models for name in model.model_fields)


def _explain(error: ValidationError) -> tuple[Reason, str]:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return "not-json", "the value is no valid JSON document in UTF-8"
    # A step may be a key out of the payload, which nobody is to see.
    known = (step if isinstance(step, int) or step in _field_names() else "*" for step in first["loc"])
    where = "/".join(str(step) for step in known)
    return (
        "schema",
        f"{error.error_count()} field(s) do not fit {error.title}; first: /{where}: {first['type']}",
    )
