"""Every version of every event, for ever: its examples decode, what is written fits what was published."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import newsloom_schemas
from newsloom_schemas import EVENTS, Event, Example, decode, encode, examples, schema_of
from newsloom_schemas.catalog import versions
from newsloom_schemas.codec import decode_record, dump
from newsloom_schemas.envelope import schema_uri
from newsloom_schemas.text import plain_text
from tests.factories import MOMENT

EXAMPLES = examples()
every_type = pytest.mark.parametrize("event_type", EVENTS)
every_example = pytest.mark.parametrize(
    "example", EXAMPLES, ids=lambda example: f"{example.event_type.removeprefix('newsloom.')}-{example.name}"
)


def judge(schema: str) -> Draft202012Validator:
    """A validator as another team would build it: formats are checked too."""
    return Draft202012Validator(json.loads(schema), format_checker=Draft202012Validator.FORMAT_CHECKER)


JUDGES = {event_type: judge(schema_of(event_type)) for event_type in EVENTS}


@every_example
def test_an_example_decodes_to_the_newest_model(example: Example) -> None:
    record = example.record
    event = decode_record(record.key, record.value, record.headers)
    assert event == decode(record.value, dict(record.headers))
    assert type(event) is versions(EVENTS[example.event_type].NAME)[-1]


@every_example
def test_an_example_fits_the_published_schema_of_its_version(example: Example) -> None:
    assert not [
        error.message for error in JUDGES[example.event_type].iter_errors(json.loads(example.record.value))
    ]


@every_example
def test_an_example_is_a_whole_record(example: Example) -> None:
    headers = dict(example.record.headers)
    value = json.loads(example.record.value)
    assert headers["ce_type"].decode() == example.event_type
    assert headers["ce_dataschema"].decode() == schema_uri(example.event_type)
    assert headers["ce_id"].decode() == value["event_id"]
    if "document_version" in value:
        assert headers["ce_documentversion"].decode() == str(value["document_version"])


@every_type
def test_every_version_has_examples_of_all_kinds(event_type: str) -> None:
    values = [json.loads(example.record.value) for example in examples(event_type)]
    assert len(values) >= 3
    told = {name for value in values for name in value}
    assert told >= EVENTS[event_type].model_fields.keys(), "show every field, the optional ones too"
    required = {name for name, field in EVENTS[event_type].model_fields.items() if field.is_required()}
    assert any(value.keys() == required for value in values) or required == told, (
        "show the least there can be"
    )
    assert any(not example.record.value.isascii() for example in examples(event_type)), "show Cyrillic"


@every_example
def test_what_an_example_says_is_read_without_loss(example: Example) -> None:
    said = json.loads(example.record.value)
    read = json.loads(dump(EVENTS[example.event_type].model_validate_json(example.record.value)))
    assert dict(lost(said, read)).keys() <= {"/added_in_a_later_release"}


@every_example
def test_evidence_in_an_example_stands_where_it_says(example: Example) -> None:
    value = json.loads(example.record.value)
    content = value.get("content", {})
    texts = {**content, "body": plain_text(content.get("body_html", ""))}
    for tag in value.get("tags", ()) if "content" in value else ():
        for evidence in tag.get("evidence", ()):
            assert texts[evidence["part"]][evidence["start"] : evidence["end"]] == evidence["quote"]


@every_example
def test_what_we_write_today_fits_the_published_schema(example: Example) -> None:
    """The newest form of the example, and its own version written anew."""
    newest = decode(example.record.value, example.record.headers)
    own = EVENTS[example.event_type].model_validate_json(example.record.value)
    for event in (newest, own):
        assert not list(JUDGES[event.EVENT_TYPE].iter_errors(json.loads(dump(event))))


@every_example
def test_an_upcast_commutes_with_the_wire(example: Example) -> None:
    """Whether an old event is upcast before it is written or after it is read: readers get the same."""
    own = EVENTS[example.event_type].model_validate_json(example.record.value)
    assert over_the_wire(own) == newest_of(own) == over_the_wire(newest_of(own))


@every_example
def test_an_upcast_loses_nothing_and_keeps_the_identity(example: Example) -> None:
    own = EVENTS[example.event_type].model_validate_json(example.record.value)
    newest = newest_of(own)
    assert (newest.event_id, newest.record_key, newest.subject) == (own.event_id, own.record_key, own.subject)
    assert as_names(json.loads(dump(newest))) == as_names(json.loads(dump(own)))


def test_the_public_names_are_those_of_their_modules() -> None:
    for name in newsloom_schemas.__all__:
        assert getattr(newsloom_schemas, name) is not None
    with pytest.raises(AttributeError):
        _ = newsloom_schemas.nothing_of_the_kind


def test_asking_for_what_is_not_of_the_contract_says_so() -> None:
    for ask in (schema_of, examples):
        with pytest.raises(LookupError, match="no event of the contract"):
            ask("newsloom.../../etc/passwd")


def lost(said: Any, read: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Each value of the one that the other has not, or has otherwise, with its place."""
    if isinstance(said, dict) and isinstance(read, dict):
        for name, value in said.items():
            yield from lost(value, read.get(name), f"{where}/{name}")
    elif isinstance(said, list) and isinstance(read, list) and len(said) == len(read):
        for at, (one, other) in enumerate(zip(said, read, strict=True)):
            yield from lost(one, other, f"{where}/{at}")
    elif said != read:
        yield where, said


def over_the_wire(event: Event) -> Event:
    wire = encode(event, source="/newsloom/test", time=MOMENT)
    return decode_record(wire.key, wire.value, wire.headers)


def newest_of(event: Event) -> Event:
    while (newer := event.upcast()) is not event:
        event = newer
    return event


def as_names(value: dict[str, Any]) -> dict[str, Any]:
    """A payload with authors as names, in whatever version they are."""
    content = value.get("content")
    if content is None:
        return value
    names = [author if isinstance(author, str) else author["name"] for author in content["authors"]]
    return {**value, "content": {**content, "authors": names}}
