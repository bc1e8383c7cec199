"""Whatever bytes arrive, decoding ends with an event or with a reason: quickly, and in little memory."""

import json
import resource
import time
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsloom_schemas import Example, decode_record, encode, examples
from newsloom_schemas.base import Event
from newsloom_schemas.envelope import Reason, UndecodableEvent
from tests.factories import MOMENT, enriched, submitted

EXAMPLES = tuple(examples())
GOOD = encode(enriched(), source="/newsloom/test", time=MOMENT)
MEBIBYTE = 1024 * 1024

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
HEADERS = st.lists(st.tuples(st.text(max_size=20), st.none() | st.binary(max_size=30)), max_size=6)


def outcome(key: bytes | None, value: bytes | None, headers: object) -> Event | str:
    """The event, or the reason why there is none. Whatever else is raised is a fault."""
    try:
        return decode_record(key, value, headers)  # type: ignore[arg-type]
    except UndecodableEvent as error:
        refusal = error
    assert refusal.reason in get_args(Reason)
    assert len(str(refusal)) < 500
    return refusal.reason


@settings(max_examples=200, deadline=None)
@given(key=st.none() | st.binary(max_size=40), value=st.none() | st.binary(max_size=200), headers=HEADERS)
def test_noise_has_a_reason(key: bytes | None, value: bytes | None, headers: object) -> None:
    assert isinstance(outcome(key, value, headers), str)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), example=st.sampled_from(EXAMPLES))
def test_any_field_of_an_event_may_hold_anything(data: st.DataObject, example: Example) -> None:
    payload = json.loads(example.record.value)
    field = data.draw(st.sampled_from(sorted(payload)))
    payload[field] = data.draw(JSON)
    value = json.dumps(payload, ensure_ascii=data.draw(st.booleans())).encode("utf-8", "surrogatepass")
    found = outcome(example.record.key, value, example.record.headers)
    if isinstance(found, Event):  # then it is one of ours, and can be passed on
        wire = encode(found, source="/newsloom/test", time=MOMENT)
        assert decode_record(wire.key, wire.value, wire.headers) == found


@settings(max_examples=300, deadline=None)
@given(data=st.data(), example=st.sampled_from(EXAMPLES))
def test_a_record_may_be_damaged_anywhere(data: st.DataObject, example: Example) -> None:
    value = bytearray(example.record.value)
    at = data.draw(st.integers(0, len(value) - 1))
    match data.draw(st.sampled_from(["flip", "cut", "twice"])):
        case "flip":
            value[at] ^= data.draw(st.integers(1, 255))
        case "cut":
            del value[at:]
        case _:
            value += value[at:]
    outcome(example.record.key, bytes(value), example.record.headers)


def with_json(old: str, new: str) -> bytes:
    text = GOOD.value.decode()
    assert old in text
    return text.replace(old, new, 1).encode("utf-8", "surrogatepass")


REFUSED = {
    "a byte order mark": (b"\xef\xbb\xbf" + GOOD.value, "not-json"),
    "UTF-16": (GOOD.value.decode().encode("utf-16"), "not-json"),
    "a second document": (GOOD.value + b"{}", "not-json"),
    "a lone surrogate": (with_json('"headline":"', '"headline":"\\ud800'), "not-json"),
    "an overlong byte": (GOOD.value.replace(b'"headline":"', b'"headline":"\xc0\xaf', 1), "not-json"),
    "a number that is none": (with_json('"revision":1', '"revision":NaN'), "schema"),
    "a number without end": (with_json('"revision":1', '"revision":1e400'), "schema"),
    "a number of 5,000 digits": (with_json('"revision":1', '"revision":' + "9" * 5_000), "not-json"),
    "a number as text": (with_json('"revision":1', '"revision":"1"'), "schema"),
    "a revision beyond 2^53": (with_json('"revision":1', f'"revision":{2**53}'), "schema"),
    "a NUL": (with_json('"headline":"', '"headline":"\\u0000'), "schema"),
    "a scalar": (b"1", "schema"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_json_that_parsers_disagree_about_is_refused(what: str) -> None:
    value, reason = REFUSED[what]
    assert outcome(GOOD.key, value, GOOD.headers) == reason


def test_of_a_name_that_stands_twice_in_json_the_last_counts() -> None:
    """As every reader in other languages has it; the key and the id of the record must fit all the same."""
    twice = with_json('"event_id":', '"event_id":"00000000-0000-0000-0000-000000000000","event_id":')
    assert isinstance(outcome(GOOD.key, twice, GOOD.headers), Event)


BOMBS = {
    "nested arrays": b"[" * 4 * MEBIBYTE,
    "nested objects": b'{"a":' * (4 * MEBIBYTE // 5),
    "empty tags": GOOD.value[:-1] + b',"tags":[' + b"{}," * 1_300_000 + b"{}]}",
    "wrong tags": GOOD.value[:-1] + b',"tags":[' + b"0," * 2_000_000 + b"0]}",
    "members": b"{" + b",".join(b'"%d":1' % n for n in range(400_000)) + b"}",
    "members inside": GOOD.value[:-1]
    + b',"content":{'
    + b",".join(b'"%d":1' % n for n in range(400_000))
    + b"}}",
    "digits": GOOD.value.replace(b'"revision":1', b'"revision":' + b"9" * 4 * MEBIBYTE),
    "a headline": GOOD.value.replace(b'"headline":"', b'"headline":"' + b"x" * 4 * MEBIBYTE),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_four_megabytes_made_to_hurt_cost_a_moment(bomb: str) -> None:
    """Unlimited, the tags took 70 seconds and six gigabytes, and the service with them."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    assert isinstance(outcome(GOOD.key, BOMBS[bomb], GOOD.headers), str)
    assert time.process_time() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024


def test_a_large_article_is_no_bomb() -> None:
    large = enriched(submitted(body_html=f"<p>{'Вода {прибывает}: [да]. ' * 60_000}</p>"))
    wire = encode(large, source="/newsloom/test", time=MOMENT)
    assert outcome(wire.key, wire.value, wire.headers) == large


def test_a_key_out_of_the_payload_is_in_no_message() -> None:
    tag = b'{"kind":"place","label":"x","confidence":1,"basis":"editor","method":"x","labels":{"secret":"x"}}'
    with pytest.raises(UndecodableEvent) as refusal:
        decode_record(GOOD.key, GOOD.value[:-1] + b',"tags":[' + tag + b"]}", GOOD.headers)
    assert "first: /tags/0/labels/*" in str(refusal.value)
    assert "secret" not in str(refusal.value)
