"""Channels: the topics of the catalogue with what flows in them, how it is kept and in which order."""

from collections.abc import Iterable, Sequence
from typing import Any

from newsloom_schemas.asyncapi.dead_letters import DEAD_LETTERS
from newsloom_schemas.asyncapi.messages import BINDING, Published
from newsloom_schemas.catalog import ANYONE, DAY_MS, TOPICS, Topic

JSON = dict[str, Any]
LISTS = ("cleanup.policy",)


def channels(published: Sequence[Published]) -> JSON:
    """Every topic as a channel, by its name."""
    return {topic.name: _channel(topic, carried(topic, published)) for topic in TOPICS}


def carried(topic: Topic, published: Iterable[Published]) -> tuple[str, ...]:
    """The messages that may lie in a topic: of each of its events all versions, the newest first."""
    if not topic.events:
        return DEAD_LETTERS
    names = [event.NAME for event in topic.events]
    found = [each for each in published if each.event.NAME in names]
    found.sort(key=lambda each: (names.index(each.event.NAME), -each.event.VERSION))
    return tuple(each.name for each in found)


def _channel(topic: Topic, carried_messages: Sequence[str]) -> JSON:
    return {
        "address": topic.name,
        "title": topic.name.replace("-", " ").capitalize(),
        "summary": topic.summary,
        "description": " ".join((topic.summary, _order(topic), kept(topic))),
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in carried_messages},
        "tags": [{"name": tag(topic)}],
        "bindings": {"kafka": _binding(topic)},
    }


def tag(topic: Topic) -> str:
    """For whom a topic is: `public`, `internal` or `dead-letter`."""
    if not topic.events:
        return "dead-letter"
    return "public" if ANYONE in topic.read_by else "internal"


def _order(topic: Topic) -> str:
    if not topic.events:
        return "The key is that of the record that failed, or there is none."
    return f"The key is `{topic.key}`: records of one key are in order, those of different keys are in none."


def kept(topic: Topic) -> str:
    """How long a record stays, as a sentence."""
    if topic.compacted:
        return (
            "The topic is compacted: the last record of each key stays for ever, one that was replaced "
            "is gone within about an hour."
        )
    return f"A record is kept for {topic.retention_ms // DAY_MS} days."


def _binding(topic: Topic) -> JSON:
    return {
        "topic": topic.name,
        "partitions": topic.partitions,
        "topicConfiguration": {
            name: [value] if name in LISTS else int(value) for name, value in topic.settings.items()
        },
        "bindingVersion": BINDING,
    }
