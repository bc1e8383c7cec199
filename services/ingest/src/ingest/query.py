"""The query of an address: known parameters only, each once, as text that really was UTF-8."""

from collections.abc import Mapping, Set

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from ingest.refusal import invalid_parameter
from ingest.strict_json import field_errors
from newsloom_schemas.types import ExternalId

_REPLACEMENT = "\ufffd"  # what decoding leaves of bytes that are not UTF-8


class _Reference(BaseModel):
    external_id: ExternalId


def read_options(request: Request, allowed: Set[str]) -> Mapping[str, str]:
    """The parameters of the query by name. Raises Refused: `invalid`."""
    options: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in allowed:
            raise invalid_parameter("", "unknown", f"this address takes only: {', '.join(sorted(allowed))}")
        if name in options:
            raise invalid_parameter(name, "repeated", "give the parameter once")
        if not value:
            raise invalid_parameter(name, "empty", "give the parameter a value, or leave it out")
        if _REPLACEMENT in value:
            raise invalid_parameter(name, "not-utf8", "percent-encode the value as UTF-8")
        options[name] = value
    return options


def read_external_id(options: Mapping[str, str]) -> str:
    """The article a request is about. Raises Refused: `invalid`."""
    value = options.get("external_id")
    if not value:
        raise invalid_parameter("external_id", "missing", "name the article: ?external_id=")
    try:
        return _Reference(external_id=value).external_id
    except ValidationError as error:
        first = field_errors(error)[0]
        raise invalid_parameter("external_id", first.code, first.detail) from None
