"""JSON Schema 2020-12 of each event, for readers in any language.

The schemas describe what stands on the wire: an optional field is absent and never null, and what a newer
writer adds is allowed. They are made from the models; `newsloom_schemas.published` has the released ones.
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from newsloom_schemas.base import Event
from newsloom_schemas.envelope import schema_uri

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_WRITTEN_SO = {"id": "ID", "ids": "IDs", "url": "URL", "uri": "URI", "html": "HTML"}
_DEFS = "#/$defs/"

Schema = dict[str, Any]


class _Wire(GenerateJsonSchema):
    """pydantic's own generator, but for what our encoder never writes and for titles that people read."""

    def get_title_from_name(self, name: str) -> str:
        return _title(name)

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        if made.get("default", ...) is None:
            del made["default"]
        return made

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """With the keys' rules under `propertyNames`: there they hold for every key of an open model."""
        made = super().dict_schema(schema)
        for pattern, values in made.pop("patternProperties", {}).items():
            made["additionalProperties"] = values
            made["propertyNames"] = {**made.get("propertyNames", {}), "pattern": pattern}
        for word in ("examples", "description"):
            made.get("propertyNames", {}).pop(word, None)
        return made


def json_schema(event: type[Event]) -> Schema:
    """The JSON Schema of an event's value. Its `$id` is what the header `ce_dataschema` carries.

    Each field has a title, a description and an example; that of an object or a list of objects is made of
    the examples inside. A field without a description or example in its model raises a LookupError.
    """
    made = event.model_json_schema(schema_generator=_Wire)
    schema = {"$schema": DIALECT, "$id": schema_uri(event.EVENT_TYPE), **made}
    defs = schema.get("$defs", {})
    for model in (schema, *defs.values()):
        for name, field in model.get("properties", {}).items():
            field.setdefault("title", _title(name))
    _put_rules_into_descriptions(schema)
    for model in (schema, *defs.values()):
        for name, field in model.get("properties", {}).items():
            if "description" not in field:
                raise LookupError(f"give {model['title']}.{name} a description in its model")
            field.setdefault("examples", [_example(field, defs, f"{model['title']}.{name}")])
    return schema


def _title(name: str) -> str:
    """The name of a field as people write it: `body_html` is "Body HTML"."""
    first, *others = (_WRITTEN_SO.get(word, word) for word in name.split("_"))
    return " ".join([first[:1].upper() + first[1:], *others])


def _put_rules_into_descriptions(node: Any) -> None:
    """What a type's rule says in words belongs where readers look; see `newsloom_schemas.types`."""
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _put_rules_into_descriptions(inner)
    if isinstance(node, dict) and isinstance(node.get("$comment"), str):
        rule = node.pop("$comment")
        node["description"] = f"{node['description']}; {rule}" if "description" in node else rule


def schema_text(schema: Mapping[str, Any]) -> str:
    """A schema as its file has it: the same schema is always the same text."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _example(field: Schema, defs: Mapping[str, Schema], name: str) -> Any:
    """An example of a value, from the first examples of the fields in it."""
    if "examples" in field:
        return field["examples"][0]
    if "$ref" in field:
        return _example(defs[field["$ref"].removeprefix(_DEFS)], defs, name)
    if "items" in field:
        return [_example(field["items"], defs, name)]
    if "properties" in field:
        return {key: _example(inner, defs, f"{name}.{key}") for key, inner in field["properties"].items()}
    raise LookupError(f"give {name} examples=[...] in its model")
