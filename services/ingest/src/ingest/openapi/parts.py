"""What descriptions of operations are made of: parameters, bodies, answers, credentials."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

REF = "#/components/schemas/{model}"
Part = dict[str, Any]

KEYED: list[dict[str, list[str]]] = [{"key": []}, {"token": []}]
TEXT: Part = {"type": "string", "minLength": 1}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """How one route is described. `accepts` says whether its success is an article accepted."""

    operation_id: str
    summary: str
    description: str
    extra: Part
    status: int = 202
    accepts: bool = True


def schema_of(model: type[BaseModel]) -> Part:
    """A reference to a model of the document."""
    return {"$ref": REF.format(model=model.__name__)}


def body(media_type: str, schema: Part, example: Any, *, required: bool = True) -> Part:
    """A body in one media type."""
    return {"required": required, "content": {media_type: {"schema": schema, "example": example}}}


def text_bodies(examples: Mapping[str, str | None]) -> Part:
    """A body of text in one of several media types, each with an example if there is one."""
    content = {
        media: {"schema": TEXT} | ({} if example is None else {"example": example})
        for media, example in examples.items()
    }
    return {"required": True, "content": content}


def answer(description: str, media_type: str, schema: Part, **more: Any) -> Part:
    """An answer with a body."""
    return {"description": description, "content": {media_type: {"schema": schema, **more}}}


def header(description: str) -> Part:
    """A header of an answer."""
    return {"description": description, "schema": {"type": "string"}}


def parameter(name: str, description: str, *, place: str = "query", **more: Any) -> Part:
    """A parameter; one in the path is always required."""
    required = {"required": True} if place == "path" else {}
    return {
        "name": name,
        "in": place,
        "description": description,
        "schema": {"type": "string", "minLength": 1},
        **required,
        **more,
    }


def source() -> Part:
    """`?source=`."""
    return parameter("source", "the source to speak for; needed only when the key has several")


def source_in_path() -> Part:
    """The source in the address of a hook."""
    return parameter("source", "a registered source", place="path")


def external_id() -> Part:
    """`?external_id=`."""
    return parameter("external_id", "the source's own id of the article", required=True)


def idempotency_key() -> Part:
    """The header `Idempotency-Key`."""
    return parameter(
        "Idempotency-Key",
        "for 24 hours the same request under the same key hears the same answer, and another one 422",
        place="header",
        schema={"type": "string", "minLength": 1, "maxLength": 255},
        example="8e03978e-40d5-43e8-bc93-6894a57f9324",
    )
