"""What the commands tell people and machines."""

import io
import json
import sys
from pathlib import Path

import pytest
from rich.console import Console

from newsloom.commands.console import StackNarrator
from newsloom.commands.status import exit_code
from newsloom.commands.up import parse_ports, wanted
from newsloom.main import main
from newsloom.stack import USUAL, ComponentStatus, ExitCode, StackError
from newsloom.stack.doctor import check_permissions, check_platform


def component(state: str) -> ComponentStatus:
    return ComponentStatus(name="kafka", state=state, pid=None, address=None, log="x.log")


@pytest.mark.parametrize(
    ("states", "code"),
    [
        (["up", "up"], ExitCode.OK),
        (["up", "off"], ExitCode.OK),
        (["off", "off"], ExitCode.NOT_RUNNING),
        (["up", "down"], ExitCode.NOT_RUNNING),
        (["up", "unhealthy"], ExitCode.NOT_RUNNING),
    ],
)
def test_status_exits_0_only_when_all_that_was_asked_for_is_up(states: list[str], code: ExitCode) -> None:
    assert exit_code([component(state) for state in states]) == code


def test_ports_are_asked_for_by_name() -> None:
    assert parse_ports(["kafka=9092", "feeds=1"]) == {"kafka": 9092, "feeds": 1}


@pytest.mark.parametrize("wish", ["kafka", "kafka=", "kafka=x", "kafka=0", "kafka=65536", "kafka=-1"])
def test_a_wish_that_names_no_port_is_refused(wish: str) -> None:
    with pytest.raises(StackError, match="--port kafka=9092"):
        parse_ports([wish])


def test_without_a_terminal_there_is_no_bar_and_no_colour() -> None:
    out = io.StringIO()
    with StackNarrator(Console(file=out, force_terminal=False)) as narrator:
        narrator.fetching(0, 100 * 1024**2)
        narrator.fetching(100, 100)
        narrator.ready("kafka", "127.0.0.1:9092")
    assert "\x1b" not in out.getvalue()
    assert out.getvalue() == (
        "fetching Kafka, about 100 MB, once for all checkouts\nkafka is up at 127.0.0.1:9092\n"
    )


def test_on_a_terminal_the_download_has_a_bar() -> None:
    out = io.StringIO()
    with StackNarrator(Console(file=out, force_terminal=True, width=100)) as narrator:
        narrator.fetching(0, 46 * 1024**2)
        narrator.fetching(23 * 1024**2, 46 * 1024**2)
        narrator.fetching(46 * 1024**2, 46 * 1024**2)
    assert "fetching Kafka" in out.getvalue()
    assert "━" in out.getvalue()


def test_an_error_goes_to_stderr_with_its_fix_and_its_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEWSLOOM_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "argv", ["newsloom", "up", "--port", "kafka=none"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == ExitCode.FAILED
    said = capsys.readouterr()
    assert said.out == ""
    assert "fix: write it like `--port kafka=9092`" in said.err


def test_status_of_nothing_is_json_for_machines_and_exit_code_3(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEWSLOOM_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "argv", ["newsloom", "status", "--json"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == ExitCode.NOT_RUNNING
    assert {entry["state"] for entry in json.loads(capsys.readouterr().out)} == {"off"}


def test_the_doctor_sees_a_key_that_others_may_read(tmp_path: Path) -> None:
    key = tmp_path / "dev.key"
    key.write_text("x")
    key.chmod(0o644)
    found = check_permissions([key])
    assert (found.level, found.fix) == ("problem", f"chmod 600 {key}")
    key.chmod(0o600)
    assert check_permissions([key, tmp_path / "absent"]).level == "ok"


def test_the_doctor_sends_other_platforms_to_docker() -> None:
    assert check_platform("Linux", "x86_64").level == "ok"
    assert "docker compose up" in check_platform("Windows", "AMD64").fix


def test_the_canary_is_started_only_for_who_asks_for_it() -> None:
    assert wanted(None, []) is None
    assert wanted(None, ["canary"]) == [*USUAL, "canary"]
    assert wanted("feeds", ["canary"]) == ["feeds", "canary"]
    assert "canary" not in USUAL
