"""Prometheus takes the rules, and each alert fires, or keeps quiet, for the series of its tests."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.monitoring.prometheus import RULES, needs_prometheus

RULE_TESTS = sorted((RULES / "tests").glob("*.yml"))
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
