"""Reads addresses of registered hosts alone: connections to checked addresses, answers within bounds."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence, Set
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Self

import httpx2

from ingest.fetching.allowed_origins import Origin, origins, parsed
from ingest.fetching.port import Fetched, FetchFailed, FetchRefused
from ingest.fetching.public_address import is_inside, is_public
from ingest.source_register import SourceRegister

MAX_BYTES = 4 * 1024 * 1024
MAX_ADDRESSES_TRIED = 3
AT_ONCE = 4  # readings of one site: a burst of hooks must not bring a small site down
TOTAL_S = 10.0
CONNECT_S = 4.0
_NOT_MODIFIED = 304

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""From a host and a port to its addresses. Raises OSError."""


class GuardedFetcher:
    """A Fetcher for hosts that are registered.

    A name is resolved once, every address that it has must be public (or, for the hosts in `inside`, of a
    private network), and the connection goes to one of exactly these, so that a name which changes its mind
    in between changes nothing. TLS still checks the name. Redirects are not followed, proxies of the
    environment not used, cookies and connections not kept, compression neither asked for nor undone.
    """

    def __init__(
        self,
        *,
        allowed: Callable[[], Set[Origin]],
        agent: str,
        inside: Set[str] = frozenset(),
        resolve: Resolve | None = None,
        total_s: float = TOTAL_S,
        max_bytes: int = MAX_BYTES,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`allowed` is asked anew for each address; `agent` says who reads and how to reach them."""
        self._allowed = allowed
        self._agent = agent
        self._inside = inside
        self._resolve = resolve or system_addresses
        self._total_s = total_s
        self._max_bytes = max_bytes
        self._turns: dict[Origin, asyncio.Semaphore] = {}  # as many as are registered
        # Made once: reading the certificates of all authorities takes tens of milliseconds. A house's own
        # authority comes by SSL_CERT_FILE.
        self._tls = tls or httpx2.create_ssl_context()

    @classmethod
    def of_sources(cls, register: SourceRegister, *, inside: Sequence[str], contact: str) -> Self:
        """A fetcher of what the sources say now that newsloom should read. `contact` is an address of the web
        or of mail, for whoever runs the sites."""

        def allowed() -> Set[Origin]:
            profiles = register.current().values()
            return origins(url for profile in profiles for url in profile.read_from)

        agent = f"newsloom/{version('ingest')} (+{contact})"
        return cls(allowed=allowed, agent=agent, inside=frozenset(map(str.lower, inside)))

    async def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Fetched:
        """The answer, of any status but a redirection. Raises FetchRefused, FetchFailed."""
        address = parsed(url)
        origin = Origin.of(url)
        if origin not in self._allowed():
            raise FetchRefused("register the host: only addresses of registered feeds and sites are read")
        async with self._turn(origin):
            try:
                async with asyncio.timeout(self._total_s):
                    return await self._read(address, origin, headers or {})
            except TimeoutError:
                raise FetchFailed(f"the host gave no whole answer within {self._total_s:g} s") from None

    @asynccontextmanager
    async def _turn(self, origin: Origin) -> AsyncIterator[None]:
        turns = self._turns.setdefault(origin, asyncio.Semaphore(AT_ONCE))
        try:
            async with asyncio.timeout(self._total_s):
                await turns.acquire()
        except TimeoutError:
            raise FetchFailed("too many readings of the host wait for its answers") from None
        try:
            yield
        finally:
            turns.release()

    async def _read(self, address: httpx2.URL, origin: Origin, headers: Mapping[str, str]) -> Fetched:
        failure = "the host has no address"
        for checked in (await self._checked(origin))[:MAX_ADDRESSES_TRIED]:
            try:
                return await self._read_from(checked, address, origin, headers)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failure = f"the host cannot be reached ({type(error).__name__})"
            except httpx2.HTTPError as error:
                raise FetchFailed(f"the host broke off ({type(error).__name__})") from None
        raise FetchFailed(failure)

    async def _checked(self, origin: Origin) -> Sequence[str]:
        """The addresses of a host, all of them fit to connect to."""
        try:
            found = await self._resolve(origin.host, origin.port)
        except (OSError, UnicodeError):
            raise FetchFailed("the host's name cannot be resolved") from None
        fits = is_inside if origin.host in self._inside else is_public
        if not all(map(fits, found)):
            raise FetchRefused(
                "the host's name leads into a private network: if that is meant, name the host in"
                " INGEST_FETCH_INSIDE"
            )
        return found

    async def _read_from(
        self, checked: str, address: httpx2.URL, origin: Origin, headers: Mapping[str, str]
    ) -> Fetched:
        own = {"host": origin.netloc, "user-agent": self._agent, "accept-encoding": "identity"}
        client = httpx2.AsyncClient(
            verify=self._tls,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx2.Timeout(self._total_s, connect=CONNECT_S),
            limits=httpx2.Limits(max_connections=1, max_keepalive_connections=0),
        )
        # The name is left to TLS and to the header; what is connected to is the checked address.
        async with (
            client,
            client.stream(
                "GET",
                address.copy_with(host=checked),
                headers={**headers, **own},
                extensions={"sni_hostname": origin.host},
            ) as response,
        ):
            return await self._taken(response)

    async def _taken(self, response: httpx2.Response) -> Fetched:
        headers = {name.lower(): value for name, value in response.headers.items()}
        if response.is_redirect and response.status_code != _NOT_MODIFIED:
            raise FetchRefused("the host redirects: register the address to which it redirects")
        if headers.get("content-encoding", "identity").lower() not in ("", "identity"):
            raise FetchFailed("the host compresses although asked not to: let it send the answer plain")
        return Fetched(status=response.status_code, body=await self._capped(response), headers=headers)

    async def _capped(self, response: httpx2.Response) -> bytes:
        read = bytearray()
        async for chunk in response.aiter_raw():
            read += chunk
            if len(read) > self._max_bytes:
                raise FetchFailed(f"the answer is larger than {self._max_bytes} bytes: let it have less")
        return bytes(read)


async def system_addresses(host: str, port: int) -> Sequence[str]:
    """What the system's resolver says, each address once. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))
