"""Values as they may stand on the wire, drawn from a published JSON Schema and the rules in its words."""

from collections.abc import Mapping
from datetime import UTC, timedelta, timezone
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Schema = Mapping[str, Any]

TAGS = ("ru", "uk", "en", "pt-BR", "zh-Hans", "es-419", "sr-Latn-RS", "und", "sl-rozaj")
ADDRESSES = (
    "https://kursor.example/",
    "HTTP://xn--e1afmkfd.example:8080/p?q=1&r=%D0%B9#x",
    "https://пример.example/путь?ключ=значение",
    "http://[2001:db8::1]/a|b{c}",
)
EXTERNAL_IDS = ("1", "cs/2026/10/a#réplica", "urn:meridian:2026:1", "Ключ «А»", "a b", "日本" * 85)
OFFSETS = (UTC, timezone(timedelta(hours=5, minutes=45)), timezone(-timedelta(hours=11)))
_WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_TIMES = st.datetimes(timezones=st.sampled_from(OFFSETS)).filter(lambda time: 1 < time.year < 9999)


def payloads(schema: Schema) -> SearchStrategy[Any]:
    """Payloads of the event that a schema describes. Each is one that its model accepts."""
    drawn = _of(schema, schema.get("$defs", {}))
    return drawn.map(_agreeing) if "action" in schema["properties"] else drawn


def _of(node: Schema, defs: Mapping[str, Schema], name: str = "") -> SearchStrategy[Any]:
    if "$ref" in node:
        return _of(defs[node["$ref"].rpartition("/")[2]], defs, name)
    if "enum" in node:
        return st.sampled_from(node["enum"])
    match node["type"]:
        case "object":
            return _object(node, defs)
        case "array":
            return st.lists(_of(node["items"], defs), max_size=2)
        case "integer":
            return st.integers(node["minimum"], node.get("maximum", 2**63 - 1))
        case "number":
            return st.floats(node["minimum"], node["maximum"])
        case "string":
            return _string(node, name)
    raise AssertionError(f"draw values of {node}")


def _object(node: Schema, defs: Mapping[str, Schema]) -> SearchStrategy[Any]:
    if "properties" not in node:
        keys = st.sampled_from(TAGS)
        return st.dictionaries(keys, _of(node["additionalProperties"], defs), max_size=2)
    fields = {name: _of(field, defs, name) for name, field in node["properties"].items()}
    optional = {name: fields.pop(name) for name in node["properties"] if name not in node["required"]}
    return st.fixed_dictionaries(fields, optional=optional)


def _string(node: Schema, name: str) -> SearchStrategy[str]:
    if node.get("format") == "date-time":
        return _TIMES.map(lambda time: time.isoformat(timespec="milliseconds"))
    if node.get("format") == "uuid":
        return st.uuids().map(str)
    if "http" in node.get("pattern", "").casefold() or "[Hh]" in node.get("pattern", ""):
        return st.sampled_from(ADDRESSES)
    if node.get("pattern", "").startswith("^[a-z]{2,3}"):
        return st.sampled_from(TAGS)
    if "pattern" in node:
        return st.from_regex(node["pattern"].replace("$", r"\Z"))
    if name == "external_id":
        return st.sampled_from(EXTERNAL_IDS)
    return _WORDS.filter(lambda text: len(text) >= node.get("minLength", 0))


def _agreeing(payload: dict[str, Any]) -> dict[str, Any]:
    """An upsert carries an entry, a remove does not: the one rule between two fields."""
    action = "upsert" if "entry" in payload else "remove"
    return {**payload, "action": action}
