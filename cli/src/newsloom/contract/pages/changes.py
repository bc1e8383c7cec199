"""What a reader finds changed between two versions of an event, down to the last type inside."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from newsloom.contract.pages.wording import DEFINITIONS, phrase

JSON = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A field that is not the same in both versions. `path` is like `content.authors[].name`."""

    path: str
    before: str | None
    after: str | None


def changes(before: JSON, after: JSON) -> tuple[Change, ...]:
    """Fields that differ, in the order of the new version, then those that are gone."""
    old, new = dict(_fields(before)), dict(_fields(after))
    paths = [*new, *(path for path in old if path not in new)]
    return tuple(
        Change(path=path, before=old.get(path), after=new.get(path))
        for path in paths
        if old.get(path) != new.get(path)
    )


def _fields(schema: JSON) -> Iterator[tuple[str, str]]:
    """Every field below an object, by its path, with what it has to be."""
    yield from _below(schema, schema.get("$defs", {}), "", ())


def _below(schema: JSON, defs: JSON, path: str, seen: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        here = f"{path}.{name}" if path else name
        yield here, phrase(field) + ("; required" if name in required else "")
        yield from _inside(field, defs, here, seen)


def _inside(schema: JSON, defs: JSON, path: str, seen: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    reference = schema.get("$ref", "").removeprefix(DEFINITIONS)
    if reference and reference not in seen:
        yield from _below(defs[reference], defs, path, (*seen, reference))
    for joint in ("allOf", "anyOf", "oneOf"):
        for option in schema.get(joint, ()):
            yield from _inside(option, defs, path, seen)
    inner = schema.get("items") or schema.get("additionalProperties")
    if isinstance(inner, dict):
        yield from _inside(inner, defs, f"{path}[]", seen)
