"""Laws of the codec over whatever an event may say, for each version of each event."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from newsloom_schemas import EVENTS, Event, encode, schema_of
from newsloom_schemas.codec import decode_record, dump
from newsloom_schemas.envelope import WireRecord
from tests.contract.wire_values import payloads
from tests.factories import MOMENT

SCHEMAS = {event_type: json.loads(schema_of(event_type)) for event_type in EVENTS}
PAYLOADS = {event_type: payloads(schema) for event_type, schema in SCHEMAS.items()}
JUDGES = {
    event_type: Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for event_type, schema in SCHEMAS.items()
}
each_version = pytest.mark.parametrize("event_type", EVENTS)
often = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@each_version
@often
@given(data=st.data())
def test_encode_and_decode_are_the_identity_and_upcasts_commute_with_them(
    event_type: str, data: st.DataObject
) -> None:
    """The newest version comes back byte for byte; an older one as its upcast, made before or after."""
    event = drawn(event_type, data)
    newest = newest_of(event)
    assert decode_record(*record(event)) == newest
    assert decode_record(*record(event.upcast())) == newest
    assert decode_record(*record(newest)) == newest
    assert dump(decode_record(*record(newest))) == dump(newest)
    assert (newest.event_id, newest.record_key, newest.subject) == (
        event.event_id,
        event.record_key,
        event.subject,
    )


@each_version
@often
@given(data=st.data())
def test_what_is_written_fits_what_was_published(event_type: str, data: st.DataObject) -> None:
    """The version itself and the newest form of it, each held against the schema of its own version."""
    event = drawn(event_type, data)
    for written in {event.EVENT_TYPE: event, newest_of(event).EVENT_TYPE: newest_of(event)}.values():
        assert not list(JUDGES[written.EVENT_TYPE].iter_errors(json.loads(dump(written))))


def drawn(event_type: str, data: st.DataObject) -> Event:
    """An event that says anything that its published schema allows."""
    payload: Any = data.draw(PAYLOADS[event_type])
    return EVENTS[event_type].model_validate_json(json.dumps(payload))


def record(event: Event) -> tuple[bytes, bytes, Any]:
    wire: WireRecord = encode(event, source="/newsloom/test", time=MOMENT)
    return wire.key, wire.value, wire.headers


def newest_of(event: Event) -> Event:
    while (newer := event.upcast()) is not event:
        event = newer
    return event
