"""The development key of the local stack: every source, every scope, readable by its owner only."""

from newsloom.stack.errors import StackError
from newsloom.stack.home import Home
from newsloom_runtime.whole_files import write_whole

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


def _ensure_listed(home: Home, key: str) -> None:
    """Keys that a developer added stay."""
    from newsloom_runtime import keys_file

    dev = keys_file.KeyEntry(
        name="dev",
        prefix=keys_file.prefix_of(key),
        key_sha256=keys_file.digest(key),
        sources=(keys_file.EVERY_SOURCE,),
        scopes=frozenset(keys_file.SCOPES),
        rate=UNBOUNDED,
        burst=UNBOUNDED,
    )
    try:
        keys_file.put_keys(
            home.keys_file, lambda keys: (dev, *(entry for entry in keys if entry.name != "dev"))
        )
    except keys_file.KeysUnusable as error:
        raise StackError(str(error), fix=f"mend or remove {home.keys_file}") from error
