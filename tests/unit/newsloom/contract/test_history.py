"""The contract as a revision of git has it: frozen, or before the first freeze as its models say."""

import subprocess
from pathlib import Path

import pytest

from newsloom.contract.history import contract_at
from newsloom.contract.released import FrozenVersion, Index, Released
from newsloom.contract.versions import EventVersion
from newsloom.errors import CommandError, Exit

TOLD = EventVersion("article.told", 1)
CATALOG = """
from pydantic import BaseModel

class Told(BaseModel):
    EVENT_TYPE: str = "newsloom.article.told.v1"
    lead: str | None = None

class Topic:
    name = "articles-told"
    key, partitions, compacted, retention_ms = "article_id", 8, False, 1
    written_by, read_by = ("publish",), ("anyone",)
    events = ()

EVENTS = {"newsloom.article.told.v1": Told}
TOPICS = (Topic,)
"""


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", folder, *identity, *words], check=True, capture_output=True)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def released(tmp_path: Path) -> Released:
    """A package in a checkout: commit 1 is empty, 2 has broken models, 3 has models, 4 and 5 froze them."""
    package = tmp_path / "shared" / "newsloom_schemas"
    made = Released(package / "released")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "commit", "--allow-empty", "--message", "1")
    write(package / "__init__.py", "")
    write(package / "catalog.py", "raise ImportError")
    write(package / "envelope.py", "def schema_uri(event_type): return 'urn:' + event_type")
    commit(tmp_path, "2")
    write(package / "catalog.py", CATALOG)
    commit(tmp_path, "3")
    for number in ("4", "5"):
        frozen = FrozenVersion(since="0.1.0", schema_digest="", examples={f"00{number}-a.json": number})
        write(made.index_path, Index(versions={str(TOLD): frozen}).model_dump_json())
        write(made.path(TOLD), f'{{"title": "{number}"}}')
        commit(tmp_path, number)
    return made


def commit(checkout: Path, message: str) -> None:
    git(checkout, "add", ".")
    git(checkout, "commit", "--message", message)


@pytest.mark.parametrize(("revision", "title"), [("HEAD", "5"), ("HEAD~1", "4")])
def test_what_a_revision_froze_is_its_contract(released: Released, revision: str, title: str) -> None:
    then = contract_at(released, revision)

    assert then.schemas == {TOLD: {"title": title}}
    assert then.examples == {TOLD: {f"00{title}-a.json": title}}
    assert then.frozen


def test_before_the_first_freeze_the_models_of_the_revision_speak(released: Released) -> None:
    then = contract_at(released, "HEAD~2")

    assert then.schemas[TOLD]["$id"] == "urn:newsloom.article.told.v1"
    assert then.schemas[TOLD]["properties"]["lead"] == {"title": "Lead", "type": "string"}
    assert then.topics["articles-told"].read_by == ("anyone",)
    assert not then.frozen


@pytest.mark.parametrize(
    ("revision", "words"),
    [
        ("HEAD~3", "HEAD~3 has no event contract that can be read"),
        ("HEAD~4", "HEAD~4 has no event contract that can be read"),
        ("no-such-branch", "git knows no revision no-such-branch"),
        ("--output=x", "git knows no revision --output=x"),
    ],
)
def test_what_git_cannot_tell_is_said_with_a_way_out(released: Released, revision: str, words: str) -> None:
    with pytest.raises(CommandError, match=words) as told:
        contract_at(released, revision)

    assert told.value.code == Exit.USAGE
    assert told.value.fix


def test_outside_a_checkout_there_is_no_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "package").mkdir()

    with pytest.raises(CommandError, match="in no git checkout"):
        contract_at(Released(tmp_path / "package" / "released"), "HEAD")


def test_without_git_it_is_said_that_git_is_missing(
    released: Released, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(CommandError, match="git is not installed"):
        contract_at(released, "HEAD")
