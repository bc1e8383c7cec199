"""The places that ingest may read: scheme, host and port exactly as an operator registered them."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Self

import httpx2

from ingest.fetching.port import FetchRefused

MAX_URL_CHARS = 2048
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request goes. `host` in lower case, in letters that DNS knows."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Self:
        """The origin of an address. Raises FetchRefused for what is no plain http(s) address."""
        return cls._of(parsed(url))

    @classmethod
    def _of(cls, url: httpx2.URL) -> Self:
        return cls(url.scheme, _host(url), url.port or _PORTS[url.scheme])

    @property
    def netloc(self) -> str:
        """As the header Host has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def parsed(url: str) -> httpx2.URL:
    """A plain http(s) address of a host. Raises FetchRefused."""
    if len(url) > MAX_URL_CHARS or any(ch.isspace() or ch == "\\" for ch in url):
        raise FetchRefused(f"write an address of at most {MAX_URL_CHARS} characters without spaces")
    try:
        found = httpx2.URL(url)
    except (httpx2.InvalidURL, UnicodeError, ValueError):
        raise FetchRefused("write a complete address such as https://paper.example/feed") from None
    if found.scheme not in _PORTS or not found.raw_host:
        raise FetchRefused("write an address that starts with https:// or http://")
    if found.userinfo:
        raise FetchRefused("remove the user name and password from the address")
    if found.raw_host.endswith(b"."):
        raise FetchRefused("remove the dot behind the host's name")
    if found.port is not None and not 0 < found.port < 65536:
        raise FetchRefused("write a port from 1 to 65535")
    return found


def _host(url: httpx2.URL) -> str:
    host = url.raw_host.decode("ascii")
    return str(IPv6Address(host)) if ":" in host else host


def origins(urls: Iterable[str]) -> frozenset[Origin]:
    """The origins of registered addresses; one that is no address allows nothing."""
    found = set()
    for url in urls:
        try:
            found.add(Origin.of(url))
        except FetchRefused:
            continue
    return frozenset(found)
