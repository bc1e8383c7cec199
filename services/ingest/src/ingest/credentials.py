"""Who is asking and for which source: the source of an article always comes from its key."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import structlog
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from ingest.refusal import Refused, invalid_parameter
from ingest.strict_json import field_errors
from newsloom_schemas.types import SourceId

Scope = Literal["submit", "kill", "tags"]
EVERY_SOURCE = "*"
_HOW = (
    'a JSON list such as [{"name": "cms", "key_sha256": "...", '
    '"sources": ["my-paper"], "scopes": ["submit"]}]'
)


class KeysUnusable(ValueError):
    """There are no keys to check requests against; the message says what to set."""


class KeyEntry(BaseModel):
    """One key: at rest only its hash. In INGEST_KEYS the key itself may stand instead."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=100)
    key: str | None = Field(default=None, min_length=16)
    key_sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    sources: tuple[SourceId | Literal["*"], ...] = Field(min_length=1)
    scopes: frozenset[Scope] = frozenset({"submit"})

    @model_validator(mode="after")
    def _one_secret(self) -> "KeyEntry":
        if (self.key is None) == (self.key_sha256 is None):
            raise ValueError("give the key once: as key_sha256, or as key")
        return self

    @property
    def digest(self) -> str:
        return self.key_sha256 or _digest(self.key or "")

    def speaks_for(self, source: str) -> bool:
        return source in self.sources or EVERY_SOURCE in self.sources


class _Named(BaseModel):
    source: SourceId


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
        if scope not in self.scopes:
            raise Refused("scope", f"use a key with the scope {scope}")


class KeyRing:
    """The keys of a file, read again whenever it changes, and those of the environment."""

    def __init__(self, *, file: Path | None = None, inline: str | None = None) -> None:
        """Raises KeysUnusable when there is nothing to read or it cannot be read."""
        if file is None and not inline:
            raise KeysUnusable(
                f"no keys: set INGEST_KEYS_FILE to a file, or INGEST_KEYS to a text, with {_HOW}"
            )
        self._inline = _parse(inline, "INGEST_KEYS") if inline else ()
        self._file = file
        self._stamp = _stamp(file) if file else None
        self._filed = _read(file) if file else ()

    def authorise(self, authorization: str | None, *, scope: Scope, source: str | None) -> Grant:
        """The grant for a request.

        Raises Refused: `unauthorized`, `scope`, `source`, `source-missing`, `invalid`.
        """
        entry = self._find(authorization)
        if entry is None:
            raise Refused("unauthorized", "send a valid key: Authorization: Bearer KEY")
        if scope not in entry.scopes:
            _audit(entry, "scope", scope=scope)
            raise Refused("scope", f"use a key with the scope {scope}")
        return Grant(
            source=_choose(entry, source),
            key_name=entry.name,
            credential=f"key:{entry.digest[:16]}",
            scopes=entry.scopes,
        )

    def _find(self, authorization: str | None) -> KeyEntry | None:
        scheme, _, token = (authorization or "").partition(" ")
        digest = _digest(token.strip())
        found = None
        for entry in self._current():  # all of them, so that the time tells nothing
            if hmac.compare_digest(entry.digest, digest):
                found = entry
        return found if scheme.lower() == "bearer" else None

    def _current(self) -> Sequence[KeyEntry]:
        if self._file is not None and (stamp := _stamp(self._file)) != self._stamp:
            self._stamp = stamp
            try:
                self._filed = _read(self._file)
            except KeysUnusable as error:
                structlog.get_logger().error(
                    "keys_not_reloaded", why=str(error), effect="the former keys stay valid"
                )
        return (*self._filed, *self._inline)


def _choose(entry: KeyEntry, asked: str | None) -> str:
    if asked is None:
        if len(entry.sources) == 1 and entry.sources[0] != EVERY_SOURCE:
            return entry.sources[0]
        raise Refused("source-missing", "add ?source= to the address: this key speaks for several sources")
    try:
        source = _Named(source=asked).source
    except ValidationError:
        detail = "write the source in lower-case letters, digits and hyphens, at most 63"
        raise invalid_parameter("source", "source", detail) from None
    if not entry.speaks_for(source):
        _audit(entry, "source", source=source)
        raise Refused("source", "use a key of this source, or leave ?source= out")
    return source


def _audit(entry: KeyEntry, code: str, **what: str) -> None:
    structlog.get_logger().warning("refused", code=code, key=entry.name, **what)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino


def _read(file: Path) -> tuple[KeyEntry, ...]:
    try:
        return _parse(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise KeysUnusable(
            f"cannot read the keys in {file} ({type(error).__name__}):"
            f" set INGEST_KEYS_FILE to a file with {_HOW}"
        ) from None


def _parse(text: str, where: str) -> tuple[KeyEntry, ...]:
    try:
        entries = TypeAdapter(tuple[KeyEntry, ...]).validate_python(json.loads(text))
    except ValidationError as error:
        first = field_errors(error)[0]
        raise KeysUnusable(
            f"the keys in {where} are wrong at {first.pointer or '/'}: {first.detail}"
        ) from None
    except ValueError:
        raise KeysUnusable(f"the keys in {where} are not JSON: write {_HOW}") from None
    if not entries:
        raise KeysUnusable(f"the list of keys in {where} is empty: write {_HOW}")
    return entries
