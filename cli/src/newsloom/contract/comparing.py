"""Two JSON Schemas of one event version, walked side by side: what changed, where, and by which rule."""

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

from newsloom.contract.constraints import TEXTS, Change, bound_changes, type_changes, value_changes
from newsloom.contract.released import Schema
from newsloom.contract.rules import Finding, finding

Node = Mapping[str, Any]
EVERYTHING: Node = {}
NOTHING: Node = {"not": {}}


def differences(old: Schema, new: Schema, *, subject: str) -> list[Finding]:
    """Every difference between two schemas, breaking and benign, in the order of the fields."""
    walk = _Walk(old, new, subject)
    found = list(walk.identity())
    found.extend(walk.node(old, new, ""))
    return found


class _Walk:
    """One comparison. Shared definitions are looked at once, at their own place in the document."""

    def __init__(self, old: Schema, new: Schema, subject: str) -> None:
        self._old, self._new, self._subject = old, new, subject
        self._seen: set[tuple[str, str]] = set()

    def identity(self) -> Iterator[Finding]:
        for keyword in ("$id", "$schema"):
            before, after = self._old.get(keyword), self._new.get(keyword)
            if before != after:
                yield self._found("changed-id", f"/{keyword}", f"was {before}, is {after}")

    def node(self, old: Any, new: Any, at: str) -> Iterator[Finding]:
        """Compare two schemas; `at` is where the new one stands."""
        if isinstance(new, Mapping) and "$ref" in new:
            yield from self._texts(_schema(old), new, at)
            pair = (_without_texts(old), _without_texts(new))
            if pair in self._seen:
                return
            self._seen.add(pair)
            at = new["$ref"].removeprefix("#")
        old, new = _resolved(old, self._old), _resolved(new, self._new)
        retyped = [*type_changes(old, new)]
        yield from self._named(retyped, at)
        yield from self._texts(old, new, at)
        if not any(rule == "changed-type" for rule, _, _ in retyped):
            yield from self._content(old, new, at)

    def _content(self, old: Node, new: Node, at: str) -> Iterator[Finding]:
        yield from self._named([*value_changes(old, new), *bound_changes(old, new)], at)
        if old.get("default") != new.get("default"):
            what = f"absent meant {old.get('default')!r}, means {new.get('default')!r}"
            yield self._found("changed-default", f"{at}/default", what)
        yield from self._fields(old, new, at)
        yield from self._others(old, new, at)
        for keyword in sorted({"items", "propertyNames"} & (old.keys() | new.keys())):
            yield from self.node(
                old.get(keyword, EVERYTHING), new.get(keyword, EVERYTHING), f"{at}/{keyword}"
            )
        for keyword in sorted({"anyOf", "oneOf", "allOf", "prefixItems"} & (old.keys() | new.keys())):
            yield from self._forms(old.get(keyword, []), new.get(keyword, []), f"{at}/{keyword}")

    def _fields(self, old: Node, new: Node, at: str) -> Iterator[Finding]:
        before, after = old.get("properties", {}), new.get("properties", {})
        was, needed = set(old.get("required", ())), set(new.get("required", ()))
        come = [name for name in after if name not in before]
        for name in before:
            place = f"{at}/properties/{_escaped(name)}"
            if name not in after:
                again = self._renamed(before[name], {other: after[other] for other in come}, name)
                come = [other for other in come if other != again]
                yield self._gone(name, again, place)
                continue
            if name in was - needed:
                yield self._found(
                    "required-made-optional", place, f"`{name}` was always there, may be absent"
                )
            if name in needed - was:
                yield self._found("optional-made-required", place, f"`{name}` could be absent, is required")
            yield from self.node(before[name], after[name], place)
        for name in come:
            rule, word = (
                ("new-required-field", "required") if name in needed else ("new-optional-field", "new")
            )
            yield self._found(rule, f"{at}/properties/{_escaped(name)}", f"`{name}` is {word}")

    def _gone(self, name: str, again: str | None, place: str) -> Finding:
        if again is None:
            return self._found("removed-field", place, f"`{name}` is gone")
        return self._found("renamed-field", place, f"`{name}` looks renamed to `{again}`")

    def _renamed(self, old: Any, come: Mapping[str, Any], name: str) -> str | None:
        """The new field that is of the same shape as one that is gone; the nearest name of several."""
        alike = [other for other, schema in come.items() if _shape(schema) == _shape(old)]
        return next(iter(get_close_matches(name, alike, n=1, cutoff=0.0)), None)

    def _others(self, old: Node, new: Node, at: str) -> Iterator[Finding]:
        before, after = (_schema(node.get("additionalProperties", True)) for node in (old, new))
        place = f"{at}/additionalProperties"
        if after == NOTHING != before:
            yield self._found("closed-model", place, "fields that the model does not know are refused")
        elif before != after:
            yield from self.node(before, after, place)

    def _forms(self, old: list[Any], new: list[Any], at: str) -> Iterator[Finding]:
        """The forms that a value may have (`anyOf`), or must have all at once; their order means nothing."""
        gone = [form for form in old if _shape(form) not in map(_shape, new)]
        come = [form for form in new if _shape(form) not in map(_shape, old)]
        if len(gone) == len(come):
            for before, after in zip(gone, come, strict=True):
                yield from self.node(before, after, f"{at}/{new.index(after)}")
        else:
            yield self._found("changed-type", at, f"had {len(old)} forms, has {len(new)}")

    def _texts(self, old: Node, new: Node, at: str) -> Iterator[Finding]:
        for keyword in sorted(TEXTS):
            if old.get(keyword) != new.get(keyword):
                yield self._found("changed-text", f"{at}/{keyword}", f"{keyword} changed")

    def _named(self, changes: list[Change], at: str) -> Iterator[Finding]:
        for rule, keyword, what in changes:
            yield self._found(rule, f"{at}/{keyword}", f"{_name(at)} {what}")

    def _found(self, rule: str, pointer: str, what: str) -> Finding:
        return finding(rule, self._subject, what, pointer)


def _resolved(node: Any, root: Schema) -> Node:
    """A schema with its references followed; the constraints beside a reference are put over it."""
    schema = _schema(node)
    while "$ref" in schema:
        beside = {key: value for key, value in schema.items() if key not in TEXTS | {"$ref"}}
        schema = {**_schema(_at(root, schema["$ref"])), **beside}
    return schema


def _shape(node: Any) -> Any:
    """A schema without its texts, its references by name."""
    if isinstance(node, Mapping):
        return {key: _inner_shape(key, value) for key, value in node.items() if key not in TEXTS}
    return [_shape(value) for value in node] if isinstance(node, list) else node


def _inner_shape(keyword: str, value: Any) -> Any:
    if keyword == "properties":  # its keys are names of fields: one may be called `title`
        return {name: _shape(field) for name, field in value.items()}
    return _shape(value)


def _without_texts(node: Any) -> str:
    return json.dumps(_shape(node), sort_keys=True)


def _schema(node: Any) -> Node:
    if isinstance(node, bool):
        return EVERYTHING if node else NOTHING
    return node if isinstance(node, Mapping) else EVERYTHING


def _at(root: Schema, reference: str) -> Any:
    node: Any = root
    for step in reference.removeprefix("#").split("/")[1:]:
        node = node[step.replace("~1", "/").replace("~0", "~")]
    return node


def _name(at: str) -> str:
    """What a place is called: the field that it is in, or the definition."""
    steps = at.split("/")
    named = [name for kind, name in pairwise(steps) if kind in ("properties", "$defs")]
    return f"`{named[-1]}`" if named else "the event"


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
