"""The public keys with which an identity provider signs: kept, and fetched again when it changes them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from time import monotonic

import httpx2
import jwt
import structlog
from pydantic import BaseModel, ValidationError

FETCH_EVERY_S = 30.0  # at most, however many tokens name a key that nobody knows
OLD_AFTER_S = 600.0  # a key that the provider took back is believed no longer than this
TIMEOUT_S = 3.0
MOST_BYTES = 256 * 1024
_UNUSABLE = ("oct",)  # key types that are shared secrets

Fetch = Callable[[], Awaitable[bytes]]


class _KeySet(BaseModel):
    keys: list[dict[str, object]]


class SigningKeys:
    """The keys by their id. The former ones serve while new ones cannot be had."""

    def __init__(self, fetch: Fetch, *, now: Callable[[], float] = monotonic) -> None:
        self._fetch = fetch
        self._now = now
        self._keys: Mapping[str | None, jwt.PyJWK] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._fetching = asyncio.Lock()

    def get(self, key_id: str | None) -> jwt.PyJWK | None:
        """A key that is here; without an id the only one."""
        if key_id is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(key_id)

    async def seek(self, key_id: str | None) -> None:
        """Fetch the keys when this one is not among them, or they are old; not too often. Never raises."""
        known = self.get(key_id) is not None
        if known and (not self._is_old() or self._fetching.locked()):
            return
        async with self._fetching:
            if self._may_try() and (self.get(key_id) is None or self._is_old()):
                await self._renew()

    async def _renew(self) -> None:
        self._tried_at = self._now()
        try:
            self._keys = _read(await self._fetch())
        except (OSError, httpx2.HTTPError, ValueError, jwt.PyJWTError) as error:
            structlog.get_logger().error(
                "signing_keys_not_fetched",
                why=type(error).__name__,
                effect="the former keys stay valid",
                fix="look at INGEST_JWT_JWKS_URL or INGEST_JWT_JWKS_FILE",
            )
        else:
            self._fetched_at = self._now()

    def _is_old(self) -> bool:
        return self._fetched_at is None or self._now() - self._fetched_at > OLD_AFTER_S

    def _may_try(self) -> bool:
        return self._tried_at is None or self._now() - self._tried_at >= FETCH_EVERY_S


def from_file(path: Path) -> Fetch:
    """Keys in a file that the operator keeps."""

    async def fetch() -> bytes:
        return await asyncio.to_thread(path.read_bytes)

    return fetch


def from_url(url: str) -> Fetch:
    """Keys where the provider publishes them. The operator names the address: no guard stands before it."""

    async def fetch() -> bytes:
        async with (
            asyncio.timeout(TIMEOUT_S),
            httpx2.AsyncClient(timeout=TIMEOUT_S) as client,
            client.stream("GET", url) as response,
        ):
            response.raise_for_status()
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise ValueError(f"more than {MOST_BYTES} bytes of keys")
            return body

    return fetch


def _read(raw: bytes) -> Mapping[str | None, jwt.PyJWK]:
    """Those keys of a JWK set that can verify a signature. Raises ValueError when there is none."""
    found: dict[str | None, jwt.PyJWK] = {}
    try:
        documents = _KeySet.model_validate_json(raw).keys
    except ValidationError:
        raise ValueError("no JWK set") from None
    for document in documents:
        if document.get("kty") in _UNUSABLE or document.get("use") == "enc" or "d" in document:
            continue
        try:
            key = jwt.PyJWK(document)
            found[key.key_id] = key
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
            continue  # of a kind that the library does not know, or no key at all: another one may do
    if not found:
        raise ValueError("no key that can verify")
    return found
