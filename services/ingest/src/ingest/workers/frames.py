"""How the service and its worker processes talk: pickled values in frames over the worker's own pipes."""

import pickle
import struct
from dataclasses import dataclass
from typing import Any, Final

LENGTH: Final = struct.Struct(">I")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What the work returned."""

    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The work failed by a bug; `error` is the class of the exception."""

    error: str


def pack(value: Any) -> bytes:
    """A value as one frame."""
    payload = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(payload)) + payload
