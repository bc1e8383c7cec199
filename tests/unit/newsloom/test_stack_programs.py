"""Which Java and which mongod the stack takes, and what it says when there is none."""

from pathlib import Path

import pytest

from newsloom.stack.errors import ExitCode, StackError
from newsloom.stack.java import find_java
from newsloom.stack.mongod import find_mongod, mongod_version


def program(path: Path, output: str, exit_code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{output}'\nexit {exit_code}\n")
    path.chmod(0o755)
    return path


def test_a_java_that_is_too_old_or_does_not_run_is_passed_over(tmp_path: Path) -> None:
    old = program(tmp_path / "8" / "java", 'java version "1.8.0_392"')
    broken = program(tmp_path / "broken" / "java", "", exit_code=1)
    new = program(tmp_path / "21" / "java", 'openjdk version "21.0.2" 2024-01-16')
    assert find_java([tmp_path / "absent", old, broken, new]) == new


def test_a_missing_java_has_its_own_exit_code_and_a_fix(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="uv sync") as caught:
        find_java([tmp_path / "absent"])
    assert caught.value.code == ExitCode.NO_JAVA


def test_the_mongod_of_the_machine_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = program(tmp_path / "bin" / "mongod", "db version v8.0.4")
    monkeypatch.setenv("PATH", str(own.parent), prepend=":")
    assert find_mongod(tmp_path / "cache") == own
    assert mongod_version(own) == "8.0.4"


def test_a_platform_without_mongod_is_sent_to_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StackError, match="docker compose up") as caught:
        find_mongod(tmp_path / "cache", wheel="no-such-distribution")
    assert caught.value.code == ExitCode.UNSUPPORTED_PLATFORM


def test_a_mongod_that_does_not_run_here_is_sent_to_docker(tmp_path: Path) -> None:
    broken = program(tmp_path / "mongod", "libcurl.so.4: cannot open shared object file", exit_code=127)
    with pytest.raises(StackError, match="docker compose up") as caught:
        mongod_version(broken)
    assert caught.value.code == ExitCode.UNSUPPORTED_PLATFORM
