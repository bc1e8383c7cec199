"""`newsloom rebuild` starts publish's own program with the addresses of the system."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from newsloom.commands import rebuild
from newsloom.errors import Exit
from newsloom.main import main


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[list[str], Mapping[str, str]]]:
    """What would have been started."""
    for name in ("KAFKA_BOOTSTRAP_SERVERS", "MONGO_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NEWSLOOM_HOME", str(tmp_path))
    seen: list[tuple[list[str], Mapping[str, str]]] = []
    monkeypatch.setattr(rebuild, "_become", lambda program, environment: seen.append((program, environment)))
    return seen


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    monkeypatch.setattr(sys, "argv", ["newsloom", "rebuild", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    return caught.value.code


def test_options_and_addresses_are_handed_on(
    started: list[tuple[list[str], Mapping[str, str]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stack.json").write_text('{"kafka": "127.0.0.1:9", "mongo": "mongodb://127.0.0.1:8"}')
    assert run(monkeypatch, "--verify", "--json", "--from", "articles-published", "--within", "5") == Exit.OK
    [(program, environment)] = started
    assert program[:3] == [sys.executable, "-m", "publish.rebuild"]
    assert program[3:] == ["--verify", "--json", "--from=articles-published", "--within=5.0"]
    assert environment["KAFKA_BOOTSTRAP_SERVERS"] == "127.0.0.1:9"
    assert environment["MONGO_URL"] == "mongodb://127.0.0.1:8"


def test_without_a_system_nothing_is_started_and_the_way_out_is_named(
    started: list[tuple[list[str], Mapping[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, "--verify", "--kafka", "127.0.0.1:9") == Exit.NOT_RUNNING
    assert "--mongo" in capsys.readouterr().err
    assert started == []
