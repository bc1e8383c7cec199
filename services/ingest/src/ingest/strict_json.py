"""JSON as strangers send it: one document, UTF-8, no key twice, then the strict model. Nothing is guessed."""

import json
import re
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from ingest.refusal import FieldError, Refused, invalid
from newsloom_schemas.submission import NAME_FORM, OBJECT_FORM

MAX_ERRORS = 20
_BOM = b"\xef\xbb\xbf"
_FIELD_NAME = re.compile(r"^[A-Za-z_$][A-Za-z0-9_$.-]{0,39}$")
_FORMS = frozenset({NAME_FORM, OBJECT_FORM})  # which of two forms something was sent in is no place
_Model = TypeVar("_Model", bound=BaseModel)


def parse_strict(model: type[_Model], raw: bytes) -> _Model:
    """The document as a value of `model`.

    Raises Refused: `empty-body`, `not-utf8`, `not-json`, `duplicate-key`, or `invalid` with the fields.
    """
    text = decode_text(raw)
    try:
        value = model.model_validate_json(raw)
    except ValidationError as error:
        _refuse(error, text)
    # Parsers keep the last of two equal keys and the model never sees the first.
    _refuse_duplicate_keys(text)
    return value


def decode_text(raw: bytes) -> str:
    """The body as text. Raises Refused: `empty-body`, `not-utf8`."""
    if not raw.strip():
        raise Refused("empty-body", "send the article in the body of the request")
    if raw.startswith(_BOM):
        raise Refused("not-utf8", "remove the byte order mark and send plain UTF-8")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Refused("not-utf8", "encode the body as UTF-8") from None


def is_field_name(key: str) -> bool:
    """Whether a key may stand in a pointer: one that is no name would echo what was sent."""
    return _FIELD_NAME.match(key) is not None


def field_errors(error: ValidationError) -> tuple[FieldError, ...]:
    """The errors of a validation without anything that was sent; at most MAX_ERRORS of them."""
    found = error.errors(include_url=False, include_context=False, include_input=False)[:MAX_ERRORS]
    return tuple(
        FieldError(
            pointer=_pointer(each["loc"]), code=each["type"], detail=_advice(each["type"], each["msg"])
        )
        for each in found
    )


def refuse_fields(error: ValidationError) -> Refused:
    """A validation's failure as a refusal."""
    return invalid(*field_errors(error))


def _refuse(error: ValidationError, text: str) -> NoReturn:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        raise Refused(
            "not-json", f"send one JSON document: {first['msg'].removeprefix('Invalid JSON: ')}"
        ) from None
    _refuse_duplicate_keys(text)
    raise refuse_fields(error) from None


def _pointer(location: tuple[int | str, ...]) -> str:
    """A JSON Pointer as far as it is made of names; a key that is no name would echo the input."""
    steps: list[str] = []
    for step in location:
        if step in _FORMS:
            continue
        if isinstance(step, str) and not is_field_name(step):
            break
        steps.append(str(step))
    return "".join(f"/{step}" for step in steps)


def _advice(code: str, message: str) -> str:
    if code == "extra_forbidden":
        return "remove this field: it is not part of the description"
    return message.removeprefix("Value error, ")


class _DuplicateKey(ValueError):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateKey
    return found


def _refuse_duplicate_keys(text: str) -> None:
    try:
        # Numbers stay text: Python refuses integers of some thousand digits.
        json.loads(text, object_pairs_hook=_unique, parse_int=str, parse_float=str, parse_constant=str)
    except _DuplicateKey:
        raise Refused("duplicate-key", "name every key of a JSON object once") from None
    except (ValueError, RecursionError):
        raise Refused("not-json", "send one JSON document") from None
