"""Messages: the envelope as a schema of headers, the payload by reference, the key as a binding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newsloom_schemas.base import Event
from newsloom_schemas.catalog import TOPICS, versions
from newsloom_schemas.envelope import CONTENT_TYPE, SPEC_VERSION, schema_uri
from newsloom_schemas.readers import WRITTEN_ON_REQUEST

JSON = dict[str, Any]
BINDING = "0.5.0"  # of Kafka's bindings: the first that has room for any topic setting
DEFINITIONS = "#/$defs/"
COMPONENTS = "#/components/schemas/"
NOT_HERE = ("$schema", "$id", "$defs")
CORRELATION: JSON = {
    "article": {
        "description": "The article that a record is about: the same in every topic, from first to last.",
        "location": "$message.header#/ce_subject",
    }
}
_UUID = {"type": "string", "format": "uuid"}


@dataclass(frozen=True, kw_only=True)
class Published:
    """One version of an event as it is given out: its JSON Schema 2020-12, and whole records by their title.

    A record is `{"key": text, "headers": {name: text}, "value": payload}`.
    """

    event: type[Event]
    schema: JSON
    examples: Mapping[str, JSON]

    @property
    def name(self) -> str:
        """What the version is called in the document."""
        return self.event.__name__

    @property
    def is_newest(self) -> bool:
        """Whether services write it; older ones they read."""
        return versions(self.event.NAME)[-1] is self.event

    @property
    def title(self) -> str:
        """For people: `Article submitted, version 2`."""
        words = self.event.NAME.replace(".", " ").replace("-", " ")
        return f"{words.capitalize()}, version {self.event.VERSION}"


def summary_of(event: type[Event]) -> str:
    """The first sentence or line of what the model says of itself."""
    return (event.__doc__ or "").strip().splitlines()[0]


def messages(published: Sequence[Published]) -> JSON:
    """Every version as a message, by the name of its model."""
    return {each.name: _message(each) for each in published}


def _message(published: Published) -> JSON:
    event = published.event
    return {
        "name": event.EVENT_TYPE,
        "title": published.title,
        "summary": summary_of(event),
        "description": _description(published),
        "contentType": CONTENT_TYPE,
        "correlationId": {"$ref": "#/components/correlationIds/article"},
        "headers": headers(published),
        "payload": {"$ref": COMPONENTS + published.name},
        "bindings": {"kafka": {"key": _key(event), "bindingVersion": BINDING}},
        "tags": [{"name": name} for name in _tags(published)],
        "examples": [_example(title, record) for title, record in published.examples.items()],
        "x-json-schema": schema_uri(event.EVENT_TYPE),
    }


def _description(published: Published) -> str:
    told = [" ".join((published.event.__doc__ or "").split())]
    if not published.is_newest:
        told.append(f"An older version. {older_words(published.event)}")
    return "\n\n".join(told)


def older_words(event: type[Event]) -> str:
    """What becomes of an older version."""
    newest = versions(event.NAME)[-1]
    wish = WRITTEN_ON_REQUEST.get(event.EVENT_TYPE)
    asked = f" `{wish}` makes newsloom write this version instead, for readers of before." if wish else ""
    return f"It is still read, as {newest.__name__}; what is written is `{newest.EVENT_TYPE}`.{asked}"


def _tags(published: Published) -> list[str]:
    about = "feed" if published.event.NAME.startswith("feed.") else "article"
    return [about] if published.is_newest else [about, "older-version"]


def headers(published: Published) -> JSON:
    """The envelope of one event: which headers a record has, and what stands in them."""
    event = published.event
    properties: JSON = {
        "ce_specversion": {"const": SPEC_VERSION, "description": "Version of CloudEvents."},
        "ce_id": {
            **_UUID,
            "description": "Id of the event, as `event_id` inside. The same fact always has the same id.",
        },
        "ce_type": {"const": event.EVENT_TYPE, "description": "Type of the event with its major version."},
        "ce_source": {
            "type": "string",
            "format": "uri-reference",
            "description": "Who emitted it.",
            "examples": [f"/newsloom/{_writer(event)}"],
        },
        "ce_subject": {**_UUID, "description": "The article that it is about."},
        "ce_time": {
            "type": "string",
            "format": "date-time",
            "description": "When it was emitted, UTC in milliseconds. Orders nothing.",
        },
        "ce_dataschema": {
            "const": schema_uri(event.EVENT_TYPE),
            "description": "Name of the payload's JSON Schema.",
        },
        "content-type": {"const": CONTENT_TYPE, "description": "The payload is UTF-8 JSON, never escaped."},
        **_version_header(event),
        "traceparent": {
            "type": "string",
            "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
            "description": (
                "W3C trace context of what caused it, from the request to the feeds; absent without a cause."
            ),
        },
    }
    for name, schema in properties.items():
        schema.setdefault("type", "string")
        schema["title"] = name
    optional = {"traceparent", "ce_documentversion"}
    return {
        "type": "object",
        "description": "Header values are UTF-8 text. Ignore headers that you do not know.",
        "required": [name for name in properties if name not in optional],
        "properties": properties,
    }


def _version_header(event: type[Event]) -> JSON:
    if "document_version" not in event.model_fields:
        return {}
    return {
        "ce_documentversion": {
            "pattern": "^[1-9][0-9]*$",
            "description": "`document_version` of the payload, so that versions can be compared unread.",
        }
    }


def _writer(event: type[Event]) -> str:
    """The service that writes an event first: the catalogue lists topics along the way of an article."""
    newest = versions(event.NAME)[-1]
    return next(topic.written_by[0] for topic in TOPICS if newest in topic.events).replace(" ", "/")


def _key(event: type[Event]) -> JSON:
    if event.NAME.startswith("feed."):
        return {"type": "string", "description": "The id of the feed, such as `section/economy`."}
    return {**_UUID, "description": "The id of the article: all that is said of one article is in order."}


def _example(title: str, record: JSON) -> JSON:
    """An example of AsyncAPI has no room for the key of a record but in its summary."""
    return {
        "name": title,
        "summary": f"Under the key {record['key']}",
        "headers": record["headers"],
        "payload": record["value"],
    }


def schemas(published: Sequence[Published]) -> JSON:
    """The payloads and every type inside them, as AsyncAPI wants them: in one place, found by `$ref`.

    Every keyword that we use means the same in AsyncAPI's schema form and in JSON Schema 2020-12.
    """
    found: JSON = {}
    for each in published:
        for name, schema in each.schema.get("$defs", {}).items():
            _add(found, name, _moved(schema))
        payload = {key: value for key, value in each.schema.items() if key not in NOT_HERE}
        older = {} if each.is_newest else {"deprecated": True}
        _add(
            found, each.name, {**_moved(payload), **older, "x-json-schema": schema_uri(each.event.EVENT_TYPE)}
        )
    return dict(sorted(found.items()))


def _add(found: JSON, name: str, schema: JSON) -> None:
    if found.setdefault(name, schema) != schema:
        raise ValueError(f"two schemas are called {name}: give one of the types another name")


def _moved(schema: Any) -> Any:
    """A schema whose references lead to the components of the document."""
    if isinstance(schema, list):
        return [_moved(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    moved = {key: _moved(value) for key, value in schema.items()}
    if isinstance(schema.get("$ref"), str):
        moved["$ref"] = COMPONENTS + schema["$ref"].removeprefix(DEFINITIONS)
        return moved if len(moved) == 1 else _beside_a_reference(moved)
    return moved


def _beside_a_reference(schema: JSON) -> JSON:
    """AsyncAPI, as JSON Schema did before 2019, takes no notice of what stands beside a `$ref`."""
    return {"allOf": [{"$ref": schema.pop("$ref")}], **schema}
