"""A JSON Schema in words: what kind of value a field has, and what the value must be like."""

import json
from dataclasses import dataclass
from typing import Any

JSON = dict[str, Any]
DEFINITIONS = "#/$defs/"
FORMATS = {
    "date-time": "time, RFC 3339",
    "uuid": "UUID in lower case",
    "uri": "URI",
    "uri-reference": "URI reference",
}


SHORT = 40


@dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of a type's name; `shape` is the type that it leads to."""

    text: str
    shape: str | None = None


def parts(schema: JSON) -> tuple[Part, ...]:
    """The kind of a value: `list of Author`, with the names of types apart, so that they can be links."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(DEFINITIONS)
        return (Part(text=name, shape=name),)
    for joint in ("allOf", "anyOf", "oneOf"):
        if joint in schema:
            return _joined([parts(each) for each in schema[joint]])
    if schema.get("type") == "array":
        return (Part(text="list of "), *parts(schema.get("items", {})))
    if isinstance(schema.get("additionalProperties"), dict):
        return (Part(text="map of text to "), *parts(schema["additionalProperties"]))
    return (Part(text=_plain(schema)),)


def _plain(schema: JSON) -> str:
    if "format" in schema:
        return FORMATS.get(schema["format"], str(schema["format"]))
    kind = str(schema.get("type", "any value"))
    return {"string": "text", "number": "number", "integer": "whole number", "boolean": "yes or no"}.get(
        kind, kind
    )


def _joined(options: list[tuple[Part, ...]]) -> tuple[Part, ...]:
    joined = list(options[0])
    for option in options[1:]:
        joined += [Part(text=" or "), *option]
    return tuple(joined)


def rules(schema: JSON) -> tuple[str, ...]:
    """What the value must be like, each rule a phrase; of a list also what its items must be like."""
    told = [*_choice(schema), *_bounds(schema)]
    if "pattern" in schema and schema.get("format") != "uuid":
        told.append(_pattern(schema["pattern"]))
    if schema.get("uniqueItems"):
        told.append("no repeats")
    inner = schema.get("items") or schema.get("additionalProperties")
    if isinstance(inner, dict):
        told += [f"each {rule}" for rule in rules(inner)]
    return tuple(told)


def _pattern(pattern: str) -> str:
    """A pattern that nobody reads at a glance stays where a machine finds it."""
    return f"matches `{pattern}`" if len(pattern) <= SHORT else "has a pattern, see the schema"


def _choice(schema: JSON) -> list[str]:
    if "const" in schema:
        return [f"always `{schema['const']}`"]
    return [f"one of {', '.join(f'`{value}`' for value in schema['enum'])}"] if "enum" in schema else []


def _bounds(schema: JSON) -> list[str]:
    told = (
        _between(schema.get("minimum"), schema.get("maximum"), ""),
        _between(schema.get("minLength"), schema.get("maxLength"), " characters"),
        _between(schema.get("minItems"), schema.get("maxItems"), " items"),
    )
    return [phrase for phrase in told if phrase]


def _between(low: float | None, high: float | None, unit: str) -> str | None:
    if low is not None and high is not None:
        return f"{low:,} to {high:,}{unit}"
    if low is not None:
        return f"at least {low:,}{unit}"
    return None if high is None else f"at most {high:,}{unit}"


def default_of(schema: JSON) -> str | None:
    """What absence means, as JSON; None when absence means that there is nothing."""
    if schema.get("default") in (None, [], {}):
        return None
    return json.dumps(schema["default"], ensure_ascii=False)


def phrase(schema: JSON) -> str:
    """Kind and rules in one line of plain text, types inside called objects: to compare two versions by."""
    kind = "".join("object" if part.shape else part.text for part in parts(schema))
    default = default_of(schema)
    return "; ".join([kind, *rules(schema), *([f"default `{default}`"] if default else [])])
