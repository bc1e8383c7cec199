"""The one way in which ingest reads an address that somebody else named: a port; a guard stands behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """An answer, of any status. `headers` by lower-case name."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class FetchRefused(Exception):
    """The guard does not read this address; the message says what to register."""


class FetchFailed(Exception):
    """The host gave no usable answer; the same again may succeed."""


class Fetcher(Protocol):
    """Reads an address of a host that is allowed.

    Raises FetchRefused (never to be repeated) for what the guard forbids, FetchFailed for the rest.
    """

    async def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Fetched: ...


class NoFetcher:
    """Reads nothing at all."""

    async def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Fetched:
        raise FetchRefused("no host is allowed: register the source's site")
