"""The frozen contract as a revision of git has it."""

import subprocess
from pathlib import Path

import pytest

from newsloom.contract.history import at_revision
from newsloom.contract.released import FrozenVersion, Index, Released
from newsloom.errors import CommandError, Exit


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", folder, *identity, *words], check=True, capture_output=True)


def frozen(digest: str) -> FrozenVersion:
    return FrozenVersion(since="0.1.0", schema_digest=digest, examples={})


@pytest.fixture
def released(tmp_path: Path) -> Released:
    """A package in a git checkout whose second commit froze something and whose third changed it."""
    made = Released(tmp_path / "package" / "released")
    made.root.parent.mkdir()
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "commit", "--allow-empty", "--message", "nothing yet")
    for digest in ("one", "two"):
        made.root.mkdir(exist_ok=True)
        made.index_path.write_text(
            Index(versions={"article.told@v1": frozen(digest)}).model_dump_json(), encoding="utf-8"
        )
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "--message", digest)
    return made


@pytest.mark.parametrize(("revision", "digest"), [("HEAD", "two"), ("HEAD~1", "one")])
def test_a_revision_has_its_own_contract(released: Released, revision: str, digest: str) -> None:
    with at_revision(released, revision) as before:
        [one] = before.index().versions.values()

    assert one.schema_digest == digest
    assert not before.root.exists()


@pytest.mark.parametrize(
    ("revision", "words"),
    [
        ("HEAD~2", "no contract was frozen yet at HEAD~2"),
        ("no-such-branch", "git knows no revision no-such-branch"),
        ("--output=x", "git knows no revision --output=x"),
    ],
)
def test_what_git_cannot_tell_is_said_with_a_way_out(released: Released, revision: str, words: str) -> None:
    with pytest.raises(CommandError, match=words) as told, at_revision(released, revision):
        pass

    assert told.value.code == Exit.USAGE
    assert told.value.fix


def test_outside_a_checkout_there_is_no_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "package").mkdir()

    with (
        pytest.raises(CommandError, match="in no git checkout"),
        at_revision(Released(tmp_path / "package" / "released"), "HEAD"),
    ):
        pass


def test_without_git_it_is_said_that_git_is_missing(
    released: Released, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(CommandError, match="git is not installed"), at_revision(released, "HEAD"):
        pass
