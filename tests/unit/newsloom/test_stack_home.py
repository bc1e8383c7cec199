"""Where the stack keeps its things, and that they are private."""

import json
import stat
from hashlib import sha256
from pathlib import Path

import pytest

from newsloom.stack.home import Home, find_home
from newsloom.stack.keys import ensure_dev_key
from newsloom_runtime.whole_files import write_whole


def test_newsloom_home_is_the_folder_itself(tmp_path: Path) -> None:
    assert find_home({"NEWSLOOM_HOME": str(tmp_path / "x")}, tmp_path).root == tmp_path / "x"


@pytest.mark.parametrize(
    ("marker", "content"),
    [("docker-compose.yml", ""), ("pyproject.toml", "[tool.uv.workspace]\nmembers = []\n")],
)
def test_the_nearest_checkout_holds_the_home(tmp_path: Path, marker: str, content: str) -> None:
    (tmp_path / marker).write_text(content)
    inside = tmp_path / "services" / "ingest"
    inside.mkdir(parents=True)
    (inside / "pyproject.toml").write_text("[project]\nname = 'ingest'\n")
    assert find_home({}, inside).root == tmp_path / ".newsloom"


def test_a_damaged_pyproject_does_not_stop_the_search(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[[[")
    (tmp_path / "docker-compose.yml").touch()
    assert find_home({}, tmp_path).root == tmp_path / ".newsloom"


def test_the_home_and_its_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    home = Home(root=tmp_path / ".newsloom")
    home.prepare()
    assert mode(home.root) == mode(home.logs) == mode(home.data) == mode(home.run) == 0o700
    write_whole(home.root / "file", "text")
    assert mode(home.root / "file") == 0o600


def test_a_failed_write_leaves_the_old_text_and_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "\ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_mark_of_a_stack_never_changes(tmp_path: Path) -> None:
    home = Home(root=tmp_path)
    home.prepare()
    assert home.stack_id() == home.stack_id()
    assert Home(root=tmp_path / "other").root != home.root


def test_the_key_is_told_once_and_both_key_files_are_private(tmp_path: Path) -> None:
    home = Home(root=tmp_path)
    key = ensure_dev_key(home)
    assert key is not None
    assert key.startswith("nl_")
    assert home.dev_key_file.read_text().strip() == key
    assert mode(home.dev_key_file) == mode(home.keys_file) == 0o600
    assert ensure_dev_key(home) is None


def test_ingest_is_given_the_hash_of_the_key_with_every_source_and_scope(tmp_path: Path) -> None:
    home = Home(root=tmp_path)
    key = ensure_dev_key(home)
    assert key is not None
    assert json.loads(home.keys_file.read_text()) == [
        {
            "name": "dev",
            "prefix": key.split("_")[1],
            "key_sha256": sha256(key.encode()).hexdigest(),
            "sources": ["*"],
            "scopes": ["submit", "kill", "tags"],
            "rate": 1_000_000,
            "burst": 1_000_000,
        }
    ]


def test_rights_that_were_widened_are_narrowed_again(tmp_path: Path) -> None:
    home = Home(root=tmp_path)
    ensure_dev_key(home)
    home.dev_key_file.chmod(0o644)
    ensure_dev_key(home)
    assert mode(home.dev_key_file) == 0o600


def test_keys_added_by_hand_stay_and_a_replaced_dev_key_is_listed_anew(tmp_path: Path) -> None:
    home = Home(root=tmp_path)
    ensure_dev_key(home)
    by_hand = {"name": "kursor", "key_sha256": "0f" * 32, "sources": ["kursor"], "scopes": ["submit"]}
    home.keys_file.write_text(json.dumps([*json.loads(home.keys_file.read_text()), by_hand]))
    home.dev_key_file.write_text("another\n")
    ensure_dev_key(home)
    listed = json.loads(home.keys_file.read_text())
    assert [entry["name"] for entry in listed] == ["dev", "kursor"]
    assert listed[0]["key_sha256"] == sha256(b"another").hexdigest()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
