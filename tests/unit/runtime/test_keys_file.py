"""The file of keys: made once, kept as a hash, two of a name while one is exchanged, safe to edit at once."""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsloom_runtime.keys_file import (
    KeyEntry,
    KeysUnusable,
    NewKey,
    create_key,
    digest,
    mint,
    parse_keys,
    prefix_of,
    read_keys,
    revoke_key,
)

NOW = datetime(2026, 11, 5, 6, 30, tzinfo=UTC)


def create(file: Path, name: str = "cms", *, expires_at: datetime | None = None) -> NewKey:
    return create_key(file, name=name, sources=["harbour"], scopes=["submit"], now=NOW, expires_at=expires_at)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def test_a_new_key_is_kept_as_its_hash_and_readable_by_its_owner_only(file: Path) -> None:
    made = create(file)
    assert made.key.startswith(f"nl_{made.entry.prefix}_")
    assert len(made.key) == 3 + 8 + 1 + 43
    assert made.key not in file.read_text()
    assert read_keys(file) == (made.entry,)
    assert made.entry.digest == digest(made.key)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_whoever_could_read_the_file_can_read_it_after_a_change(file: Path) -> None:
    """An ingest of another user would go on with the keys from before, the revoked one among them."""
    made = create(file)
    file.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(file, 12_345, 23_456)
    before = file.stat()
    revoke_key(file, made.entry.shown_prefix, now=NOW)
    after = file.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert after.st_ino != before.st_ino


def test_while_a_key_is_exchanged_two_are_active_and_a_third_is_refused(file: Path) -> None:
    first, second = create(file), create(file)
    with pytest.raises(KeysUnusable, match=f"newsloom keys revoke {first.entry.prefix}"):
        create(file)
    revoke_key(file, first.entry.shown_prefix, now=NOW)
    third = create(file)
    states = {entry.shown_prefix: entry.state(NOW) for entry in read_keys(file)}
    assert states == {
        first.entry.prefix: "revoked",
        second.entry.prefix: "active",
        third.entry.prefix: "active",
    }


def test_an_expired_key_makes_room_for_another(file: Path) -> None:
    create(file, expires_at=NOW - timedelta(seconds=1))
    create(file, expires_at=NOW + timedelta(days=1))
    assert [entry.state(NOW) for entry in (*read_keys(file), create(file).entry)] == [
        "expired",
        "active",
        "active",
    ]


def test_a_revoked_key_stays_revoked_since_then(file: Path) -> None:
    prefix = create(file).entry.shown_prefix
    revoke_key(file, prefix, now=NOW)
    assert revoke_key(file, prefix, now=NOW + timedelta(days=1)).revoked_at == NOW


def test_a_prefix_that_no_key_has_is_refused(file: Path) -> None:
    create(file)
    with pytest.raises(KeysUnusable, match="keys list"):
        revoke_key(file, "nobodys0", now=NOW)


def test_keys_that_are_made_at_the_same_time_are_all_kept(file: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda n: create(file, f"tool-{n}"), range(32)))
    assert {entry.digest for entry in read_keys(file)} == {digest(each.key) for each in made}
    assert [path.name for path in file.parent.iterdir() if path.name.endswith(".json")] == ["keys.json"]


def test_at_the_same_time_too_only_two_of_a_name_are_made(file: Path) -> None:
    def attempt(_: int) -> bool:
        try:
            create(file)
        except KeysUnusable:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(attempt, range(16))) == 2


def test_the_former_form_of_the_file_is_read_and_edited(file: Path) -> None:
    by_hand = {"name": "cms", "key_sha256": digest("by-hand"), "sources": ["a"], "scopes": ["kill", "submit"]}
    plain = {"name": "old", "key": "a-key-in-plain-text", "sources": ["*"]}
    file.write_text(json.dumps([by_hand, plain]))
    assert revoke_key(file, digest("by-hand")[:8], now=NOW).name == "cms"
    create(file)
    names = [(entry.name, entry.state(NOW)) for entry in read_keys(file)]
    assert names == [("cms", "revoked"), ("old", "active"), ("cms", "active")]
    assert json.loads(file.read_text())[1] == {**plain, "scopes": ["submit"]}


def test_a_key_has_a_name_of_its_own_and_others_have_none() -> None:
    key = mint()
    assert prefix_of(key) == key[3:11]
    for other in ("", "nl_dev_short", key[:-1], key + "x", key.upper(), f" {key}"):
        assert prefix_of(other) is None


def test_no_message_holds_a_key(file: Path) -> None:
    file.write_text(json.dumps([{"name": "x", "key": "a-secret-of-the-paper", "sources": ["NO"]}]))
    with pytest.raises(KeysUnusable) as refused:
        read_keys(file)
    assert "secret" not in str(refused.value)
    assert "secret" not in repr(refused.value.__cause__)


@pytest.mark.parametrize(
    "wrong", [{"rate": 0}, {"rate": float("nan")}, {"burst": 0.5}, {"expires_at": "2026-11-05T06:30:00"}]
)
def test_wrong_limits_are_named(wrong: dict[str, object]) -> None:
    entry = {"name": "x", "key_sha256": digest("x"), "sources": ["a"]} | wrong
    with pytest.raises(KeysUnusable, match=f"/0/{next(iter(wrong))}"):
        parse_keys(json.dumps([entry]), "INGEST_KEYS")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeysUnusable, match="make its folder"):
        create(tmp_path / "nowhere" / "keys.json")


def test_a_key_made_by_hand_is_known_by_the_beginning_of_its_hash() -> None:
    entry = KeyEntry(name="x", key="a-key-in-plain-text", sources=("a",))
    assert entry.shown_prefix == digest("a-key-in-plain-text")[:8]
