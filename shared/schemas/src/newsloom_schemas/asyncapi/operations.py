"""Operations: who reads and who writes which topic, in which consumer group."""

import re
from collections.abc import Sequence
from typing import Any

from newsloom_schemas.asyncapi.channels import carried
from newsloom_schemas.asyncapi.dead_letters import DEAD_LETTER, RESOLUTION
from newsloom_schemas.asyncapi.messages import BINDING, Published
from newsloom_schemas.catalog import ANYONE, TOPICS, Topic
from newsloom_schemas.readers import WRITTEN_ON_REQUEST, Reader, readers_of

JSON = dict[str, Any]
OPERATOR = "newsloom dlq"


def operations(published: Sequence[Published]) -> JSON:
    """Each way in which a topic is written and read, by a name such as `ingest-writes-articles-submitted`."""
    found: JSON = {}
    for topic in TOPICS:
        for writer in topic.written_by:
            found[written_key(writer, topic.name)] = _writes(topic, writer, published)
        for reader in readers_of(topic.name):
            found[read_key(reader)] = _reads(topic, reader, published)
    return found


def _writes(topic: Topic, writer: str, published: Sequence[Published]) -> JSON:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "title": f"{writer} writes {topic.name}",
        "summary": f"`{writer}` writes to `{topic.name}`, acknowledged by all replicas in sync.",
        "description": "A record whose acknowledgement got lost is written again: the event keeps its id.",
        "messages": _messages(topic, _written(topic, writer, published)),
    }


def _written(topic: Topic, writer: str, published: Sequence[Published]) -> Sequence[str]:
    if not topic.events:
        return (RESOLUTION,) if writer == OPERATOR else (DEAD_LETTER,)
    return carried(
        topic,
        [each for each in published if each.is_newest or each.event.EVENT_TYPE in WRITTEN_ON_REQUEST],
    )


def _reads(topic: Topic, reader: Reader, published: Sequence[Published]) -> JSON:
    who = ANYONE.capitalize() if reader.name == ANYONE else f"`{reader.name}`"
    return {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "title": f"{reader.name} reads {topic.name} ({reader.role})",
        "summary": f"{who} {reader.summary}.",
        "description": _way(reader),
        "messages": _messages(topic, carried(topic, published)),
        **_group(reader),
    }


def _way(reader: Reader) -> str:
    if reader.name == ANYONE:
        return (
            "Choose a consumer group of your own and read from the earliest record on. Commit an offset "
            "when all that lies before it is dealt with."
        )
    if reader.group is None:
        return "Each process reads every partition from the start or from where it was, in no consumer group."
    return f"In the consumer group `{reader.group}`; an offset is committed when all below it is dealt with."


def _group(reader: Reader) -> JSON:
    if reader.group is None:
        return {}
    group = {"type": "string", "const": reader.group, "description": "The consumer group."}
    return {"bindings": {"kafka": {"groupId": group, "bindingVersion": BINDING}}}


def _messages(topic: Topic, names: Sequence[str]) -> list[JSON]:
    return [{"$ref": f"#/channels/{topic.name}/messages/{name}"} for name in names]


def written_key(writer: str, topic: str) -> str:
    """The name of the operation in which somebody writes a topic."""
    return _key(writer, "writes", topic)


def read_key(reader: Reader) -> str:
    """The name of the operation in which somebody reads a topic."""
    return _key(reader.name, reader.role, "reads", reader.topic)


def _key(*parts: str) -> str:
    return re.sub(r"[^a-z0-9-]+", "-", "-".join(parts))
