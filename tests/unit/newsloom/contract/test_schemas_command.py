"""`newsloom schemas`: what its commands print, and how they end."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsloom.contract.released import Released
from newsloom.contract.reports import froze
from newsloom.contract.rules import RULES
from newsloom.errors import CommandError
from newsloom.main import build_app
from newsloom_schemas.catalog import EVENTS


def run(*words: str) -> tuple[int, str]:
    outcome = CliRunner().invoke(build_app(), ["schemas", *words])
    if isinstance(outcome.exception, CommandError):
        return outcome.exception.code, str(outcome.exception)
    return outcome.exit_code, outcome.stdout


def test_every_version_is_listed_with_its_topics() -> None:
    _, text = run("list", "--json")

    listed = json.loads(text)
    assert {version["type"] for version in listed} == set(EVENTS)
    [first] = [version for version in listed if version["type"] == "newsloom.article.submitted.v1"]
    assert (first["newest"], first["since"], first["topics"]) == (False, "0.1.0", ["articles-submitted"])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("article.submitted", "newsloom.article.submitted.v2"),
        ("article.submitted@v1", "newsloom.article.submitted.v1"),
        ("newsloom.article.submitted.v1", "newsloom.article.submitted.v1"),
        ("article.reindex-requested", "newsloom.article.reindex-requested.v2"),
    ],
)
def test_an_event_is_shown_by_its_name_version_or_type(name: str, shown: str) -> None:
    _, text = run("show", name, "--json")

    event = json.loads(text)
    assert event["type"] == shown
    assert event["schema"]["title"]
    assert {"key", "headers", "value"} == set(event["examples"][0])


@pytest.mark.parametrize("name", ["article.sung", "article.submitted@v9", "ArticleSubmittedV1", ""])
def test_an_event_that_there_is_not_is_said_so(name: str) -> None:
    code, text = run("show", name)

    assert code == 1
    assert "see `newsloom schemas list`" in text


def test_only_what_exists_can_be_frozen_anew() -> None:
    code, text = run("freeze", "--anew", "article.sung@v1")

    assert code == 2
    assert "there is no article.sung@v1" in text


def test_an_installed_package_is_not_frozen(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="an installed package, not a checkout"):
        froze(Released(tmp_path / "lib" / "newsloom_schemas" / "released"), anew=())


def test_every_rule_that_forbids_says_what_to_do_instead() -> None:
    assert [rule.name for rule in RULES.values() if rule.breaking != bool(rule.instead)] == []
