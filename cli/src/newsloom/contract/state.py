"""The contract as it is or was: schemas, examples and topics, in one form for models and for frozen files."""

from collections.abc import Mapping
from dataclasses import dataclass

from newsloom.contract.released import Index, Released, Schema, TopicFacts, digest
from newsloom.contract.versions import EventVersion, known_events
from newsloom.errors import CommandError
from newsloom_schemas.catalog import TOPICS, Topic
from newsloom_schemas.json_schema import json_schema


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What strangers build on. `examples` are digests by the name of the file.

    One that is not `frozen` was read from old models, whose schemas did not say all that the models enforced.
    """

    schemas: Mapping[EventVersion, Schema]
    examples: Mapping[EventVersion, Mapping[str, str]]
    topics: Mapping[str, TopicFacts]
    frozen: bool = True


def contract_of_today(released: Released) -> Contract:
    """What the models and the catalogue say now, with the examples that lie in the folder."""
    versions = known_events()
    return Contract(
        schemas={version: current_schema(version) for version in versions},
        examples={version: _digests(released, version) for version in versions},
        topics={topic.name: _facts(topic) for topic in TOPICS},
    )


def frozen_contract(released: Released, index: Index | None = None) -> Contract:
    """What was released, by the index of the folder or by another."""
    index = released.index() if index is None else index
    schemas = {version: released.schema(version) for version in index.frozen()}
    return Contract(
        schemas={version: schema for version, schema in schemas.items() if schema is not None},
        examples={version: frozen.examples for version, frozen in index.frozen().items()},
        topics=index.topics,
    )


def current_schema(version: EventVersion) -> Schema:
    """The JSON Schema of a version as its model has it now."""
    try:
        return json_schema(known_events()[version])
    except LookupError as error:
        raise CommandError(f"{version} has no schema: {error.args[0]}", fix="mend its model") from error


def _digests(released: Released, version: EventVersion) -> dict[str, str]:
    return {name: digest(example) for name, example in released.examples(version).items()}


def _facts(topic: Topic) -> TopicFacts:
    versions = (EventVersion.of_type(event.EVENT_TYPE) for event in topic.events)
    return TopicFacts(
        key=topic.key,
        events=tuple(version.name for version in versions if version),
        partitions=topic.partitions,
        compacted=topic.compacted,
        retention_ms=topic.retention_ms,
        written_by=topic.written_by,
        read_by=topic.read_by,
    )
