"""The contract as a reader sees it: events with their versions, fields in words, the types inside."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from newsloom.contract.pages.changes import Change, changes
from newsloom.contract.pages.wording import Part, default_of, parts, rules
from newsloom.contract.rules import RULES, Rule
from newsloom_schemas.asyncapi import Published
from newsloom_schemas.asyncapi.messages import headers, older_words
from newsloom_schemas.catalog import DAY_MS, TOPICS, Topic
from newsloom_schemas.envelope import schema_uri


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of an event or of a type."""

    name: str
    parts: tuple[Part, ...]
    required: bool
    rules: tuple[str, ...]
    default: str | None
    description: str
    example: str | None


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A type that stands inside events; `used_by` are the events and types that have a field of it."""

    name: str
    description: str
    fields: tuple[Field, ...]
    used_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of an event. `changes` are those from the version before it, `fate` is an older one's."""

    published: Published
    description: str
    fields: tuple[Field, ...]
    changes: tuple[Change, ...]
    upcast: str | None
    fate: str | None

    @property
    def number(self) -> int:
        return self.published.event.VERSION

    @property
    def path(self) -> str:
        """The file of its JSON Schema in the folder of released schemas."""
        return f"{self.published.event.NAME}/v{self.number}.json"

    @property
    def urn(self) -> str:
        return schema_uri(self.published.event.EVENT_TYPE)


@dataclass(frozen=True, kw_only=True)
class Family:
    """An event with all its versions, the newest first."""

    name: str
    title: str
    topics: tuple[Topic, ...]
    versions: tuple[Version, ...]


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Everything that the pages tell of events."""

    families: tuple[Family, ...]
    shapes: tuple[Shape, ...]

    def carried(self, topic: Topic) -> tuple[Family, ...]:
        """The events of a topic."""
        named = {family.name: family for family in self.families}
        return tuple(named[event.NAME] for event in topic.events)


def reference(published: Sequence[Published]) -> Reference:
    """The contract of these versions; of each event the newest comes first."""
    names = dict.fromkeys(each.event.NAME for each in published)
    families = [_family([each for each in published if name == each.event.NAME]) for name in names]
    return Reference(families=tuple(families), shapes=_shapes(published))


def richest(published: Sequence[Published]) -> Published:
    """An event with every header there is."""
    return max(published, key=lambda each: len(headers(each)["properties"]))


def promises() -> tuple[Rule, ...]:
    """The rules of evolution that refuse a change."""
    return tuple(rule for rule in RULES.values() if rule.breaking)


def kept(topic: Topic) -> str:
    """How long a record stays, in a few words."""
    return "the last of each key" if topic.compacted else f"{topic.retention_ms // DAY_MS} days"


def _family(published: Sequence[Published]) -> Family:
    newest = published[0]
    before = [*published[1:], None]
    return Family(
        name=newest.event.NAME,
        title=newest.title.partition(",")[0],
        topics=tuple(topic for topic in TOPICS if newest.event in topic.events),
        versions=tuple(_version(each, old, newest) for each, old in zip(published, before, strict=True)),
    )


def _version(published: Published, before: Published | None, newest: Published) -> Version:
    upcast = published.event.__dict__.get("upcast")
    return Version(
        published=published,
        description=(published.event.__doc__ or "").strip(),
        fields=fields(published.schema),
        changes=() if before is None else changes(before.schema, published.schema),
        upcast=(upcast.__doc__ or "").strip() if upcast else None,
        fate=None if published is newest else older_words(published.event),
    )


def fields(schema: dict[str, Any]) -> tuple[Field, ...]:
    """The fields of an object's schema, in its order."""
    required = schema.get("required", ())
    return tuple(_field(name, of, name in required) for name, of in schema.get("properties", {}).items())


def _field(name: str, schema: dict[str, Any], required: bool) -> Field:
    examples = schema.get("examples", ())
    return Field(
        name=name,
        parts=parts(schema),
        required=required,
        rules=rules(schema),
        default=default_of(schema),
        description=schema.get("description", ""),
        example=json.dumps(examples[0], ensure_ascii=False) if examples and _is_plain(examples[0]) else None,
    )


def _is_plain(value: object) -> bool:
    """Whether an example is short enough for a line; that of an object stands with its fields."""
    if isinstance(value, dict):
        return False
    return not isinstance(value, list) or not any(isinstance(each, dict | list) for each in value)


def _shapes(published: Iterable[Published]) -> tuple[Shape, ...]:
    """Every type once, in the order in which the newest events need them."""
    found: dict[str, dict[str, Any]] = {}
    users: dict[str, dict[str, None]] = {}
    for each in sorted(published, key=lambda each: not each.is_newest):
        found.update({name: of for name, of in each.schema.get("$defs", {}).items() if name not in found})
        _note_users(users, each.name, each.schema)
    for name, schema in found.items():
        _note_users(users, name, schema)
    return tuple(
        Shape(
            name=name,
            description=schema.get("description", ""),
            fields=fields(schema),
            used_by=tuple(users.get(name, ())),
        )
        for name, schema in found.items()
    )


def _note_users(users: dict[str, dict[str, None]], user: str, schema: dict[str, Any]) -> None:
    for field in fields(schema):
        for part in field.parts:
            if part.shape:
                users.setdefault(part.shape, {})[user] = None
