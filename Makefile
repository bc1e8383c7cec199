# Everything is started from here; continuous integration calls the same targets.
# The only thing needed beforehand is Python 3.11 or newer. uv is installed into .uv/ when it is missing.

.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
ARGS ?=
UV_VERSION := 0.13.9
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
RUN := $(UV) run --frozen --no-sync

.PHONY: help demo test unit faults eval check format docs pictures

help: ## show this text
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo '  ARGS="..." passes options on, as in: make demo ARGS="--once --json"'

demo: .venv/.synced ## start everything on this machine and watch sample articles flow through
	@$(RUN) newsloom demo $(ARGS)

test: .venv/.synced ## run all tests, against a real Kafka and a real MongoDB that they start themselves
	@$(RUN) pytest $(ARGS)

unit: .venv/.synced ## run the unit tests only: no network, a few seconds
	@$(RUN) pytest tests/unit -n auto $(ARGS)

faults: .venv/.synced ## break everything under load and let the oracle judge; ARGS="--quick" is the short way
	@$(RUN) python -m tests.oracle.runner $(ARGS)

eval: .venv/.synced ## judge enrichment against labelled articles, in figures with floors; ARGS="--mistakes" tells each
	@OMP_NUM_THREADS=1 $(RUN) python -m tests.evaluation $(ARGS)

check: .venv/.synced ## the event contract, format, lint, types, directions between packages, and what deploys it all
	@$(RUN) newsloom schemas check
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .
	@$(RUN) mypy
	@$(RUN) lint-imports
	@$(RUN) pytest tests/deployment -q

format: .venv/.synced ## put the code into its format
	@$(RUN) ruff format .
	@$(RUN) ruff check --fix .

docs: .venv/.synced ## make the generated pages anew
	@$(RUN) python -m newsloom.contract.pages.documents docs
	@$(RUN) python -m ingest.problems.pages docs/problems.md
	@$(RUN) python -m newsloom_runtime.metrics.page docs/metrics.md ingest enrich publish feeds canary
	@$(RUN) python deploy/k8s/rules.py
	@$(RUN) python -m deploy.grafana.source deploy/grafana/dashboards

pictures: .venv/.synced ## draw the dashboards for docs/ from a system at work; takes a quarter of an hour
	@$(RUN) python -m tests.monitoring.pictures docs/img $(ARGS)

# What the environment is made of; it is made anew when one of these changes.
.venv/.synced: uv.lock pyproject.toml $(wildcard shared/*/pyproject.toml services/*/pyproject.toml cli/pyproject.toml) | $(UV)
	@echo "Installing the pinned packages into .venv (cached for the next clone) ..." >&2
	@$(UV) sync --frozen
	@touch $@

.uv/bin/uv:
	@echo "Installing uv $(UV_VERSION) into .uv ..." >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "newsloom needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv .uv || { echo "install Python's venv module (on Debian: apt install python3-venv)" >&2; exit 1; }
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
