"""`newsloom translate` starts enrich's own program with what was asked."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from newsloom.commands import translate
from newsloom.errors import Exit
from newsloom.main import main

Started = list[tuple[list[str], Mapping[str, str]]]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Started:
    """What would have been started."""
    monkeypatch.delenv("MONGO_URL", raising=False)
    monkeypatch.setenv("NEWSLOOM_HOME", str(tmp_path))
    seen: Started = []
    monkeypatch.setattr(
        translate, "_become", lambda program, environment: seen.append((program, environment))
    )
    return seen


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    monkeypatch.setattr(sys, "argv", ["newsloom", "translate", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    return caught.value.code


def test_a_text_and_its_options_are_handed_on(started: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = (
        "-- so he said",
        "--from",
        "ru",
        "--to",
        "en",
        "--engine",
        "openai",
        "--name",
        "Ann Bole",
        "--json",
    )
    assert run(monkeypatch, *asked[1:], "--", asked[0]) == Exit.OK
    [(program, environment)] = started
    assert program[:3] == [sys.executable, "-m", "enrich.translator"]
    assert program[3:] == [
        "--from=ru", "--to=en", "--engine=openai", "--name=Ann Bole", "--json", "--", "-- so he said",
    ]  # fmt: skip
    assert "MONGO_URL" not in environment, "trying an engine needs no store"


def test_teaching_the_memory_needs_the_store_of_the_system(
    started: Started, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--remember", "Old town", "Casco antiguo") == Exit.NOT_RUNNING
    assert "--mongo" in capsys.readouterr().err
    (tmp_path / "stack.json").write_text('{"mongo": "mongodb://127.0.0.1:8"}')
    assert run(monkeypatch, "--remember", "Old town", "Casco antiguo") == Exit.OK
    [(program, environment)] = started
    assert program[3:] == ["--from=en", "--to=es", "--remember", "Old town", "Casco antiguo"]
    assert environment["MONGO_URL"] == "mongodb://127.0.0.1:8"
