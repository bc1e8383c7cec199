"""Prints the contract of the newsloom_schemas on the path; run as a program, with an old one on the path.

For revisions before the first freeze, so it relies on nothing that newsloom_schemas did not always have.
"""

import json
import sys
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

FACTS = ("key", "partitions", "compacted", "retention_ms", "written_by", "read_by")


class _Wire(GenerateJsonSchema):
    """Optional fields are absent and never null, as on the wire."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        if made.get("default", ...) is None:
            del made["default"]
        return made


def contract() -> dict[str, Any]:
    """Schemas by the type of the event, and the facts of the topics."""
    from newsloom_schemas.catalog import EVENTS, TOPICS
    from newsloom_schemas.envelope import schema_uri

    dialect = {"$schema": _Wire.schema_dialect}
    return {
        "schemas": {
            event_type: {
                **dialect,
                "$id": schema_uri(event_type),
                **event.model_json_schema(schema_generator=_Wire),
            }
            for event_type, event in EVENTS.items()
        },
        "topics": {
            topic.name: {
                **{fact: getattr(topic, fact) for fact in FACTS},
                "events": [
                    event.EVENT_TYPE.removeprefix("newsloom.").rpartition(".v")[0] for event in topic.events
                ],
            }
            for topic in TOPICS
        },
    }


def main() -> None:
    """Print the contract of the package in the folder that is named; it must not be another one."""
    import newsloom_schemas

    if not str(newsloom_schemas.__file__).startswith(sys.argv[1]):
        sys.exit(f"there is no newsloom_schemas in {sys.argv[1]}")
    json.dump(contract(), sys.stdout)


if __name__ == "__main__":
    main()
