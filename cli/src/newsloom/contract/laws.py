"""What holds of the contract at any time: no gaps, upcasts for old versions, good names, nothing orphaned."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import get_type_hints

from newsloom.contract.released import Released, Schema
from newsloom.contract.rules import Finding, finding
from newsloom.contract.versions import EventVersion, topics_of
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import TOPICS, Topic

_FIELD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_TOPIC = re.compile(r"[a-z]+(-[a-z]+)*")
_EXAMPLE = re.compile(r"\d{3}-[a-z0-9]+(-[a-z0-9]+)*\.json")


def version_laws(events: Mapping[EventVersion, type[Event]]) -> Iterator[Finding]:
    """Versions count from 1 without a gap, and each but the newest leads to the next."""
    for name in sorted({version.name for version in events}):
        present = sorted(version.version for version in events if version.name == name)
        for missing in sorted(set(range(1, present[-1])) - set(present)):
            yield finding("version-gap", f"{name}@v{missing}", f"there is v{present[-1]}, and no v{missing}")
        for number in present[:-1]:
            version = EventVersion(name, number)
            yield from _upcast_law(version, events[version], events.get(EventVersion(name, number + 1)))


def _upcast_law(
    version: EventVersion, event: type[Event], following: type[Event] | None
) -> Iterator[Finding]:
    if event.upcast is Event.upcast:
        yield finding("missing-upcast", str(version), f"{event.__name__} has no upcast()")
        return
    leads_to = get_type_hints(event.upcast).get("return")
    if following is not None and leads_to is not following:
        told = getattr(leads_to, "__name__", leads_to)
        what = f"{event.__name__}.upcast() returns {told}, the next version is {following.__name__}"
        yield finding("missing-upcast", str(version), what)


def naming_laws(
    events: Mapping[str, type[Event]], schemas: Mapping[EventVersion, Schema]
) -> Iterator[Finding]:
    """Types, classes, files, fields and topics are named by one grammar. `events` by their type."""
    for event_type, event in events.items():
        version = EventVersion.of_type(event_type)
        if version is None:
            what = f"the type {event_type} of {event.__name__} is not newsloom.<words>.v<N>"
            yield finding("name-grammar", event_type, what)
        else:
            yield from _class_law(version, event)
    for version, schema in schemas.items():
        yield from _field_law(version, schema)
    for topic in TOPICS:
        if not _TOPIC.fullmatch(topic.name):
            yield finding("name-grammar", topic.name, "a topic is named in lower case words with hyphens")


def _class_law(version: EventVersion, event: type[Event]) -> Iterator[Finding]:
    words, _, number = event.__name__.rpartition("V")
    named = "".join(word.capitalize() for word in re.split(r"[.-]", version.name))
    if number != str(version.version) or not words or not named.endswith(words):
        what = f"the class {event.__name__} of {version.event_type} should be {named}V{version.version}"
        yield finding("name-grammar", str(version), what)
    file = re.sub(r"(?<!^)(?=[A-Z])", "_", words).lower()
    if event.__module__ != f"newsloom_schemas.events.{file}":
        what = f"{event.__name__} belongs into newsloom_schemas/events/{file}.py, is in {event.__module__}"
        yield finding("name-grammar", str(version), what)


def _field_law(version: EventVersion, schema: Schema) -> Iterator[Finding]:
    for place, model in {
        "": schema,
        **{f"/$defs/{k}": v for k, v in schema.get("$defs", {}).items()},
    }.items():
        for name in model.get("properties", {}):
            if not _FIELD.fullmatch(name):
                what = f"the field `{name}` is not in snake_case"
                yield finding("name-grammar", str(version), what, f"{place}/properties/{name}")


def orphan_laws(
    events: Mapping[EventVersion, type[Event]], defined: Mapping[str, type[Event]], released: Released
) -> Iterator[Finding]:
    """What is defined is in the catalogue, what flows has people at both ends, each file has its version.

    `defined` are all event classes of the package by the name of the class.
    """
    for name, event in defined.items():
        if event not in events.values():
            yield finding("orphan", name, f"{event.EVENT_TYPE} is in no topic and among no older versions")
    for name in sorted({version.name for version in events}):
        if not topics_of(name):
            yield finding("orphan", name, "the event flows in no topic")
    yield from chain.from_iterable(_people_law(topic) for topic in TOPICS)
    yield from _file_law(events, released)


def _people_law(topic: Topic) -> Iterator[Finding]:
    if not topic.written_by:
        yield finding("orphan", topic.name, "nobody writes the topic")
    if not topic.read_by:
        yield finding("orphan", topic.name, "nobody reads the topic")
    if not topic.events and not topic.name.endswith("-dlq"):
        yield finding("orphan", topic.name, "no event flows in the topic")


def _file_law(events: Mapping[EventVersion, type[Event]], released: Released) -> Iterator[Finding]:
    known = {str(version) for version in {*events, *released.index().frozen()}}
    for path in released.files():
        name, _, rest = path.partition("/")
        version, _, example = rest.removesuffix(".json").partition("/examples/")
        if path == "index.json" or (f"{name}@{version}" in known and (not example or "/" not in example)):
            continue
        yield finding("orphan", f"released/{path}", "the file belongs to no version of an event")


def example_names(version: EventVersion, names: Iterator[str] | Mapping[str, object]) -> Iterator[Finding]:
    """Files of examples are numbered and say what they show."""
    for name in names:
        if not _EXAMPLE.fullmatch(name):
            what = f"the example {name} is not named NNN-what-it-shows.json"
            yield finding("name-grammar", str(version), what)
