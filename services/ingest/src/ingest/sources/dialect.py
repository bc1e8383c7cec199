"""What a dialect is: an address, a media type, and a pure function to the one form that ingest accepts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from newsloom_schemas.submission import Submission


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What arrived: the raw body and the options beside it (the query of the address)."""

    body: bytes
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """One form of delivery. `parse` raises Refused and nothing else; `options` says what each means."""

    name: str
    path: str
    media_type: str
    summary: str
    description: str
    example: str
    parse: Callable[[Delivery], Submission]
    options: Mapping[str, str] = field(default_factory=dict)
    model: type[Submission] | None = None
