"""The page docs/events.md, made from the catalogue; `make docs` writes it."""

import sys
from collections.abc import Iterator
from typing import Any

from newsloom_schemas.base import Event
from newsloom_schemas.catalog import DAY_MS, EVENTS, TOPICS, Topic

HEAD = """# Topics and events

This page is made from the catalogue (`newsloom_schemas.catalog`) by `make docs`; change it there.

Every record is a CloudEvents 1.0 event in Kafka's binary mode: the attributes are headers (`ce_specversion`,
`ce_id`, `ce_type`, `ce_source`, `ce_subject`, `ce_time`, `ce_dataschema`, `content-type`, and on published
state `ce_documentversion`), the value is the payload as UTF-8 JSON. Optional fields are absent, not null.
Records of one key are in order. Delivery is at least once: the same fact always has the same `ce_id`.

## Topics
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD, *_topics(), "\n## Events", *_events(), ""])


def _topics() -> Iterator[str]:
    yield "| topic | key | events | written by -> read by | kept | |"
    yield "|---|---|---|---|---|---|"
    for topic in TOPICS:
        events = ", ".join(f"`{event.__name__}`" for event in topic.events) or "as they were"
        readers = f"{', '.join(topic.written_by)} -> {', '.join(topic.read_by)}"
        yield f"| `{topic.name}` | {topic.key} | {events} | {readers} | {_kept(topic)} | {topic.summary} |"


def _kept(topic: Topic) -> str:
    return "last of each key" if topic.compacted else f"{topic.retention_ms // DAY_MS} days"


def _events() -> Iterator[str]:
    for event_type, event in sorted(EVENTS.items()):
        yield f"\n### {event.__name__}\n"
        yield f"`{event_type}`. {(event.__doc__ or '').strip().splitlines()[0]}\n"
        yield from _fields(event)


def _fields(event: type[Event]) -> Iterator[str]:
    schema = event.model_json_schema()
    required = set(schema.get("required", ()))
    yield "| field | type | |"
    yield "|---|---|---|"
    for name, field in schema["properties"].items():
        optional = "" if name in required else " (optional)"
        yield f"| `{name}` | {_type_of(field)}{optional} | {field.get('description', '')} |"


def _type_of(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "anyOf" in field:
        return " or ".join(_type_of(option) for option in field["anyOf"] if option.get("type") != "null")
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    if field.get("type") == "array":
        return f"list of {_type_of(field['items'])}"
    return str(field.get("format") or field.get("type", "object"))


if __name__ == "__main__":
    sys.stdout.write(page())
