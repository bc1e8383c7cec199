"""The event contract of newsloom: models, envelope, catalogue, codec; it needs pydantic only.

    >>> from newsloom_schemas import UndecodableEvent, decode
    >>> event = decode(record.value, record.headers)  # the newest model, or UndecodableEvent with a reason

What this module offers is what other teams build on; each name is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsloom_schemas.base import Event
    from newsloom_schemas.catalog import EVENTS, TOPICS, Topic
    from newsloom_schemas.codec import decode, decode_record, encode
    from newsloom_schemas.envelope import Reason, UndecodableEvent, WireRecord
    from newsloom_schemas.published import Example, examples, schema_of

__all__ = [
    "EVENTS",
    "TOPICS",
    "Event",
    "Example",
    "Reason",
    "Topic",
    "UndecodableEvent",
    "WireRecord",
    "decode",
    "decode_record",
    "encode",
    "examples",
    "schema_of",
]

_HOMES = {
    "base": ("Event",),
    "catalog": ("EVENTS", "TOPICS", "Topic"),
    "codec": ("decode", "decode_record", "encode"),
    "envelope": ("Reason", "UndecodableEvent", "WireRecord"),
    "published": ("Example", "examples", "schema_of"),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"newsloom_schemas.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
