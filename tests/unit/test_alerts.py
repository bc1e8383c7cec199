"""Every alert rests on metrics that there are, has tests of its rule, and says what to do first."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy/prometheus"


def rules_of(name: str) -> list[dict[str, Any]]:
    groups = yaml.safe_load((PROMETHEUS / name).read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


RULES = rules_of("alerts.yml")
RECORDED = {rule["record"]: rule for rule in rules_of("recording.yml")}
ALERT = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
SUFFIXES = re.compile(r"_(bucket|sum|count)$")  # of the series that a histogram is made of


def anchors(page: str) -> set[str]:
    """The anchors that GitHub gives to a page's headings."""
    return {anchor_of(heading) for heading in re.findall(r"^#+ (.+)$", page, re.MULTILINE)}


def anchor_of(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def chapter(rule: dict[str, Any]) -> str:
    """What the runbook says below the heading that an alert names."""
    where: str = rule["annotations"]["runbook"]
    page, _, anchor = where.partition("#")
    chapters = (ROOT / page).read_text(encoding="utf-8").split("\n## ")
    return next(text for text in chapters if anchor_of(text.partition("\n")[0]) == anchor)


@cache
def declared_metrics() -> set[str]:
    sources = [path for part in ("services", "shared") for path in (ROOT / part).rglob("src/**/*.py")]
    return {name for path in sources for name in re.findall(r'"(newsloom_\w+)"', path.read_text())}


def asked(expression: str) -> set[str]:
    """The metrics that an expression asks for, also those behind what is recorded."""
    recorded = set(re.findall(r"newsloom:[\w:]+", expression))
    assert recorded <= RECORDED.keys()
    behind = (asked(RECORDED[name]["expr"]) for name in recorded)
    own = {SUFFIXES.sub("", name) for name in re.findall(r"newsloom_\w+", expression)}
    return own.union(*behind)


@cache
def rule_tests() -> list[dict[str, Any]]:
    files = sorted((PROMETHEUS / "tests").glob("*.yml"))
    return [test for file in files for test in yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]]


def fired_in(test: dict[str, Any]) -> set[str]:
    """The alerts that a test of the rules expects to fire, at any of its moments."""
    samples = [sample for each in test["promql_expr_test"] for sample in each["exp_samples"]]
    return {name for sample in samples for name in re.findall(r'alertname="(\w+)"', sample["labels"])}


def test_prometheus_reads_the_rules_wherever_it_runs() -> None:
    read = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())["rule_files"]
    assert read == ["recording.yml", "alerts.yml"]
    volumes = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["prometheus"]["volumes"]
    assert "./deploy/prometheus:/etc/prometheus:ro" in volumes


def test_no_two_alerts_have_one_name() -> None:
    names = [rule["alert"] for rule in RULES]
    assert len(names) == len(set(names))


@ALERT
def test_an_alert_asks_for_metrics_that_there_are(rule: dict[str, Any]) -> None:
    metrics = asked(rule["expr"])
    assert metrics or rule["alert"] == "ServiceDown"  # which asks Prometheus itself
    assert metrics <= declared_metrics()


@ALERT
def test_an_alert_has_series_that_fire_it_and_series_that_just_do_not(rule: dict[str, Any]) -> None:
    name = rule["alert"]
    tests = rule_tests()
    assert any(name in fired_in(test) for test in tests if test["name"].startswith(f"{name} fires:"))
    quiet = [test for test in tests if test["name"].startswith(f"{name} keeps quiet:")]
    assert quiet
    assert not any(name in fired_in(test) for test in quiet)


@ALERT
def test_an_alert_says_whom_it_concerns_and_what_is_wrong(rule: dict[str, Any]) -> None:
    told, labels = rule["annotations"], rule["labels"]
    assert labels["severity"] in ("page", "ticket")
    assert "service" in labels or '"service"' in rule["expr"]
    assert told["summary"]
    assert told["description"].endswith(".")
    assert told["dashboard"].partition("?")[0] in {
        f"/d/{json.loads(file.read_text(encoding='utf-8'))['uid']}"
        for file in (ROOT / "deploy/grafana/dashboards").glob("*.json")
    }


@ALERT
def test_an_alert_sends_whoever_is_woken_to_three_commands(rule: dict[str, Any]) -> None:
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    assert anchor in anchors((ROOT / page).read_text(encoding="utf-8"))
    text = chapter(rule)
    assert f"`{rule['alert']}`" in text.split("First steps:")[0]
    first_steps = text.split("First steps:\n\n")[1].splitlines()[:3]
    assert [line[:4] for line in first_steps] == ["1. `", "2. `", "3. `"]


@ALERT
def test_a_first_step_looks_for_metrics_that_there_are(rule: dict[str, Any]) -> None:
    series = [name + suffix for name in declared_metrics() for suffix in ("", "_sum", "_count", "_bucket")]
    for pattern in re.findall(r"/metrics \| grep (?:-E )?'?([^'`]+)", chapter(rule)):
        beginning = pattern.partition(".*")[0]  # what follows are labels
        assert any(re.search(beginning, name) for name in series), pattern
