"""Writes the alerts for the Prometheus Operator, from the same files that a plain Prometheus reads:
`python deploy/k8s/rules.py` (`make docs` does it).
"""

import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
RULE_FILES = tuple(HERE.parent / "prometheus" / name for name in ("recording.yml", "alerts.yml"))
WRITTEN = HERE / "components/prometheus-operator/rules.yaml"
HEAD = "# Made by `make docs` from deploy/prometheus/{recording,alerts}.yml: change those.\n"


def rendered() -> str:
    """The PrometheusRule as YAML."""
    groups: list[Any] = [group for file in RULE_FILES for group in yaml.safe_load(file.read_text())["groups"]]
    rule = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "newsloom"},
        "spec": {"groups": groups},
    }
    return HEAD + yaml.safe_dump(rule, sort_keys=False, width=110, allow_unicode=True)


def main() -> int:
    """0; the file is written anew."""
    WRITTEN.write_text(rendered())
    return 0


if __name__ == "__main__":
    sys.exit(main())
