"""`newsloom keys`: the key itself is shown once, lists show none, wrong words get a fix."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from newsloom.errors import CommandError, Exit
from newsloom.main import build_app
from newsloom_runtime.keys_file import digest, read_keys


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def keys(file: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(build_app(), ["keys", *arguments, "--file", str(file)])
    if isinstance(result.exception, CommandError):
        raise result.exception
    return result


def create(file: Path, *more: str) -> str:
    result = keys(file, "create", "--name", "cms", "--source", "harbour", *more)
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def listed(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(keys(file, "list", "--json").stdout)
    return found


def test_create_prints_the_key_alone_on_stdout(file: Path) -> None:
    key = create(file, "--source", "river", "--scope", "submit", "--scope", "kill", "--expires", "90d")
    (entry,) = read_keys(file)
    assert entry.digest == digest(key)
    assert entry.sources == ("harbour", "river")
    assert entry.scopes == {"submit", "kill"}
    assert entry.created_at is not None
    assert entry.expires_at is not None
    assert 89 <= (entry.expires_at - entry.created_at).days <= 90


def test_a_list_names_keys_and_shows_none(file: Path) -> None:
    key = create(file)
    assert listed(file)[0] | {"created_at": ""} == {
        "prefix": key[3:11],
        "state": "active",
        "sources": ["harbour"],
        "scopes": ["submit"],
        "name": "cms",
        "created_at": "",
    }
    for shown in (keys(file, "list").output, keys(file, "list", "--json").output):
        assert key[3:11] in shown
        assert key not in shown
        assert digest(key) not in shown


def test_a_revoked_key_is_listed_as_such(file: Path) -> None:
    prefix = create(file)[3:11]
    assert json.loads(keys(file, "revoke", prefix, "--json").stdout)["state"] == "revoked"
    assert [each["state"] for each in listed(file)] == ["revoked"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--scope", "fly"], Exit.USAGE),
        (["--source", "No Source"], Exit.USAGE),
        (["--expires", "soon"], Exit.USAGE),
        (["--expires", "2020-01-31"], Exit.USAGE),
        (["--expires", "999999999999d"], Exit.USAGE),
    ],
)
def test_wrong_words_make_no_key_and_name_the_fix(file: Path, more: list[str], code: Exit) -> None:
    with pytest.raises(CommandError, match="fix: ") as refused:
        create(file, *more)
    assert refused.value.code == code
    assert not file.exists()


def test_a_third_key_of_a_name_is_refused(file: Path) -> None:
    first = create(file)
    create(file)
    with pytest.raises(CommandError, match=f"keys revoke {first[3:11]}"):
        create(file)


def test_without_a_file_or_key_the_way_out_is_named(file: Path) -> None:
    with pytest.raises(CommandError, match="keys create"):
        keys(file, "list")
    create(file)
    with pytest.raises(CommandError, match="keys list"):
        keys(file, "revoke", "nobodys0")


def test_the_prober_s_key_has_the_scope_canary_alone(file: Path) -> None:
    made = ("create", "--name", "canary", "--source", "canary", "--scope", "canary")
    assert keys(file, *made).exit_code == 0
    assert read_keys(file)[0].scopes == {"canary"}
    with pytest.raises(CommandError, match="only source") as wrong:
        keys(file, *made, "--source", "harbour")
    assert wrong.value.code == Exit.USAGE


def test_a_key_of_the_reserved_source_that_would_open_nothing_is_not_made(file: Path) -> None:
    with pytest.raises(CommandError, match="newsloom's own") as wrong:
        keys(file, "create", "--name", "cms", "--source", "canary", "--scope", "submit")
    assert wrong.value.code == Exit.USAGE
    assert not file.exists()
