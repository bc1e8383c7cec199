"""How the service and its worker processes talk: pickled values in frames over the worker's own pipes."""

import pickle
import struct
from asyncio import StreamReader
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from newsloom_schemas.article import ArticleContent
from newsloom_schemas.enrichment import Tag

_LENGTH: Final = struct.Struct(">I")


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyse:
    """Asks for everything about one revision. `off`: enrichers not to run, each with the reason."""

    source: str
    content: ArticleContent
    off: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexKeys:
    """Asks for the index keys of a published article."""

    source: str
    content: ArticleContent
    language: str
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The worker has loaded its models. `rss_mb` is its memory then, in megabytes.

    `left_out` tells of installed enrichers that it goes without, each with the reason.
    """

    rss_mb: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An enricher starts: should nothing more be heard, it is to blame."""

    enricher: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The request failed in the worker; `error` is the class of the exception."""

    error: str


def pack(value: Any) -> bytes:
    """A value as one frame."""
    payload = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(payload)) + payload


def read(stream: BinaryIO) -> Any | None:
    """The next value, None at the end of the stream: the other side is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    payload = stream.read(_LENGTH.unpack(head)[0])
    return pickle.loads(payload)  # noqa: S301 - the other end is the process that started this one


async def receive(stream: StreamReader) -> Any:
    """The next value; raises IncompleteReadError when the other side is gone."""
    head = await stream.readexactly(_LENGTH.size)
    payload = await stream.readexactly(_LENGTH.unpack(head)[0])
    return pickle.loads(payload)  # noqa: S301 - the other end is a process that this one started
