"""Two sets of constraints on one value: which values came in, which went out."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Change = tuple[str, str, str]  # rule, keyword, what changed

UPPER = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
LOWER = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
TEXTS = frozenset({"title", "description", "examples", "deprecated", "$comment", "readOnly", "writeOnly"})
# Looked at elsewhere: the walk follows them, or they have a rule of their own.
FOLLOWED = frozenset(
    {
        *("properties", "required", "additionalProperties", "propertyNames", "items", "prefixItems"),
        *("anyOf", "oneOf", "allOf", "type", "enum", "const", "default", "$ref", "$defs", "$id", "$schema"),
    }
)
ANY_TYPE = frozenset({"string", "integer", "number", "boolean", "object", "array", "null"})


def type_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """How the JSON types that a value may have changed."""
    before, after = _types(old), _types(new)
    gone, come = before - after, after - before
    if gone and come and not before & after:
        yield "changed-type", "type", f"was {_words(before)}, is {_words(after)}"
        return
    if gone:
        yield "narrowed-type", "type", f"is no longer {_words(gone)}"
    if come:
        yield "widened-type", "type", f"may be {_words(come)} now"


def value_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """How closed lists of values changed."""
    before, after = _members(old), _members(new)
    if before is None and after is not None:
        yield "new-constraint", "enum", f"is a closed list now: {', '.join(sorted(after))}"
    elif before is not None and after is None:
        yield "widened-constraint", "enum", f"is no closed list any more: was {', '.join(sorted(before))}"
    elif before is not None and after is not None:
        for member in sorted(before - after):
            yield "removed-enum-member", "enum", f"{member} is no longer among the values"
        for member in sorted(after - before):
            yield "added-enum-member", "enum", f"{member} is a new value"


def bound_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """How every other constraint changed: bounds by their direction, all else by being there or not."""
    for keyword in sorted((old.keys() | new.keys()) - TEXTS - FOLLOWED):
        before, after = old.get(keyword), new.get(keyword)
        if before == after:
            continue
        if before is None:
            yield "new-constraint", keyword, f"{keyword} {_short(after)} is new"
        elif after is None:
            yield "widened-constraint", keyword, f"{keyword} {_short(before)} is gone"
        else:
            rule = _direction(keyword, before, after)
            yield rule, keyword, f"{keyword} was {_short(before)}, is {_short(after)}"


def _direction(keyword: str, before: Any, after: Any) -> str:
    if keyword not in UPPER | LOWER:
        return "changed-constraint"
    higher = after > before
    return "widened-constraint" if higher == (keyword in UPPER) else "narrowed-constraint"


def _types(schema: Mapping[str, Any]) -> frozenset[str]:
    declared = schema.get("type")
    if declared is None:
        return ANY_TYPE
    types = frozenset([declared] if isinstance(declared, str) else declared)
    return types | {"integer"} if "number" in types else types  # every integer is a number


def _members(schema: Mapping[str, Any]) -> frozenset[str] | None:
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return None if values is None else frozenset(json.dumps(value, ensure_ascii=False) for value in values)


def _words(types: frozenset[str]) -> str:
    return "anything" if types == ANY_TYPE else " or ".join(sorted(types))


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
