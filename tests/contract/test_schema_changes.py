"""`make check` refuses what breaks a producer or a consumer, naming the rule, and lets benign changes pass.

Each change is applied to a copy of the contract package, and the Makefile's own recipe judges the copy.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from newsloom.contract.checking import judge
from newsloom.contract.released import shipped
from newsloom.contract.rules import RULES
from newsloom.contract.telling import in_short, in_words
from tests.contract.schema_changes import BAD, BENIGN, PACKAGE, SchemaChange

ROOT = Path(__file__).resolve().parents[2]
CHECK = "newsloom schemas check"
FREEZE = "newsloom schemas freeze"
# A busy machine may be slow to start make, uv and Python; each needs a second when it is idle.
SECONDS = 120
OF_MAKE = frozenset({"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "ARGS"})


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout with nothing in it but what the first step of `make check` needs."""
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy2(ROOT / name, tmp_path)
    for member in (*ROOT.glob("s*/*/pyproject.toml"), ROOT / "cli/pyproject.toml"):
        target = tmp_path / member.relative_to(ROOT)
        target.parent.mkdir(parents=True)
        shutil.copy2(member, target)
    shutil.copytree(ROOT / PACKAGE, tmp_path / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".uv", ".venv"):
        if (ROOT / name).exists():
            (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def ran(copy: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run something in the copy, with the copy's contract in place of the installed one."""
    # Under `make test` the outer make hands its own flags down; the inner one is nobody's child.
    environment = {name: value for name, value in os.environ.items() if name not in OF_MAKE}
    environment |= {"PYTHONPATH": str(copy / PACKAGE.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        words, cwd=copy, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def make_check(copy: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """`make check`, taking the environment as it is: these tests run in it."""
    return ran(copy, "make", "--old-file=.venv/.synced", *options, "check")


def first_step(copy: Path, command: str = CHECK) -> "subprocess.CompletedProcess[str]":
    """The command with which the recipe of `make check` begins; or another one, started in the same way."""
    step = make_check(copy, "--dry-run").stdout.splitlines()[0]
    assert step.endswith(CHECK), "the contract is the first thing that `make check` looks at"
    return ran(copy, "sh", "-c", step.removesuffix(CHECK) + command)


@pytest.mark.parametrize("change", BAD, ids=str)
def test_make_check_refuses_a_bad_change_and_names_the_rule(change: SchemaChange, copy: Path) -> None:
    change.apply(copy / PACKAGE)

    outcome = make_check(copy)

    assert outcome.returncode != 0
    assert any(line.startswith(f"{change.rule}  ") for line in outcome.stdout.splitlines()), outcome
    assert f"  hurts {RULES[change.rule].hurts}: " in outcome.stdout
    assert f"  instead: {RULES[change.rule].instead}" in outcome.stdout


@pytest.mark.parametrize("change", BENIGN, ids=str)
def test_a_benign_change_passes_with_a_word_on_freezing(change: SchemaChange, copy: Path) -> None:
    change.apply(copy / PACKAGE)

    outcome = first_step(copy)

    assert outcome.returncode == 0, outcome
    assert outcome.stdout == ""
    assert f"{change.rule}  " in outcome.stderr
    assert "run `newsloom schemas freeze`" in outcome.stderr


def test_benign_changes_can_be_frozen(copy: Path) -> None:
    for change in BENIGN:
        change.apply(copy / PACKAGE)
    assert first_step(copy, f"{CHECK} --frozen").returncode == 1

    outcome = first_step(copy, FREEZE)

    assert "article.restored/v1.json" in outcome.stdout.splitlines()
    assert first_step(copy, f"{CHECK} --frozen").returncode == 0
    assert first_step(copy, FREEZE).stdout == "", "freezing twice changes nothing"


def test_a_bad_change_cannot_be_frozen(copy: Path) -> None:
    change = BAD[0]
    change.apply(copy / PACKAGE)
    before = {path: path.read_bytes() for path in (copy / PACKAGE / "released").rglob("*.json")}

    outcome = first_step(copy, FREEZE)

    assert outcome.returncode == 1
    assert change.rule in outcome.stdout
    assert "nothing was frozen" in outcome.stderr
    assert {path: path.read_bytes() for path in before} == before


def test_the_contract_holds_and_all_of_it_is_frozen() -> None:
    """When this is red: `newsloom schemas freeze`, and commit what it writes together with the change."""
    verdict = judge(shipped())

    assert list(in_words(verdict.breaking)) == []
    assert list(in_short(verdict.unfrozen)) == []
