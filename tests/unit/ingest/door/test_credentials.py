"""Keys: who may speak for which source, and what happens when the list of keys changes."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.door.credentials import Identity, KeyRing, KeysUnusable, Unknown, permit
from ingest.door.token_buckets import Pace
from ingest.refusal import Refused
from tests.integration.ingest.front_door import KEY, digest

OTHER = "another-key-of-the-paper"
MOMENT_OF_EXPIRY = datetime(2026, 11, 5, 6, 30, tzinfo=UTC)


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


@pytest.mark.parametrize(
    "ended", [{"expires_at": "2026-11-05T06:30:00Z"}, {"revoked_at": "2026-01-01T00:00:00Z"}]
)
def test_a_key_that_ended_is_refused_as_an_unknown_one_is_and_only_the_audit_knows_why(
    ended: dict[str, str],
) -> None:
    keys = KeyRing(inline=json.dumps([entry(**ended), entry(OTHER)]), now=lambda: MOMENT_OF_EXPIRY)
    with pytest.raises(Unknown) as known:
        keys.authorise(f"Bearer {KEY}", scope="submit", source=None)
    with pytest.raises(Unknown) as unknown:
        keys.authorise("Bearer nobody", scope="submit", source=None)
    assert (known.value.code, str(known.value)) == (unknown.value.code, str(unknown.value))
    assert (known.value.name, known.value.prefix) == ("paper", digest(KEY)[:8])
    assert unknown.value.why == "unknown-key"
    assert known.value.why in ("expired-key", "revoked-key")


def test_a_key_is_valid_until_it_expires() -> None:
    keys = KeyRing(
        inline=json.dumps([entry(expires_at="2026-11-05T06:30:00.001Z")]), now=lambda: MOMENT_OF_EXPIRY
    )
    assert keys.authorise(f"Bearer {KEY}", scope="submit", source=None).key_name == "paper"


def test_a_key_may_have_a_pace_of_its_own() -> None:
    assert ring(entry()).identify(KEY).pace is None
    assert ring(entry(rate=5, burst=7)).identify(KEY).pace == Pace(per_second=5, burst=7)
    assert ring(entry(rate=5)).identify(KEY).pace == Pace(per_second=5, burst=10)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", f"Basic {KEY}", KEY, f"Token {KEY}"])
def test_only_a_bearer_token_is_looked_at(header: str | None) -> None:
    with pytest.raises(Unknown):
        ring(entry()).authorise(header, scope="submit", source=None)


def write(file: Path, entries: list[dict[str, Any]], *, at: int) -> None:
    """Write with a chosen time, so that a quick second write is a change on every file system."""
    file.write_text(json.dumps(entries))
    os.utime(file, (at, at))


def canary(**fields: Any) -> dict[str, Any]:
    return entry(**({"name": "canary", "sources": ["canary"], "scopes": ["canary"]} | fields))


@pytest.mark.parametrize("sources", [["*"], ["canary"], ["harbour", "canary"]])
def test_nobody_but_the_canary_writes_the_reserved_source(sources: list[str]) -> None:
    keys = ring(entry(sources=sources, scopes=["submit", "kill", "tags"]))
    for scope in ("submit", "kill", "tags"):
        assert refusal(keys, KEY, source="canary", scope=scope) == "reserved-source"
    if sources == ["canary"]:
        assert refusal(keys, KEY) == "reserved-source"


def test_the_canary_submits_and_kills_and_writes_no_other_source() -> None:
    keys = ring(canary())
    for scope in ("submit", "kill"):
        assert keys.authorise(f"Bearer {KEY}", scope=scope, source=None).source == "canary"
    grant = keys.authorise(f"Bearer {KEY}", scope="submit", source="canary")
    grant.need("kill")
    assert refusal(keys, KEY, scope="tags") == "scope"
    assert refusal(keys, KEY, source="harbour") == "source"


@pytest.mark.parametrize(
    "more",
    [
        {"sources": ["*"]},
        {"sources": ["canary", "harbour"]},
        {"sources": ["harbour"]},
        {"scopes": ["canary", "submit"]},
    ],
)
def test_a_key_with_the_scope_canary_can_have_nothing_else(more: dict[str, Any]) -> None:
    with pytest.raises(KeysUnusable, match="canary is its only source"):
        ring(canary(**more))


def test_a_credential_of_another_kind_cannot_widen_the_scope_canary() -> None:
    """A token's claims are its provider's: what they say beside the scope canary opens nothing."""
    wide = Identity(
        name="robot",
        prefix="token",
        credential="token:1",
        sources=("*",),
        scopes=frozenset({"canary", "submit", "tags"}),
    )
    assert permit(wide, scope="kill", source="canary").source == "canary"
    for scope, source, code in (("submit", "harbour", "source"), ("tags", "canary", "scope")):
        with pytest.raises(Refused) as refused:
            permit(wide, scope=scope, source=source)  # type: ignore[arg-type]  # each of the two
        assert refused.value.code == code
