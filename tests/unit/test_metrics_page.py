"""Metrics are declared once, with closed labels; docs/metrics.md says what the declarations say."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from newsloom_runtime.metrics import EVERY_SERVICE, CounterMetric, HistogramMetric, Metric
from newsloom_runtime.metrics.mongo import WITH_MONGO
from newsloom_runtime.metrics.page import declared, markdown

ROOT = Path(__file__).parents[2]
SERVICES = ("ingest", "enrich", "publish", "feeds", "canary")
OWN = declared(SERVICES)
METRICS = [*EVERY_SERVICE, *WITH_MONGO, *(metric for table in OWN.values() for metric in table)]
SOURCES = sorted(path for part in ("services", "shared") for path in (ROOT / part).rglob("src/**/*.py"))
MAKERS = {"Counter", "Gauge", "Histogram", "Summary", "Info", "Enum", "GaugeMetricFamily"}
UNBOUNDED = {"id", "article", "event", "source", "key", "path", "client", "address", "url"}
DECLARING = "newsloom_runtime/metrics/declaring.py"


def test_the_page_says_what_the_declarations_say() -> None:
    written = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")
    assert written == markdown(OWN), "run `make docs`"


def test_the_page_is_made_of_every_service() -> None:
    [made] = re.findall(
        r"newsloom_runtime\.metrics\.page docs/metrics\.md (.+)", (ROOT / "Makefile").read_text()
    )
    assert tuple(made.split()) == SERVICES
    assert {path.parent.name for path in (ROOT / "services").glob("*/pyproject.toml")} == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_declares_what_it_shows_and_no_name_twice(service: str) -> None:
    table = import_module(f"{service}.metrics").DECLARED
    names = [metric.name for metric in table]
    assert len(set(names)) == len(names)
    assert set(names) >= {metric.name for metric in EVERY_SERVICE}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_names_and_texts_keep_the_conventions(metric: Metric) -> None:
    assert re.fullmatch(r"newsloom_[a-z][a-z_]+[a-z]", metric.name)
    assert metric.name.endswith("_total") == isinstance(metric, CounterMetric)
    assert not metric.name.endswith(("_count", "_sum", "_bucket"))
    assert metric.meaning
    assert not metric.meaning.endswith("."), "the page ends the sentence"
    assert metric.look.endswith(".")
    if isinstance(metric, HistogramMetric):
        assert list(metric.buckets) == sorted(set(metric.buckets))


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_no_label_names_a_single_article_client_or_message(metric: Metric) -> None:
    assert not {"id", "article", "event", "source", "key", "path", "client", "address"} & set(
        metric.label_names
    )


def test_only_declarations_make_metrics() -> None:
    made = {
        f"{path.relative_to(ROOT)}: {alias.name}"
        for path in SOURCES
        if not path.as_posix().endswith(DECLARING)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("prometheus_client")
        for alias in node.names
        if alias.name in MAKERS and not _is_only_named(path, alias.name)
    }
    assert not made


def _is_only_named(path: Path, name: str) -> bool:
    """Whether a module never calls what it has imported: a type may be named anywhere."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return not any(isinstance(call.func, ast.Name) and call.func.id == name for call in calls)


@pytest.mark.parametrize("service", SERVICES)
def test_a_small_closed_set_begins_at_zero(service: str) -> None:
    """An increase from nothing to one is none to Prometheus: the first event would be missed."""
    registry = CollectorRegistry()
    for metric in OWN[service]:
        if isinstance(metric, CounterMetric):
            metric.on(registry)
            shown = [s for f in registry.collect() for s in f.samples if s.name == metric.name]
            closed = all(label.values for label in metric.labels)
            assert bool(shown) == closed, metric.name
            assert {sample.value for sample in shown} <= {0.0}
