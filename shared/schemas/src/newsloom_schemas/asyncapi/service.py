"""The part of the AsyncAPI document that tells of one process of a service."""

from collections.abc import Collection, Iterator
from typing import Any

from newsloom_schemas.asyncapi.document import Deployment, document
from newsloom_schemas.asyncapi.messages import Published
from newsloom_schemas.asyncapi.operations import read_key, written_key
from newsloom_schemas.catalog import EVENTS, TOPICS
from newsloom_schemas.json_schema import json_schema
from newsloom_schemas.readers import READERS

JSON = dict[str, Any]


def service_document(service: str, roles: Collection[str], *, version: str) -> JSON:
    """What a process of the service with these consuming roles reads and writes, without examples."""
    published = [Published(event=event, schema=json_schema(event), examples={}) for event in EVENTS.values()]
    whole = document(published, Deployment(version=version))
    operations = {name: whole["operations"][name] for name in _operations(service, roles)}
    channels = _named(operations, "#/channels/", whole["channels"])
    messages = _named(channels, "#/components/messages/", whole["components"]["messages"])
    schemas = _reached(messages, whole["components"]["schemas"])
    return {
        **whole,
        "id": f"urn:newsloom:service:{service}",
        "info": {**whole["info"], "title": f"newsloom {service}"},
        "channels": channels,
        "operations": operations,
        "components": {**whole["components"], "messages": messages, "schemas": schemas},
    }


def _operations(service: str, roles: Collection[str]) -> Iterator[str]:
    yield from (written_key(service, topic.name) for topic in TOPICS if service in topic.written_by)
    for reader in READERS:
        if reader.name == service and (reader.group is None or reader.role in roles):
            yield read_key(reader)


def _named(part: Any, place: str, among: JSON) -> JSON:
    """What a part of the document refers to directly in a place."""
    named = {reference.removeprefix(place).split("/")[0] for reference in _references(part)}
    return {name: value for name, value in among.items() if name in named}


def _reached(part: JSON, schemas: JSON) -> JSON:
    """The schemas that a part refers to, and those that they refer to."""
    reached: JSON = {}
    while len(found := _named([part, reached], "#/components/schemas/", schemas)) > len(reached):
        reached = found
    return reached


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
