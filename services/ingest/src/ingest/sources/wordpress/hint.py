"""What a hook says: which post, and whether it has left the site. JSON or a form, under many names."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl

from ingest.refusal import invalid_field
from ingest.strict_json import decode_text

FORM = "application/x-www-form-urlencoded"
Claim = Literal["changed", "hidden", "deleted"]
_MAX_FIELDS = 2_000
_MAX_ID = 2**53 - 1
# Of plug-ins that send hooks, of WordPress's own actions, and of the few lines in the documentation.
_ID_NAMES = ("post_id", "ID", "id", "object_id", "arg")
_INSIDE = ("post", "data", "payload")
_WHAT_NAMES = ("action", "event", "hook", "trigger", "new_status", "post_status", "status")
_DELETED = ("delete",)
_HIDDEN = ("trash", "unpublish", "draft", "private", "pending")


@dataclass(frozen=True, kw_only=True)
class Hint:
    """A claim about a post, to be checked at the site."""

    post: int
    claim: Claim


def read_hint(body: bytes, media_type: str) -> Hint:
    """The hint in a hook's body. Raises Refused."""
    text = decode_text(body)
    said = _form(text) if media_type == FORM else _json(text)
    post = next(
        (number for name in _ID_NAMES for each in _levels(said) if (number := _id(each.get(name)))), None
    )
    if post is None:
        raise invalid_field("/post_id", "missing", "name the post by its number: post_id")
    return Hint(post=post, claim=_claim(said))


def _json(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise invalid_field("", "hint", "send an object with post_id and action, as JSON or as a form")
    return found


def _form(text: str) -> Mapping[str, Any]:
    try:
        return dict(parse_qsl(text, max_num_fields=_MAX_FIELDS))
    except ValueError:
        raise invalid_field(
            "", "hint", f"send at most {_MAX_FIELDS} fields: post_id and action are enough"
        ) from None


def _levels(said: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield said
    for name in _INSIDE:
        if isinstance(inner := said.get(name), Mapping):
            yield inner


def _id(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= len(str(_MAX_ID)):
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MAX_ID else None


def _claim(said: Mapping[str, Any]) -> Claim:
    words = [
        value.lower()
        for each in _levels(said)
        for name in _WHAT_NAMES
        if isinstance(value := each.get(name), str)
    ]
    if any(sign in word for word in words for sign in _DELETED):
        return "deleted"
    return "hidden" if any(sign in word for word in words for sign in _HIDDEN) else "changed"
