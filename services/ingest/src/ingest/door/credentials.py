"""Who is asking and for which source: the source of an article always comes from its credential."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ValidationError

from ingest.door.token_buckets import Pace
from ingest.refusal import Refused, invalid_parameter
from newsloom_runtime.keys_file import (
    CANARY_SCOPE,
    EVERY_SOURCE,
    KeyEntry,
    Keys,
    KeysUnusable,
    Scope,
    digest,
    parse_keys,
    read_keys,
)
from newsloom_runtime.watched_file import WatchedFile
from newsloom_schemas.identity import CANARY_SOURCE
from newsloom_schemas.types import SourceId

__all__ = ["Grant", "Identity", "KeyRing", "KeysUnusable", "Scope", "Unknown", "permit"]

NO_KEY = "send a valid key: Authorization: Bearer KEY"  # the same for every reason: it tells nothing
# What the scope canary is worth, for the one source that it has.
CANARY_DEEDS: frozenset[Scope] = frozenset({"submit", "kill"})


class _Named(BaseModel):
    source: SourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a credential belongs to. `credential` tells it from all others and holds nothing secret.

    `prefix` is what an operator finds it by. `pace` is its own limit, if it has one.
    """

    name: str
    prefix: str
    credential: str
    sources: tuple[str, ...]
    scopes: frozenset[Scope]
    pace: Pace | None = None

    def speaks_for(self, source: str) -> bool:
        """Whether the credential is one of this source."""
        return source in self.sources or EVERY_SOURCE in self.sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a request may do: speak for this source, under the name of this key, within these scopes.

    `credential` tells one credential from all others and holds nothing secret.
    """

    source: str
    key_name: str
    credential: str = ""
    scopes: frozenset[Scope] = frozenset({"submit"})

    def need(self, scope: Scope) -> None:
        """Raises Refused: `scope`."""
        _need(self.scopes, scope)


class Unknown(Refused):
    """Nobody who may come in. `why`, `name` and `prefix` are for the audit; the answer is always the same."""

    def __init__(self, why: str, *, name: str | None = None, prefix: str | None = None) -> None:
        super().__init__("unauthorized", NO_KEY)
        self.why = why
        self.name = name
        self.prefix = prefix


def permit(identity: Identity, *, scope: Scope, source: str | None) -> Grant:
    """The grant for what a request wants to do.

    Raises Refused: `scope`, `source`, `source-missing`, `reserved-source`, `invalid`.
    """
    scopes = CANARY_DEEDS if CANARY_SCOPE in identity.scopes else identity.scopes
    _need(scopes, scope)
    return Grant(
        source=_allowed(identity, _choose(identity, source)),
        key_name=identity.name,
        credential=identity.credential,
        scopes=scopes,
    )


def bearer_token(authorization: str | None) -> str | None:
    """What stands behind `Bearer` in the header Authorization."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


class KeyRing:
    """The keys of a file, read again whenever it changes, and those of the environment."""

    def __init__(
        self,
        *,
        file: Path | None = None,
        inline: str | None = None,
        needed: bool = True,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Raises KeysUnusable when there is nothing to read though it is `needed`, or it cannot be read."""
        if file is None and not inline and needed:
            raise KeysUnusable(
                "no keys: set INGEST_KEYS_FILE to a file made with `newsloom keys create --file FILE`,"
                " or INGEST_KEYS to such a list"
            )
        self._now = now
        self._inline = parse_keys(inline, "INGEST_KEYS") if inline else ()
        self._file = (
            WatchedFile(file, self._filed, unusable=KeysUnusable, what="keys") if file is not None else None
        )
        self._entries = _by_digest(self._inline)

    def authorise(self, authorization: str | None, *, scope: Scope, source: str | None) -> Grant:
        """The grant for a request.

        Raises Refused: `unauthorized`, `scope`, `source`, `source-missing`, `reserved-source`, `invalid`.
        """
        return permit(self.identify(bearer_token(authorization)), scope=scope, source=source)

    def identify(self, token: str | None) -> Identity:
        """Whose key this is. Raises Unknown."""
        if token is None:
            raise Unknown("no-key")
        # What is looked up is a hash of what was sent, so that time tells nothing about the keys there are.
        entry = self._current().get(digest(token))
        if entry is None:
            raise Unknown("unknown-key")
        state = entry.state(self._now())
        if state != "active":
            raise Unknown(f"{state}-key", name=entry.name, prefix=entry.shown_prefix)
        return Identity(
            name=entry.name,
            prefix=entry.shown_prefix,
            credential=f"key:{entry.digest[:16]}",
            sources=entry.sources,
            scopes=entry.scopes,
            pace=_pace(entry),
        )

    def _current(self) -> Mapping[str, KeyEntry]:
        return self._entries if self._file is None else self._file.current()

    def _filed(self, file: Path) -> Mapping[str, KeyEntry]:
        return _by_digest((*read_keys(file), *self._inline))


def _by_digest(entries: Keys) -> Mapping[str, KeyEntry]:
    return {entry.digest: entry for entry in entries}


def _need(scopes: frozenset[Scope], scope: Scope) -> None:
    if scope not in scopes:
        raise Refused("scope", f"use a key with the scope {scope}")


def _pace(entry: KeyEntry) -> Pace | None:
    if entry.rate is None:
        return None
    return Pace(per_second=entry.rate, burst=entry.burst or max(1.0, 2 * entry.rate))


def _choose(identity: Identity, asked: str | None) -> str:
    if asked is None:
        if len(identity.sources) == 1 and identity.sources[0] != EVERY_SOURCE:
            return identity.sources[0]
        raise Refused("source-missing", "add ?source= to the address: this key speaks for several sources")
    try:
        source = _Named(source=asked).source
    except ValidationError:
        detail = "write the source in lower-case letters, digits and hyphens, at most 63"
        raise invalid_parameter("source", "source", detail) from None
    if source not in identity.sources and EVERY_SOURCE not in identity.sources:
        raise Refused("source", "use a key of this source, or leave ?source= out")
    return source


def _allowed(identity: Identity, source: str) -> str:
    """The reserved source is the canary's alone, and the canary has no other, whatever else a key says."""
    if CANARY_SCOPE in identity.scopes and source != CANARY_SOURCE:
        raise Refused("source", f"use a key of this source: one with the scope {CANARY_SCOPE} has no other")
    if CANARY_SCOPE not in identity.scopes and source == CANARY_SOURCE:
        raise Refused("reserved-source", f"use another source, or a key with the scope {CANARY_SCOPE}")
    return source
