"""The file of keys that ingest checks requests against and the command line edits.

A key is `nl_PREFIX_SECRET`. Only the sha256 of the whole is kept: its secret is 256 random bits, so there is
nothing to guess that a slow hash would protect. The prefix names a key in lists, in the audit and to revoke.
"""

import fcntl
import hashlib
import json
import os
import re
import secrets
import string
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from newsloom_runtime.whole_files import write_whole
from newsloom_schemas.identity import CANARY_SOURCE
from newsloom_schemas.types import SourceId

Scope = Literal["submit", "kill", "tags", "canary"]
# What tools may be given, for whatever source. The scope canary stands alone: it is submit and kill for the
# reserved source, and nothing for any other.
SCOPES: tuple[Scope, ...] = ("submit", "kill", "tags")
CANARY_SCOPE: Scope = "canary"
EVERY_SCOPE: tuple[Scope, ...] = (*SCOPES, CANARY_SCOPE)
EVERY_SOURCE = "*"
DEVELOPMENT_KEY = "dev"  # the name of the key that the local stack makes for itself
ACTIVE_AT_ONCE = 2  # the one in use and the one that replaces it
_HOW = (
    'a JSON list such as [{"name": "cms", "key_sha256": "...", '
    '"sources": ["my-paper"], "scopes": ["submit"]}], or make it with `newsloom keys create`'
)
_PREFIX_CHARS = string.ascii_lowercase + string.digits
_KEY = re.compile(r"^nl_([a-z0-9]{8})_[A-Za-z0-9_-]{43}$")


class KeysUnusable(ValueError):
    """The keys cannot be used or changed so; the message says what to do, and never what a key is."""


class KeyEntry(BaseModel):
    """One key: at rest only its hash. In INGEST_KEYS the key itself may stand instead.

    `rate` is how many requests a second it may make, `burst` how many at once; ingest's usual when absent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=100)
    prefix: str | None = Field(default=None, pattern="^[a-z0-9]{8}$")
    key: str | None = Field(default=None, min_length=16)
    key_sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    sources: tuple[SourceId | Literal["*"], ...] = Field(min_length=1)
    scopes: frozenset[Scope] = frozenset({"submit"})
    created_at: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None
    revoked_at: AwareDatetime | None = None
    rate: float | None = Field(default=None, gt=0, le=1e6, allow_inf_nan=False)
    burst: float | None = Field(default=None, ge=1, le=1e6, allow_inf_nan=False)

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if (self.key is None) == (self.key_sha256 is None):
            raise ValueError("give the key once: as key_sha256, or as key")
        return self

    @model_validator(mode="after")
    def _canary_alone(self) -> Self:
        if CANARY_SCOPE in self.scopes and (self.sources, self.scopes) != (
            (CANARY_SOURCE,),
            frozenset({CANARY_SCOPE}),
        ):
            raise ValueError(
                f"a key with the scope {CANARY_SCOPE} has no other scope,"
                f" and {CANARY_SOURCE} is its only source"
            )
        return self

    @property
    def digest(self) -> str:
        return self.key_sha256 or digest(self.key or "")

    @property
    def shown_prefix(self) -> str:
        """What names the key to people: its prefix, or the beginning of its hash when it was made by hand."""
        return self.prefix or prefix_of(self.key or "") or self.digest[:8]

    def state(self, now: datetime) -> Literal["active", "expired", "revoked"]:
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is not None and self.expires_at <= now:
            return "expired"
        return "active"


Keys = tuple[KeyEntry, ...]
_KEYS = TypeAdapter(Keys)


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """A key that was made now. `key` is shown once and kept nowhere."""

    key: str
    entry: KeyEntry


def digest(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def prefix_of(key: str) -> str | None:
    """The prefix of a key of our form; None for any other."""
    found = _KEY.match(key)
    return found[1] if found else None


def mint() -> str:
    """A new key. Raises nothing, costs a call of the system's random source."""
    prefix = "".join(secrets.choice(_PREFIX_CHARS) for _ in range(8))
    return f"nl_{prefix}_{secrets.token_urlsafe(32)}"


def read_keys(file: Path) -> Keys:
    """The keys of a file. Raises KeysUnusable."""
    try:
        return parse_keys(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise KeysUnusable(
            f"cannot read the keys in {file} ({type(error).__name__}):"
            f" set INGEST_KEYS_FILE to a file with {_HOW}"
        ) from None


def parse_keys(text: str, where: str) -> Keys:
    """The keys of a text from `where`. Raises KeysUnusable, for an empty list too."""
    try:
        entries = _KEYS.validate_python(json.loads(text))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = "".join(f"/{step}" for step in first["loc"]) or "/"
        raise KeysUnusable(
            f"the keys in {where} are wrong at {place}: {first['msg'].removeprefix('Value error, ')}"
        ) from None
    except ValueError:
        raise KeysUnusable(f"the keys in {where} are not JSON: write {_HOW}") from None
    if not entries:
        raise KeysUnusable(f"the list of keys in {where} is empty: write {_HOW}")
    return entries


def create_key(
    file: Path,
    *,
    name: str,
    sources: Sequence[str],
    scopes: Sequence[Scope],
    now: datetime,
    expires_at: datetime | None = None,
) -> NewKey:
    """Make a key and add it to the file, which is created when absent. Safe beside others who do the same.

    Raises KeysUnusable, when the name has two active keys already too: revoke one of them.
    """
    with _held(file):
        before = read_keys(file) if file.exists() else ()
        active = [each for each in before if each.name == name and each.state(now) == "active"]
        if len(active) >= ACTIVE_AT_ONCE:
            raise KeysUnusable(
                f"{name} has {len(active)} active keys already:"
                f" revoke the older one with `newsloom keys revoke {active[0].shown_prefix}`"
            )
        key = _unlike(before)
        entry = KeyEntry(
            name=name,
            prefix=prefix_of(key),
            key_sha256=digest(key),
            sources=tuple(sources),
            scopes=frozenset(scopes),
            created_at=now.replace(microsecond=0),
            expires_at=expires_at,
        )
        _write(file, (*before, entry))
    return NewKey(key=key, entry=entry)


def revoke_key(file: Path, prefix: str, *, now: datetime) -> KeyEntry:
    """Take a key back for ever; one that is revoked stays as it is. Raises KeysUnusable."""
    with _held(file):
        entries = read_keys(file)
        named = [each for each in entries if each.shown_prefix == prefix]
        if len(named) != 1:
            problem = "no key has" if not named else "several keys have"
            raise KeysUnusable(f"{problem} this prefix: see `newsloom keys list`")
        entry = named[0]
        if entry.revoked_at is None:
            entry = entry.model_copy(update={"revoked_at": now.replace(microsecond=0)})
            _write(file, tuple(entry if each is named[0] else each for each in entries))
    return entry


def put_keys(file: Path, change: Callable[[Keys], Keys]) -> None:
    """Change the file as a whole; it is created when absent. Raises KeysUnusable."""
    with _held(file):
        before = read_keys(file) if file.exists() else ()
        if (after := change(before)) != before:
            _write(file, after)


def _write(file: Path, entries: Keys) -> None:
    text = json.dumps(list(map(_document, entries)), indent=2, ensure_ascii=False) + "\n"
    write_whole(
        file, text, as_before=True
    )  # an ingest that cannot read it any more goes on with the old keys


def _document(entry: KeyEntry) -> dict[str, object]:
    document = entry.model_dump(mode="json", exclude_none=True)
    return {**document, "scopes": sorted(entry.scopes, key=EVERY_SCOPE.index)}


def _unlike(entries: Keys) -> str:
    """A key whose prefix no other has."""
    taken = {entry.shown_prefix for entry in entries}
    while prefix_of(key := mint()) in taken:
        pass
    return key


@contextmanager
def _held(file: Path) -> Iterator[None]:
    """One at a time may change the file. The lock is a file beside it: the file itself is replaced."""
    try:
        descriptor = os.open(file.with_name(f".{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise KeysUnusable(
            f"cannot change the keys in {file} ({type(error).__name__}): make its folder, and writable"
        ) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
