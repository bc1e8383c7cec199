"""The keys of the local stack, readable by their owner only: the developer's and the canary's."""

from typing import TYPE_CHECKING

from newsloom.stack.errors import StackError
from newsloom.stack.home import Home
from newsloom_runtime.whole_files import write_whole

if TYPE_CHECKING:
    from newsloom_runtime.keys_file import KeyEntry

UNBOUNDED = 1e6  # benches and the demo send as fast as the machine goes


def ensure_dev_key(home: Home) -> str | None:
    """Make sure that the key and ingest's list of keys exist and are private.

    Returns the key when it was made now, so that it can be shown once; None when it was there before.
    """
    from newsloom_runtime.keys_file import mint  # with the models, needed only here

    made_now = not home.dev_key_file.exists()
    if made_now:
        write_whole(home.dev_key_file, f"{mint()}\n")
    key = home.dev_key_file.read_text(encoding="utf-8").strip()
    _ensure_listed(home, key)
    for path in (home.dev_key_file, home.keys_file):
        path.chmod(0o600)
    return key if made_now else None


def ensure_canary_key(home: Home) -> None:
    """Make sure that the canary has its key, and that ingest knows it."""
    from newsloom_runtime import keys_file
    from newsloom_schemas.identity import CANARY_SOURCE

    if not home.canary_key_file.exists():
        write_whole(home.canary_key_file, f"{keys_file.mint()}\n")
    home.canary_key_file.chmod(0o600)
    key = home.canary_key_file.read_text(encoding="utf-8").strip()
    entry = keys_file.KeyEntry(
        name=CANARY_SOURCE,
        prefix=keys_file.prefix_of(key),
        key_sha256=keys_file.digest(key),
        sources=(CANARY_SOURCE,),
        scopes=frozenset({keys_file.CANARY_SCOPE}),
    )
    _list(home, entry)


def _ensure_listed(home: Home, key: str) -> None:
    from newsloom_runtime import keys_file

    dev = keys_file.KeyEntry(
        name=keys_file.DEVELOPMENT_KEY,
        prefix=keys_file.prefix_of(key),
        key_sha256=keys_file.digest(key),
        sources=(keys_file.EVERY_SOURCE,),
        scopes=frozenset(keys_file.SCOPES),
        rate=UNBOUNDED,
        burst=UNBOUNDED,
    )
    _list(home, dev)


def _list(home: Home, entry: "KeyEntry") -> None:
    """Put a key into ingest's list in the place of others of its name. Keys that a developer added stay."""
    from newsloom_runtime import keys_file

    try:
        keys_file.put_keys(
            home.keys_file, lambda keys: (entry, *(each for each in keys if each.name != entry.name))
        )
    except keys_file.KeysUnusable as error:
        raise StackError(str(error), fix=f"mend or remove {home.keys_file}") from error
