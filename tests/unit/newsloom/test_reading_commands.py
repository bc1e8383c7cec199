"""tail, article, topics and bench: what they print, and what they refuse."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from newsloom.checkout import find_in_checkout
from newsloom.commands.article import lines
from newsloom.commands.bench import command
from newsloom.commands.tail import as_json, as_line
from newsloom.endpoints import endpoint, kafka_cluster, read_key
from newsloom.errors import CommandError, Exit
from newsloom.main import main
from newsloom.stack import Home
from newsloom_runtime.log_reader import LogEntry
from tests import factories
from tests.unit.newsloom.system import document


def run(monkeypatch: pytest.MonkeyPatch, home: Path, *arguments: str) -> int | str | None:
    for name in ("KAFKA_BOOTSTRAP_SERVERS", "NEWSLOOM_KEY", "NEWSLOOM_INGEST_URL", "NEWSLOOM_FEEDS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NEWSLOOM_HOME", str(home))
    monkeypatch.setattr(sys, "argv", ["newsloom", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    return caught.value.code


@pytest.mark.parametrize(
    "arguments",
    [
        ("submit", __file__, "--source", "meridian", "--format", "page"),
        ("tail", "articles-published"),
        ("article", "5b0c1b52-5f0a-5b8e-9d7c-6f1d9b1c2a3e"),
        ("topics", "create"),
        ("topics", "check"),
    ],
)
def test_without_a_system_the_exit_code_is_3_and_the_way_out_is_named(
    arguments: Sequence[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, tmp_path, *arguments) == Exit.NOT_RUNNING
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "newsloom up" in captured.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("submit", "/no/such/file.json", "--source", "s"), "cannot be read"),
        (
            ("submit", str(Path(__file__).parent), "--source", "s"),
            "holds no file with one of the endings .json",
        ),
        (("submit", str(Path(__file__).parent), "--source", "s", "--revision", "2"), "not a folder"),
        (("tail", "no-such-topic"), "choose among articles-submitted"),
        (("tail", "publish-dlq"), "choose among articles-submitted"),
        (("article", "not-a-uuid"), "--source"),
        (("topics", "create", "--sources", "/no/such/sources.toml"), "there is no file"),
        (("topics", "check", "--sources", __file__), "write TOML, a table for each source"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_is_right(
    arguments: Sequence[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, tmp_path, *arguments) == Exit.USAGE
    assert words in capsys.readouterr().err


def test_an_address_given_goes_before_the_stack_s_own(tmp_path: Path) -> None:
    home = Home(root=tmp_path)
    home.stack_file.write_text('{"feeds": "http://127.0.0.1:8000"}', encoding="utf-8")
    assert endpoint("feeds", None, home) == "http://127.0.0.1:8000"
    assert endpoint("feeds", "http://news.example/", home) == "http://news.example"


def test_a_file_of_a_password_that_cannot_be_read_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_SASL_PASSWORD_FILE", "/nowhere/operator.password")
    with pytest.raises(CommandError, match="correct KAFKA_SASL_PASSWORD_FILE") as wrong:
        kafka_cluster("127.0.0.1:9092")
    assert wrong.value.code == Exit.USAGE


def test_a_key_given_goes_before_the_development_key(tmp_path: Path) -> None:
    home = Home(root=tmp_path)
    with pytest.raises(CommandError, match="there is no key"):
        read_key(None, home)
    home.dev_key_file.write_text("nl_dev_x\n", encoding="utf-8")
    assert (read_key(None, home), read_key("nl_y", home)) == ("nl_dev_x", "nl_y")


def test_tail_shows_an_event_as_a_line_or_whole() -> None:
    event = factories.submitted("bridge")
    entry = LogEntry(event=event, partition=3, offset=117, timestamp_ms=1_762_335_000_041)
    line = as_line(entry)
    for part in ("3:117", "article.submitted.v2", event.article_id, "Harbour bridge reopens"):
        assert part in line
    whole = json.loads(as_json("articles-submitted", entry))
    assert whole["event"]["content"]["headline"] == "Harbour bridge reopens"
    assert (whole["topic"], whole["offset"], whole["key"]) == ("articles-submitted", 117, event.article_id)


def test_an_article_is_shown_with_what_was_added_and_where_it_was_found() -> None:
    tag = {
        "kind": "person",
        "label": "Ines Falk",
        "role": "author",
        "confidence": 1.0,
        "basis": "heuristic",
        "evidence": [{"part": "lead", "start": 3, "end": 12}],
    }
    link = {
        "relation": "same-story",
        "score": 0.5,
        "language": "uk",
        "headline": "Міст відкрито",
        "reasons": ["name Falk"],
    }
    shown = "\n".join(str(line) for line in lines(document("a" * 8, tags=[tag], related=[link])))
    assert "person        Ines Falk  author  1.00 heuristic  lead 3-12" in shown
    assert "same-story  0.50  [uk] Міст відкрито  (name Falk)" in shown
    assert "language      ok  declared" in shown


def test_authors_are_shown_with_what_they_did() -> None:
    authors = [{"name": "Анна Ко", "role": "фотограф", "uri": "https://kursor.example/ko"}, {"name": "Bo Li"}]
    shown = "\n".join(str(line) for line in lines(document("a" * 8, authors=authors)))
    assert "Анна Ко (фотограф), Bo Li" in shown


def test_a_scenario_is_run_by_the_python_that_runs_the_command() -> None:
    assert command("drain", "--json") == [sys.executable, "-m", "bench.drain", "--json"]
    assert find_in_checkout("bench", mark="drain.py", start=Path.cwd()).name == "bench"


def test_outside_of_a_checkout_the_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no folder `atlas`"):
        find_in_checkout("atlas", mark="map.py", start=tmp_path)
