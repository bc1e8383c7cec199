"""The commands on the whole system, as someone who has just cloned it would use them."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from newsloom.stack import ExitCode, LocalStack

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
DEADLINE_S = 240


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


@dataclass(frozen=True, kw_only=True)
class Shell:
    """A place with a stack of its own, in which commands are run."""

    home: Path

    def run(self, *arguments: str, stdin: bytes = b"") -> Answer:
        """Run `newsloom` here. A port that was just free may be taken by another stack: once more."""
        for _ in range(3):
            answer = self._run(*arguments, stdin=stdin)
            if answer.code != ExitCode.PORT_TAKEN:
                break
        return answer

    def _run(self, *arguments: str, stdin: bytes) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "newsloom.main", *arguments],
            input=stdin,
            capture_output=True,
            cwd=ROOT,
            env={**_clean(os.environ), "NEWSLOOM_HOME": str(self.home)},
            timeout=DEADLINE_S,
            check=False,
        )
        return Answer(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


def _clean(environment: Mapping[str, str]) -> dict[str, str]:
    ours = ("KAFKA_", "MONGO_", "NEWSLOOM_", "INGEST_", "ENRICH_", "PUBLISH_", "FEEDS_")
    return {k: v for k, v in environment.items() if not k.startswith(ours) or k == "NEWSLOOM_CACHE"}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    home = tmp_path_factory.mktemp("demo") / "stack"
    try:
        yield Shell(home=home)
    finally:
        LocalStack(home).down()


@pytest.fixture(scope="module")
def first_demo(shell: Shell) -> dict[str, Any]:
    summary: dict[str, Any] = shell.run("demo", "--once", "--json").json()
    return summary


@pytest.fixture(scope="module")
def running(shell: Shell, first_demo: dict[str, Any]) -> Iterator[Shell]:
    """The same place with the system up, and the samples in it."""
    assert first_demo["ok"]
    assert shell.run("up", "--detach").code == 0
    yield shell
    assert shell.run("down").code == 0


def test_the_demo_publishes_every_sample(first_demo: dict[str, Any]) -> None:
    files = [path for path in SAMPLES.glob("*/*/*.*") if path.suffix in (".json", ".txt")]
    assert first_demo["problems"] == []
    assert first_demo["published"] == first_demo["samples"] == len(files)
    assert first_demo["related_across_languages"] > 0
    assert first_demo["tags"] > first_demo["articles"]
    for line in first_demo["flow"]:
        assert line["submitted_ms"] > 0
        assert line["enriched_ms"] <= line["published_ms"]


def test_the_demo_stops_what_it_started(shell: Shell, first_demo: dict[str, Any]) -> None:
    assert set(first_demo["started"]) == {"kafka", "mongo", "ingest", "enrich", "publish", "feeds"}
    assert LocalStack(shell.home).running() == ()


def test_a_second_demo_on_the_same_data_repeats_everything_and_takes_less_than_half_a_minute(
    shell: Shell, first_demo: dict[str, Any]
) -> None:
    began = time.monotonic()
    again = shell.run("demo", "--once", "--json").json()
    assert time.monotonic() - began < 30
    assert again["ok"]
    assert again["articles"] == first_demo["articles"]
    assert again["published"] + again["superseded"] == again["samples"]


def test_the_demo_leaves_a_stack_that_was_up_before_running(running: Shell) -> None:
    summary = running.run("demo", "--once", "--json").json()
    assert summary["started"] == []
    assert len(LocalStack(running.home).running()) == 6


def test_a_copied_page_is_submitted_waited_for_and_shown(running: Shell) -> None:
    page = SAMPLES / "pages" / "kursor" / "moldova-ipoteka-posle-stavki.txt"
    submitted = running.run(
        "submit", str(page), "--source", "kursor", "--external-id", "my-page", "--wait", "--timeout", "60"
    )
    assert submitted.code == 0, submitted.err
    url = submitted.out.strip()
    document = running.run("article", "my-page", "--source", "kursor", "--json").json()
    assert document["url"] == url
    assert document["language"] == "ru"
    assert document["headline"] in running.run("article", document["article_id"]).out


def test_a_refused_submission_exits_1_and_names_the_field(running: Shell) -> None:
    answer = running.run("submit", "-", "--source", "kursor", stdin=b'{"external_id": "x", "revision": 1}')
    assert answer.code == 1
    assert "/headline" in answer.err
    assert answer.out == ""


def test_the_same_revision_with_other_content_is_a_conflict(running: Shell) -> None:
    article = {"external_id": "twice", "revision": 1, "headline": "First", "body_text": "One body."}
    first = running.run("submit", "-", "--source", "meridian", "--wait", stdin=json.dumps(article).encode())
    assert first.code == 0, first.err
    other = json.dumps({**article, "headline": "Second"}).encode()
    answer = running.run("submit", "-", "--source", "meridian", "--wait", stdin=other)
    assert (answer.code, "other content" in answer.err) == (1, True)


def test_tail_shows_events_of_the_past_and_ends_at_the_limit(running: Shell) -> None:
    answer = running.run("tail", "articles-published", "--from", "beginning", "--limit", "3", "--json")
    events = [json.loads(line) for line in answer.out.splitlines()]
    assert [event["type"] for event in events] == ["newsloom.article.published.v2"] * 3


def test_the_topics_are_those_of_the_catalogue(running: Shell) -> None:
    assert running.run("topics", "create", "--json").json() == {"created": []}
    assert running.run("topics", "check", "--json").json() == {"problems": []}
