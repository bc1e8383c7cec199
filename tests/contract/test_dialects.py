"""The laws of every dialect: what arrives is understood or refused, the same each time, without an echo."""

import json
import pickle
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.outcome import Ignored
from ingest.refusal import REFUSALS, Refused
from ingest.source_register import SourceRegister
from ingest.sources import DIALECTS, Delivery, Dialect, Placed, Said, Withdrawal
from newsloom_schemas.submission import Submission
from tests.deliveries.sample import SOURCE, Sample
from tests.factories import MOMENT

PROFILE = SourceRegister(Path(__file__).parents[1] / "deliveries" / "sources.toml").current()[SOURCE]
# The name of an unknown field stands in the pointer to it; with a space and a sign this is no name.
BIRD = "Kanarienvogel"
CANARY = f"{BIRD} №4711"
SIGNED = tuple(dialect for dialect in DIALECTS if dialect.proof is not None)
each_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
# A reading takes microseconds to milliseconds; a busy machine must not turn that into a failure.
thorough = settings(
    derandomize=True,  # the same documents each time; raise max_examples to search for new ones
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def samples_of(dialect: Dialect) -> Sequence[Sample]:
    samples: Sequence[Sample] = import_module(f"tests.deliveries.{dialect.name}").SAMPLES
    return samples


def delivery(dialect: Dialect, body: bytes) -> Delivery:
    return Delivery(
        body=body, media_type=dialect.media_types[0], received_at=MOMENT, profile=PROFILE, headers={}
    )


def heard(dialect: Dialect, body: bytes) -> tuple[Said, ...]:
    """What a body says, a refusal of the whole as one part. Anything but Refused goes through."""
    try:
        return tuple(dialect.read(delivery(dialect, body)))
    except Refused as refused:
        return (refused,)


def told(part: Said) -> Any:
    """A part as a value that can be compared."""
    return (part.code, part.detail, part.errors) if isinstance(part, Refused) else part


def assert_lawful(parts: Sequence[Said]) -> None:
    for part in parts:
        assert isinstance(part, Submission | Placed | Withdrawal | Ignored | Refused)
        if isinstance(part, Refused):
            assert part.code in REFUSALS


def refusals_text(parts: Sequence[Said]) -> str:
    refused = [part for part in parts if isinstance(part, Refused)]
    return " ".join(
        " ".join([part.detail, *(error.detail + error.pointer for error in part.errors)]) for part in refused
    )


def test_every_dialect_has_a_name_and_an_address_of_its_own() -> None:
    assert len({dialect.name for dialect in DIALECTS}) == len(DIALECTS)
    assert len({dialect.path for dialect in DIALECTS}) == len(DIALECTS)
    for dialect in DIALECTS:
        hook = dialect.path == f"/v1/hooks/{{source}}/{dialect.name}"
        assert hook == (dialect.proof is not None), dialect.name


@each_dialect
def test_what_is_documented_is_understood(dialect: Dialect) -> None:
    parts = heard(dialect, dialect.example.encode())
    assert parts
    assert not any(isinstance(part, Refused) for part in parts), refusals_text(parts)


@each_dialect
def test_reading_is_pure_and_can_be_done_in_another_process(dialect: Dialect) -> None:
    body = dialect.example.encode()
    first, second = heard(dialect, body), heard(dialect, body)
    assert list(map(told, first)) == list(map(told, second))
    assert list(map(told, pickle.loads(pickle.dumps(first)))) == list(map(told, first))
    assert pickle.loads(pickle.dumps(dialect.read)) is dialect.read


@each_dialect
def test_reading_does_not_ask_the_clock(dialect: Dialect) -> None:
    """Only what is said relative to the moment of arrival may depend on it, and then not the revision."""
    now = delivery(dialect, dialect.example.encode())
    later = replace(now, received_at=MOMENT + timedelta(days=400))
    for one, other in zip(dialect.read(now), dialect.read(later), strict=True):
        assert told(one) == told(other)


@each_dialect
@pytest.mark.parametrize("body", [b"", b" \n\t ", b"\xff\xfe\x00", b"\x00", b"{", b"[]", b"null", b"0"])
def test_what_is_hardly_a_document_is_refused(dialect: Dialect, body: bytes) -> None:
    parts = heard(dialect, body)
    assert_lawful(parts)
    assert all(isinstance(part, Refused | Ignored) for part in parts)


@each_dialect
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b'{"a": ' + b"9" * 6_000 + b"}",
        b'{"a": 1, "a": 2}',
        b'{"headline": "\\ud800", "guid": "\\udfff"}',
        b"<div>" * 20_000,
        b"<" * 100_000,
        b"-" * 100_000,
        b'{"guid": "a", "version": "1", "headline": "h", "body_html": "' + b"<p>" * 30_000 + b'"}',
    ],
    ids=["arrays", "objects", "digits", "twice", "surrogates", "elements", "brackets", "dashes", "body"],
)
def test_what_is_too_much_is_no_failure(dialect: Dialect, body: bytes) -> None:
    assert_lawful(heard(dialect, body))


@each_dialect
@thorough
@given(data=st.data())
def test_whatever_json_arrives_is_understood_or_refused(dialect: Dialect, data: st.DataObject) -> None:
    document = _document(dialect)
    value = data.draw(json_values)
    changed = _with(document, value, data.draw(st.integers(0, 2**32))) if document else value
    body = json.dumps(changed, ensure_ascii=data.draw(st.booleans())).encode("utf-8", "replace")
    assert_lawful(heard(dialect, body))


@each_dialect
@thorough
@given(cut=st.integers(0, 4000), put=st.text(max_size=40), at=st.integers(0, 4000))
def test_whatever_text_arrives_is_understood_or_refused(
    dialect: Dialect, cut: int, put: str, at: int
) -> None:
    text = dialect.example
    changed = text[: at % len(text)] + put + text[at % len(text) + cut % 80 :]
    assert_lawful(heard(dialect, changed.encode("utf-8", "replace")))


@each_dialect
@thorough
@given(seed=st.integers(0, 2**32), again=st.integers(1, 12_000))
def test_no_refusal_repeats_what_was_sent(dialect: Dialect, seed: int, again: int) -> None:
    document = _document(dialect)
    if document is None:
        at = seed % len(dialect.example)
        body = dialect.example[:at] + CANARY * (again // 12) + dialect.example[at:]
    else:
        odd = random.Random(seed).choice([CANARY * (again // 12 + 1), {CANARY: CANARY}, [[CANARY]]])
        body = json.dumps(_with(document, odd, seed))
    assert BIRD not in refusals_text(heard(dialect, body.encode()))


@each_dialect
def test_every_sample_of_a_tool_is_believed_and_understood(dialect: Dialect) -> None:
    for sample in samples_of(dialect):
        headers = {name.lower(): value for name, value in sample.headers(sample.body, MOMENT).items()}
        sent = replace(delivery(dialect, sample.body), headers=headers)
        if dialect.proof is not None:
            dialect.proof(sent, now=MOMENT)
        assert sample.dialect == dialect.name
        if dialect.fetch is None and "?" not in sample.path:  # else it is understood with what stands there
            assert_lawful(heard(dialect, sample.body))


@pytest.mark.parametrize("dialect", SIGNED, ids=lambda dialect: dialect.name)
@thorough
@given(
    values=st.lists(st.text(max_size=60), min_size=3, max_size=3),
    now=st.datetimes(timezones=st.just(UTC), min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)),
)
def test_a_proof_says_no_to_whatever_it_does_not_know(
    dialect: Dialect, values: list[str], now: datetime
) -> None:
    sample = samples_of(dialect)[0]
    names = (name.lower() for name in sample.headers(sample.body, MOMENT) if name != "Content-Type")
    headers = dict(zip(names, values, strict=False))
    assert dialect.proof is not None
    with pytest.raises(Refused) as refused:
        dialect.proof(replace(delivery(dialect, sample.body), headers=headers), now=now)
    assert refused.value.code == "unauthorized"


def _document(dialect: Dialect) -> Any:
    try:
        return json.loads(dialect.example)
    except ValueError:
        return None


def _with(document: Any, value: Any, seed: int) -> Any:
    """The document with the value somewhere in it, in place of what stood there."""
    dice = random.Random(seed)
    if not isinstance(document, dict | list) or not document or dice.random() < 0.2:
        return value
    if isinstance(document, list):
        place = dice.randrange(len(document))
        return [
            _with(each, value, dice.randrange(2**32)) if n == place else each
            for n, each in enumerate(document)
        ]
    chosen = dice.choice(sorted(document))
    return {
        name: _with(each, value, dice.randrange(2**32)) if name == chosen else each
        for name, each in document.items()
    }
