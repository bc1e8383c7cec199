"""The description of a dialect's route, from its row in the registry."""

import json
from types import MappingProxyType
from typing import Any

from ingest.openapi import refusals
from ingest.openapi.parts import (
    KEYED,
    TEXT,
    Operation,
    Part,
    answer,
    body,
    header,
    idempotency_key,
    parameter,
    schema_of,
    source,
    source_in_path,
    text_bodies,
)
from ingest.receipt import Receipt
from ingest.sources import Dialect
from ingest.sources.correcting import PREVIOUS, options_of

JSON = "application/json"
# How a tool that shows no key proves who it is: the headers that it sends, the first of them the signature.
SIGNED_WITH = MappingProxyType(
    {
        "superdesk": ("x-superdesk-signature",),
        "ghost": ("X-Ghost-Signature",),
        "wordpress": ("x-newsloom-signature",),
        "webhook": ("webhook-signature", "webhook-id", "webhook-timestamp"),
    }
)
_SUCCESS = MappingProxyType({"superdesk": 201})
_PARTS: Part = {"type": "object", "description": "what became of each item, in their order"}
_IGNORED: Part = {"type": "object", "properties": {"ignored": {"type": "string"}}, "required": ["ignored"]}


def submission(dialect: Dialect) -> Operation:
    """The description of a dialect's route."""
    status = _SUCCESS.get(dialect.name, 202)
    return Operation(
        operation_id=f"submit_{dialect.name}",
        summary=dialect.summary,
        description=dialect.description,
        status=status,
        extra={
            "parameters": _parameters(dialect),
            "requestBody": _body(dialect),
            "responses": _successes(dialect, status) | _refused(dialect),
            "security": _security(dialect),
        },
    )


def accepted() -> Part:
    """The answer to one article."""
    return {
        **answer("Kafka has confirmed the event.", JSON, schema_of(Receipt)),
        "headers": {
            "Location": header("where its state is told"),
            "Idempotency-Replayed": header("`true` when the answer is one that was given before"),
        },
    }


def scheme(dialect: str) -> str:
    """The name of the security scheme of a hook."""
    return f"{dialect}-signature"


def _parameters(dialect: Dialect) -> list[Part]:
    options = [parameter(name, text, **_number(name)) for name, text in options_of(dialect).items()]
    if dialect.proof is None:
        return [source(), *options, idempotency_key()]
    _, *beside = SIGNED_WITH[dialect.name]
    signed = [parameter(name, "part of what is signed", place="header") for name in beside]
    return [source_in_path(), *options, *signed]


def _number(name: str) -> Part:
    lowest = {"revision": 1, PREVIOUS: 0}.get(name)
    return {} if lowest is None else {"schema": {"type": "integer", "minimum": lowest, "maximum": 2**53 - 1}}


def _body(dialect: Dialect) -> Part:
    first, *others = dialect.media_types
    if first != JSON:
        return text_bodies({first: dialect.example} | dict.fromkeys(others))
    schema = schema_of(dialect.model) if dialect.model else {"type": "object"}
    described = body(first, schema, json.loads(dialect.example))
    described["content"] |= {media: {"schema": TEXT} for media in others}
    return described


def _successes(dialect: Dialect, status: int) -> Part:
    several = dialect.partial or dialect.answer.__name__ != "answer_one"
    taken = answer("Kafka has confirmed what was accepted.", JSON, _PARTS) if several else accepted()
    found: dict[str, Any] = {str(status): taken}
    if dialect.partial:
        found["200"] = answer("There is no item in it.", JSON, _PARTS)
        found["207"] = answer("Some items were refused; the others are accepted.", JSON, _PARTS)
    if dialect.proof is not None:
        found["200"] = answer("Nothing for newsloom is in it, for the reason given.", JSON, _IGNORED)
    return found


def _refused(dialect: Dialect) -> Part:
    found = refusals.refusals(_codes(dialect))
    if dialect.partial:  # of the whole, or of each item
        found["422"]["content"][JSON] = {"schema": _PARTS}
    return found


def _codes(dialect: Dialect) -> tuple[str, ...]:
    mine = refusals.OF_DIALECT.get(dialect.name, ())
    json_codes = refusals.JSON if JSON in dialect.media_types else ()
    if dialect.proof is not None:
        return (*refusals.SENDING, *refusals.LONG, "scope", *json_codes, *mine)
    return (
        *refusals.SENDING,
        *refusals.KEYED,
        *refusals.LONG,
        *refusals.REPEATED,
        *refusals.CORRECTING,
        *json_codes,
        *mine,
    )


def _security(dialect: Dialect) -> list[dict[str, list[str]]]:
    if dialect.proof is None:
        return KEYED
    signed: list[dict[str, list[str]]] = [{scheme(dialect.name): []}]
    return [*signed, {"secret": []}] if dialect.name == "wordpress" else signed
