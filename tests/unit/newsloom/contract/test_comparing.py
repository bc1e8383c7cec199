"""Each kind of change of a schema is told by its rule, at its place."""

from typing import Any

import pytest

from newsloom.contract.comparing import differences
from newsloom.contract.opinion import second_opinion
from newsloom.contract.rules import RULES

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}


def an_event(*, required: tuple[str, ...] = (), **fields: Any) -> Schema:
    return {"$id": "urn:a", "type": "object", "properties": fields, "required": list(required)}


def told(old: Schema, new: Schema) -> list[tuple[str, str]]:
    found = differences(old, new, subject="article.told@v1")
    return [(change.rule.name, change.pointer) for change in found]


CASES: dict[str, tuple[Schema, Schema, str]] = {
    "removed-field": (an_event(a=TEXT, b=NUMBER), an_event(a=TEXT), "/properties/b"),
    "renamed-field": (
        an_event(lead=TEXT, urgency=NUMBER),
        an_event(standfirst=TEXT, urgency=NUMBER, size=NUMBER),
        "/properties/lead",
    ),
    "new-required-field": (an_event(), an_event(b=TEXT, required=("b",)), "/properties/b"),
    "optional-made-required": (an_event(a=TEXT), an_event(a=TEXT, required=("a",)), "/properties/a"),
    "required-made-optional": (an_event(a=TEXT, required=("a",)), an_event(a=TEXT), "/properties/a"),
    "narrowed-type": (
        an_event(a={"type": ["string", "null"]}),
        an_event(a=TEXT),
        "/properties/a/type",
    ),
    "widened-type": (an_event(a=NUMBER), an_event(a={"type": "number"}), "/properties/a/type"),
    "changed-type": (an_event(a=TEXT), an_event(a={"type": "array", "items": TEXT}), "/properties/a/type"),
    "new-constraint": (
        an_event(a=TEXT),
        an_event(a={**TEXT, "format": "uuid"}),
        "/properties/a/format",
    ),
    "narrowed-constraint": (
        an_event(a={**TEXT, "maxLength": 500}),
        an_event(a={**TEXT, "maxLength": 200}),
        "/properties/a/maxLength",
    ),
    "widened-constraint": (
        an_event(a={**NUMBER, "minimum": 1}),
        an_event(a={**NUMBER, "minimum": 0}),
        "/properties/a/minimum",
    ),
    "changed-constraint": (
        an_event(a={**TEXT, "pattern": "^a"}),
        an_event(a={**TEXT, "pattern": "^b"}),
        "/properties/a/pattern",
    ),
    "removed-enum-member": (
        an_event(a={**TEXT, "enum": ["upsert", "remove"]}),
        an_event(a={**TEXT, "const": "upsert"}),
        "/properties/a/enum",
    ),
    "added-enum-member": (
        an_event(a={**TEXT, "enum": ["upsert"]}),
        an_event(a={**TEXT, "enum": ["upsert", "move"]}),
        "/properties/a/enum",
    ),
    "changed-default": (
        an_event(a={**NUMBER, "default": 0}),
        an_event(a={**NUMBER, "default": 1}),
        "/properties/a/default",
    ),
    "closed-model": (
        an_event(a=TEXT),
        {**an_event(a=TEXT), "additionalProperties": False},
        "/additionalProperties",
    ),
    "changed-id": (an_event(), {**an_event(), "$id": "urn:b"}, "/$id"),
    "new-optional-field": (an_event(a=TEXT), an_event(a=TEXT, b=NUMBER), "/properties/b"),
    "changed-text": (
        an_event(a=TEXT),
        an_event(a={**TEXT, "description": "what it means"}),
        "/properties/a/description",
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_a_change_is_told_by_its_rule_and_place(rule: str) -> None:
    old, new, pointer = CASES[rule]

    changes = told(old, new)

    assert (rule, pointer) in changes
    assert {name for name, _ in changes if RULES[name].breaking} <= {rule}


@pytest.mark.parametrize("rule", CASES)
def test_what_did_not_change_is_not_told(rule: str) -> None:
    for schema in CASES[rule][:2]:
        assert told(schema, schema) == []


def test_a_rename_is_told_once_and_with_the_likeliest_name() -> None:
    old, new, _ = CASES["renamed-field"]
    [renamed, added] = differences(old, new, subject="article.told@v1")

    assert renamed.what == "`lead` looks renamed to `standfirst`"
    assert (added.rule.name, added.pointer) == ("new-optional-field", "/properties/size")


def test_a_required_field_that_is_gone_and_another_that_came_are_no_rename_when_their_shapes_differ() -> None:
    changes = told(an_event(a=TEXT, required=("a",)), an_event(b=NUMBER, required=("b",)))

    assert changes == [("removed-field", "/properties/a"), ("new-required-field", "/properties/b")]


def shared(content: Schema, name: str = "Content") -> Schema:
    reference = {"$ref": f"#/$defs/{name}"}
    inner = {keyword: value for keyword, value in content.items() if keyword != "$id"}
    return {**an_event(first=reference, second=reference), "$defs": {name: inner}}


def test_a_shared_definition_is_told_once_at_its_own_place() -> None:
    old, new = (
        shared(an_event(size={**NUMBER, "maximum": 9})),
        shared(an_event(size={**NUMBER, "maximum": 5})),
    )

    assert told(old, new) == [("narrowed-constraint", "/$defs/Content/properties/size/maximum")]


def test_another_name_of_a_definition_changes_nothing() -> None:
    assert told(shared(an_event(a=TEXT)), shared(an_event(a=TEXT), name="Story")) == []


def test_a_definition_that_holds_itself_is_walked_once() -> None:
    tree = an_event(size=NUMBER, under={"$ref": "#/$defs/Content"})
    larger = an_event(size=TEXT, under={"$ref": "#/$defs/Content"})

    assert told(shared(tree), shared(larger)) == [("changed-type", "/$defs/Content/properties/size/type")]


@pytest.mark.parametrize(
    ("old", "new", "rule", "pointer"),
    [
        (
            {"type": "array", "items": {**TEXT, "maxLength": 9}},
            {"type": "array", "items": {**TEXT, "maxLength": 8}},
            "narrowed-constraint",
            "/properties/a/items/maxLength",
        ),
        (
            {"type": "object", "additionalProperties": TEXT},
            {"type": "object", "additionalProperties": NUMBER},
            "changed-type",
            "/properties/a/additionalProperties/type",
        ),
        (
            {"type": "object", "propertyNames": {"maxLength": 9}},
            {"type": "object"},
            "widened-constraint",
            "/properties/a/propertyNames/maxLength",
        ),
        ({"anyOf": [TEXT, NUMBER]}, {"anyOf": [TEXT]}, "changed-type", "/properties/a/anyOf"),
        (
            {"anyOf": [TEXT, {**NUMBER, "maximum": 9}]},
            {"anyOf": [{**NUMBER, "maximum": 5}, TEXT]},
            "narrowed-constraint",
            "/properties/a/anyOf/0/maximum",
        ),
    ],
)
def test_lists_maps_and_forms_are_followed(old: Schema, new: Schema, rule: str, pointer: str) -> None:
    assert told(an_event(a=old), an_event(a=new)) == [(rule, pointer)]


def test_a_field_that_is_called_title_is_no_title() -> None:
    old = an_event(a={"anyOf": [NUMBER, an_event(title={**TEXT, "maxLength": 9})]})
    new = an_event(a={"anyOf": [NUMBER, an_event(title={**TEXT, "maxLength": 5})]})

    place = "/properties/a/anyOf/1/properties/title/maxLength"
    assert told(old, new) == [("narrowed-constraint", place)]


def test_jsoncompat_speaks_up_where_no_rule_of_ours_does() -> None:
    old, new, _ = CASES["narrowed-constraint"]

    [found, *_] = second_opinion(old, new, subject="article.told@v1", known=[])

    assert found.rule.name == "incompatible-schema"
    assert "producers" in found.what


@pytest.mark.parametrize("rule", ["new-optional-field", "changed-text"])
def test_jsoncompat_has_nothing_against_what_our_rules_allow(rule: str) -> None:
    old, new, _ = CASES[rule]
    known = differences(old, new, subject="article.told@v1")

    assert list(second_opinion(old, new, subject="article.told@v1", known=known)) == []


def test_an_optional_field_deep_inside_is_allowed_by_jsoncompat_too() -> None:
    old, new = shared(an_event(a=TEXT)), shared(an_event(a=TEXT, b=NUMBER))
    known = differences(old, new, subject="article.told@v1")

    assert [change.pointer for change in known] == ["/$defs/Content/properties/b"]
    assert list(second_opinion(old, new, subject="article.told@v1", known=known)) == []
