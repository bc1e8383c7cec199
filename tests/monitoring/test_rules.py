"""Prometheus takes the rules, and each alert fires, or keeps quiet, for the series of its tests."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.monitoring.dashboards import selectors
from tests.monitoring.prometheus import RULES, needs_prometheus
from tests.monitoring.test_dashboards import assert_has, declared

RULE_TESTS = sorted((RULES / "tests").glob("*.yml"))
EXPRESSIONS = [
    rule["expr"]
    for name in ("recording.yml", "alerts.yml")
    for group in yaml.safe_load((RULES / name).read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
needs_amtool = pytest.mark.skipif(
    shutil.which("amtool") is None,
    reason="no amtool on PATH; on Debian: apt install prometheus-alertmanager",
)


def run(*command: str | Path) -> None:
    """Fails with what the tool says."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_prometheus
def test_prometheus_takes_its_configuration_and_rules() -> None:
    run("promtool", "check", "config", RULES / "prometheus.yml")
    run("promtool", "check", "rules", "--lint-fatal", RULES / "recording.yml", RULES / "alerts.yml")


@needs_amtool
def test_alertmanager_takes_the_example() -> None:
    run("amtool", "check-config", RULES / "alertmanager.yml")


@needs_amtool
@pytest.mark.parametrize(
    ("labels", "receiver"),
    [("severity=page", "pager"), ("severity=ticket", "tickets"), ("alertname=OfSomebodyElse", "tickets")],
)
def test_pages_wake_somebody_and_everything_else_is_a_ticket(labels: str, receiver: str) -> None:
    config = f"--config.file={RULES / 'alertmanager.yml'}"
    run("amtool", "config", "routes", "test", config, f"--verify.receivers={receiver}", labels)


@needs_prometheus
@pytest.mark.parametrize("file", RULE_TESTS, ids=lambda file: file.stem)
def test_the_rules_do_what_their_tests_say(file: Path) -> None:
    run("promtool", "test", "rules", file)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_rule_asks_for_labels_and_values_that_its_metrics_have(expression: str) -> None:
    """Else it would be quiet for ever, whatever happens."""
    for name, matchers in selectors(expression):
        if name.startswith("newsloom_") and (metric := declared(name)) is not None:
            for label, wanted in re.findall(r'(\w+)[!=~]+"([^"]*)"', matchers):
                if label not in ("job", "le"):
                    assert_has(metric, label, wanted)
