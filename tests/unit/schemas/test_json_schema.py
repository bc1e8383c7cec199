"""What the JSON Schemas promise to readers in any language."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from newsloom_schemas.base import Event
from newsloom_schemas.catalog import EVENTS
from newsloom_schemas.envelope import schema_uri
from newsloom_schemas.json_schema import DIALECT, Schema, json_schema, schema_text
from tests.factories import enriched, submitted

every_version = pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)


@every_version
def test_it_is_a_valid_schema_of_2020_12_with_the_id_that_records_carry(event: type[Event]) -> None:
    schema = json_schema(event)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT
    assert schema["$id"] == schema_uri(event.EVENT_TYPE)
    assert schema["title"] == event.__name__


@every_version
def test_every_field_has_a_title_a_description_and_an_example_that_fits(event: type[Event]) -> None:
    schema = json_schema(event)
    for where, field in fields(schema):
        assert field.get("title"), where
        assert field.get("description"), where
        assert field.get("examples"), where
        judge = Draft202012Validator(
            {"$defs": schema["$defs"], **field} if "$defs" in schema else field,
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        )
        for example in field["examples"]:
            assert not list(judge.iter_errors(example)), where


@every_version
def test_a_field_is_absent_and_never_null_and_more_fields_are_allowed(event: type[Event]) -> None:
    text = schema_text(json_schema(event))
    assert '"null"' not in text
    assert '"anyOf"' not in text
    assert '"additionalProperties": false' not in text
    assert '"$comment"' not in text
    assert '"default": null' not in text


@every_version
def test_every_definition_is_named_after_its_model_and_used(event: type[Event]) -> None:
    schema = json_schema(event)
    text = schema_text(schema)
    for name, definition in schema.get("$defs", {}).items():
        assert definition["title"] == name
        assert definition["description"]
        assert f'"#/$defs/{name}"' in text


def test_the_examples_of_all_fields_together_are_an_event() -> None:
    for event in EVENTS.values():
        example = {name: field["examples"][0] for name, field in json_schema(event)["properties"].items()}
        assert event.model_validate_json(json.dumps(example)), event.__name__


def test_what_an_example_cannot_break_a_bad_event_does() -> None:
    judge = Draft202012Validator(json_schema(type(submitted())))
    good = json.loads(submitted().model_dump_json(exclude_none=True))
    assert judge.is_valid(good)
    assert judge.is_valid({**good, "added_later": 1})
    for change in ({"revision": 0}, {"source": "Мы"}, {"accepted_at": 5}, {"content": {"headline": "x"}}):
        assert not judge.is_valid({**good, **change})


def test_rules_that_no_keyword_can_say_stand_in_the_description() -> None:
    schema = json_schema(type(enriched()))
    assert "form NFC" in schema["properties"]["external_id"]["description"]
    assert "in UTC" in schema["properties"]["accepted_at"]["description"]


def test_keys_of_a_mapping_keep_their_rule_for_every_key() -> None:
    labels = json_schema(type(enriched()))["$defs"]["Tag"]["properties"]["labels"]
    judge = Draft202012Validator(labels)
    assert judge.is_valid({"ru": "спорт", "pt-BR": "esporte"})
    assert not judge.is_valid({"Russian": "спорт"})
    assert not judge.is_valid({"ru": ""})


def fields(schema: Schema) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each field of a schema and of its definitions, with its name for people."""
    for model in (schema, *schema.get("$defs", {}).values()):
        for name, field in model.get("properties", {}).items():
            yield f"{model['title']}.{name}", field
