"""The development key of the local stack: every source, every scope, readable by its owner only."""

import hashlib
import json
import secrets

from newsloom.stack.home import Home, write_whole

SCOPES = ("submit", "kill", "tags")


def ensure_dev_key(home: Home) -> str | None:
    """Make sure that the key and ingest's list of keys exist and are private.

    Returns the key when it was made now, so that it can be shown once; None when it was there before.
    """
    made_now = not home.dev_key_file.exists()
    if made_now:
        write_whole(home.dev_key_file, f"nl_dev_{secrets.token_urlsafe(32)}\n")
    key = home.dev_key_file.read_text(encoding="utf-8").strip()
    _ensure_listed(home, key)
    for path in (home.dev_key_file, home.keys_file):
        path.chmod(0o600)
    return key if made_now else None


def _ensure_listed(home: Home, key: str) -> None:
    """Keys that a developer added by hand stay."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    listed = json.loads(home.keys_file.read_text(encoding="utf-8")) if home.keys_file.exists() else []
    if any(entry.get("key_sha256") == digest for entry in listed):
        return
    others = [entry for entry in listed if entry.get("name") != "dev"]
    dev = {"name": "dev", "key_sha256": digest, "sources": ["*"], "scopes": list(SCOPES)}
    write_whole(home.keys_file, json.dumps([dev, *others], indent=2) + "\n")
