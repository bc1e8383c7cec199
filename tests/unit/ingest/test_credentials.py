"""Keys: who may speak for which source, and what happens when the list of keys changes."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ingest.credentials import KeyRing, KeysUnusable
from ingest.refusal import Refused
from tests.integration.ingest.front_door import KEY, digest

OTHER = "another-key-of-the-paper"


def entry(key: str = KEY, **fields: Any) -> dict[str, Any]:
    return {"name": "paper", "key_sha256": digest(key), "sources": ["harbour"], "scopes": ["submit"]} | fields


def ring(*entries: dict[str, Any]) -> KeyRing:
    return KeyRing(inline=json.dumps(entries))


def refusal(keys: KeyRing, key: str, *, source: str | None = None, scope: Any = "submit") -> str:
    with pytest.raises(Refused) as refused:
        keys.authorise(f"Bearer {key}", scope=scope, source=source)
    return refused.value.code


def test_a_key_of_one_source_needs_no_selection() -> None:
    grant = ring(entry()).authorise(f"bearer  {KEY}", scope="submit", source=None)
    assert (grant.source, grant.key_name) == ("harbour", "paper")


def test_a_key_of_several_sources_selects_one_of_its_own() -> None:
    keys = ring(entry(sources=["harbour", "river"]))
    assert keys.authorise(f"Bearer {KEY}", scope="submit", source="river").source == "river"
    assert refusal(keys, KEY) == "source-missing"
    assert refusal(keys, KEY, source="lake") == "source"


def test_a_key_of_every_source_must_name_a_real_one() -> None:
    keys = ring(entry(sources=["*"]))
    assert keys.authorise(f"Bearer {KEY}", scope="submit", source="lake").source == "lake"
    for no_source in ("*", "Lake", "a/b", "", "x" * 64):
        assert refusal(keys, KEY, source=no_source) == "invalid"


def test_a_scope_that_the_key_does_not_have_is_refused() -> None:
    assert refusal(ring(entry()), KEY, scope="kill") == "scope"


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    write(file, [entry()], at=1)
    keys = KeyRing(file=file)
    assert refusal(keys, OTHER) == "unauthorized"

    write(file, [entry(OTHER)], at=2)
    assert keys.authorise(f"Bearer {OTHER}", scope="submit", source=None).source == "harbour"
    assert refusal(keys, KEY) == "unauthorized"


def test_a_broken_or_missing_file_leaves_the_former_keys_valid(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    write(file, [entry()], at=1)
    keys = KeyRing(file=file)
    file.write_text("{")
    assert keys.authorise(f"Bearer {KEY}", scope="submit", source=None).source == "harbour"
    file.unlink()
    assert keys.authorise(f"Bearer {KEY}", scope="submit", source=None).source == "harbour"


@pytest.mark.parametrize(
    ("inline", "advice"),
    [
        (None, "INGEST_KEYS_FILE"),
        ("", "INGEST_KEYS_FILE"),
        ("{", "not JSON"),
        ("[]", "empty"),
        ('[{"name": "x", "sources": ["a"]}]', "key_sha256"),
        ('[{"name": "x", "key_sha256": "zz", "sources": ["a"]}]', "/0/key_sha256"),
        ('[{"name": "x", "key": "a-key-that-is-long-enough", "sources": []}]', "/0/sources"),
        (
            '[{"name": "x", "key": "a-key-that-is-long-enough", "sources": ["a"], "scopes": ["fly"]}]',
            "/0/scopes",
        ),
    ],
)
def test_without_usable_keys_the_service_says_what_to_set(inline: str | None, advice: str) -> None:
    with pytest.raises(KeysUnusable, match=advice) as refused:
        KeyRing(inline=inline)
    assert "long-enough" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeysUnusable, match=r"keys\.json.*INGEST_KEYS_FILE"):
        KeyRing(file=tmp_path / "keys.json")


def write(file: Path, entries: list[dict[str, Any]], *, at: int) -> None:
    """Write with a chosen time, so that a quick second write is a change on every file system."""
    file.write_text(json.dumps(entries))
    os.utime(file, (at, at))
