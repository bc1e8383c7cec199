"""The dashboards keep the rules of grafana's dashboard-linter, and some of our own."""

import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

import canary.metrics
import enrich.metrics
import feeds.metrics
import ingest.metrics
import publish.metrics
from deploy.grafana.source.files import files
from deploy.grafana.source.panels import counted
from newsloom_runtime.metrics import HistogramMetric, Metric
from tests.monitoring.dashboards import (
    FOLDER,
    Asked,
    Json,
    all_asked,
    filled_in,
    pages,
    panels,
    selectors,
)
from tests.monitoring.prometheus import needs_prometheus
from tests.unit.test_alerts import ROOT, anchors

PAGES = pages()
PANELS = [(name, panel) for name, page in PAGES.items() for panel in panels(page)]
ASKED = all_asked()
DECLARED: dict[str, Metric] = {
    metric.name: metric
    for service in (canary.metrics, enrich.metrics, feeds.metrics, ingest.metrics, publish.metrics)
    for metric in service.DECLARED
}
HEADINGS = anchors((ROOT / "docs/runbook.md").read_text(encoding="utf-8"))
OF_EVERY_SERIES = {"job", "instance"}
# Grafana's own ids of units; a word that it does not know would be written behind the figure as it is.
UNITS = {"s", "bytes", "percentunit", "locale", "none", "short", "cps", "cpm", "reqps", "ops"}
PROCESS_METRICS = re.compile(
    r"process_(cpu_seconds_total|resident_memory_bytes|open_fds|max_fds|start_time_seconds)"
)
OUR_JOBS = "newsloom_build_info"

each_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


def each_panel(rule: Callable[[Json], None]) -> Callable[[Json], None]:
    """A rule of panels as a test of each page, which names the panel that breaks it."""

    def held(page: Json) -> None:
        for panel in panels(page):
            with naming(panel["title"]):
                rule(panel)

    return each_page(held)


def each_asked(rule: Callable[[Asked], None]) -> Callable[[Json], None]:
    """A rule of expressions as a test of each page, which names the panel that breaks it."""

    def held(page: Json) -> None:
        for asked in ASKED:
            if page is PAGES[asked.page]:
                with naming(f"{asked}: {asked.expression}"):
                    rule(asked)

    return each_page(held)


@contextmanager
def naming(what: str) -> Iterator[None]:
    """Says of a failure what it is about."""
    try:
        yield
    except AssertionError as failure:
        failure.add_note(what)
        raise


def variable(page: Json, name: str) -> Json:
    found: list[Json] = [each for each in page["templating"]["list"] if each["name"] == name]
    assert len(found) == 1, f"variable {name}"
    return found[0]


def test_the_files_are_made_from_their_source() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    assert written == dict(files()), "run `make docs`"


def test_each_page_has_an_address_of_its_own_that_its_file_tells() -> None:
    assert {name: page["uid"] for name, page in PAGES.items()} == {
        name: f"newsloom-{name}" for name in ("overview", "pipeline", "service", "enrichment", "feeds")
    }
    assert len({page["title"] for page in PAGES.values()}) == len(PAGES)


@each_page
def test_a_page_is_of_a_current_schema_and_kept_here(page: Json) -> None:
    assert page["schemaVersion"] == 42
    assert page["editable"] is False
    assert page["description"]
    assert page["tags"] == ["newsloom"]
    assert "id" not in page


@each_page
def test_a_page_has_its_data_source_jobs_and_instances_as_variables(page: Json) -> None:
    source = variable(page, "datasource")
    assert (source["type"], source["query"], source["label"]) == ("datasource", "prometheus", "Data source")
    for name in ("job", "instance"):
        each = variable(page, name)
        assert each["datasource"]["uid"] == "${datasource}"
        assert each["label"] == name.capitalize()
        assert (each["type"], each["multi"], each["allValue"], each["refresh"]) == ("query", True, ".+", 2)
        assert each["query"]["query"] == each["definition"]
        assert re.fullmatch(rf"label_values\({OUR_JOBS}(\{{.*\}})?, {name}\)", each["definition"])


@each_page
def test_a_page_leads_to_the_others_and_to_the_runbook(page: Json) -> None:
    links = {link["title"]: link for link in page["links"]}
    assert links["newsloom"]["type"] == "dashboards"
    assert set(links["newsloom"]["tags"]) <= set(page["tags"])
    assert links["Runbook"]["url"] == "${docs}/runbook.md"
    assert variable(page, "docs")["current"]["value"].startswith("https://")


@each_page
def test_panels_have_numbers_of_their_own_and_do_not_lie_on_each_other(page: Json) -> None:
    assert max(Counter(panel["id"] for panel in page["panels"]).values()) == 1
    taken: Counter[tuple[int, int]] = Counter()
    for panel in page["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        taken.update(
            (place["x"] + across, place["y"] + down)
            for across in range(place["w"])
            for down in range(place["h"])
        )
    assert max(taken.values()) == 1


@each_page
def test_panels_stand_under_headings(page: Json) -> None:
    assert page["panels"][0]["type"] == "row"
    rows = [panel["title"] for panel in page["panels"] if panel["type"] == "row"]
    assert len(rows) >= 4
    assert len(set(rows)) == len(rows)


@each_panel
def test_a_panel_says_what_it_shows(panel: Json) -> None:
    assert panel["title"]
    assert panel["description"].endswith(".")
    defaults = panel["fieldConfig"]["defaults"]
    assert defaults["unit"] in UNITS
    assert defaults["noValue"]
    assert defaults["thresholds"]["steps"][0]["value"] is None
    values = [step["value"] for step in defaults["thresholds"]["steps"][1:]]
    assert values == sorted(values)


@each_panel
def test_a_panel_asks_the_chosen_data_source(panel: Json) -> None:
    assert panel["targets"]
    for asking in (panel, *panel["targets"]):
        assert asking["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])


@each_panel
def test_a_count_of_the_whole_time_is_asked_for_once(panel: Json) -> None:
    for target in panel["targets"]:
        assert target["instant"] is not target["range"]
        assert target["instant"] or "$__range" not in target["expr"]


@each_panel
def test_several_lines_of_a_panel_have_names(panel: Json) -> None:
    if panel["type"] in ("timeseries", "bargauge"):
        names = [target["legendFormat"] for target in panel["targets"]]
        assert all(names)
        assert len(set(names)) == len(names)


@each_panel
def test_a_panel_leads_to_a_heading_that_there_is(panel: Json) -> None:
    for link in panel["links"]:
        address, _, anchor = link["url"].partition("#")
        assert address == "${docs}/runbook.md"
        assert anchor in HEADINGS


def test_a_panel_that_can_turn_red_says_what_to_do() -> None:
    silent = [
        f"{name}: {panel['title']}"
        for name, panel in PANELS
        if panel["type"] == "stat" and not panel["links"] and "red" in str(panel["fieldConfig"])
    ]
    assert not silent


@each_asked
def test_a_name_in_a_legend_is_a_label_that_the_expression_keeps(asked: Asked) -> None:
    target = next(each for each in asked.panel["targets"] if each["expr"] == asked.expression)
    kept = set(re.findall(r"\w+", " ".join(re.findall(r"by \(([^)]*)\)", asked.expression))))
    assert set(re.findall(r"{{(\w+)}}", target["legendFormat"])) <= kept


def declared(name: str) -> Metric | None:
    """The metric of a series; None for what Prometheus and the process itself tell."""
    if name in ("up", "ALERTS") or PROCESS_METRICS.fullmatch(name):
        return None
    return DECLARED[name] if name in DECLARED else DECLARED[re.sub(r"_(bucket|sum|count)$", "", name)]


@each_asked
def test_every_metric_is_declared_and_has_the_labels_that_are_asked_for(asked: Asked) -> None:
    kept = set(re.findall(r"\w+", " ".join(re.findall(r"by \(([^)]*)\)", asked.expression))))
    labels = {"le", "alertname", *OF_EVERY_SERIES}
    for name, matchers in selectors(asked.expression):
        if (metric := declared(name)) is not None:
            labels |= set(metric.label_names)
            for label, wanted in re.findall(r'(\w+)[!=~]+"([^"]*)"', matchers):
                if label not in OF_EVERY_SERIES | {"le"}:
                    assert_has(metric, label, wanted)
    assert kept <= labels


def assert_has(metric: Metric, label: str, wanted: str) -> None:
    """The metric has the label, and a label whose values are listed has each of these."""
    found = [each for each in metric.labels if each.name == label]
    assert found, f"{metric.name} has no label {label}"
    if found[0].values:
        assert set(filter(None, wanted.split("|"))) <= set(found[0].values), f"{metric.name}, {label}"


@each_asked
def test_a_bucket_is_asked_for_by_a_bound_that_there_is(asked: Asked) -> None:
    for name, matchers in selectors(asked.expression):
        for bound in re.findall(r'le="([^"]*)"', matchers):
            metric = declared(name)
            assert isinstance(metric, HistogramMetric)
            assert bound in {f"{float(each)}" for each in metric.buckets}


@each_asked
def test_every_selector_is_held_to_the_chosen_jobs_and_instances(asked: Asked) -> None:
    for name, matchers in selectors(asked.expression):
        # An alarm belongs to the whole: rules that aggregate leave neither label on it (dashboards/.lint).
        assert name == "ALERTS" or matchers.startswith('{job=~"$job",instance=~"$instance"')


@each_asked
def test_a_rate_is_over_the_interval_that_fits_the_scrapes(asked: Asked) -> None:
    assert set(re.findall(r"\brate\([^[]*\[([^]]*)\]", asked.expression)) <= {"$__rate_interval"}
    assert set(re.findall(r"\[([^]]*)\]", asked.expression)) <= {"$__rate_interval", "$__range"}


@each_asked
def test_a_counter_is_never_shown_as_it_is(asked: Asked) -> None:
    counters = re.findall(r"\w+_total(?:\{[^}]*\})?", asked.expression)
    rest = asked.expression
    for counter in counters:
        # What was counted in a time: the increase, and what series that began in it began with.
        begun_with = f"(min_over_time({counter}[$__range]) unless {counter} offset $__range)"
        rest = (
            rest.replace(begun_with, "").replace(f"increase({counter}[", "").replace(f"rate({counter}[", "")
        )
    assert "_total" not in rest


@each_asked
def test_a_quantile_is_of_buckets_by_their_bound(asked: Asked) -> None:
    if "histogram_quantile" in asked.expression:
        assert re.search(
            r"histogram_quantile\([\d.]+, sum by \((\w+, )*le\) \(\w+\(\w+_bucket\{", asked.expression
        )


def test_the_linters_exclusions_name_panels_that_there_are() -> None:
    titles = {(page["title"], panel["title"]) for page in PAGES.values() for panel in panels(page)}
    for rule in yaml.safe_load((FOLDER / ".lint").read_text(encoding="utf-8"))["exclusions"].values():
        assert rule["reason"]
        assert {(entry["dashboard"], entry["panel"]) for entry in rule["entries"]} <= titles


@needs_prometheus
def test_promtool_reads_every_expression(tmp_path: Path) -> None:
    rules = tmp_path / "expressions.yml"
    named = [
        {"record": f"dashboards:{asked.page}:{number}", "expr": filled_in(asked.expression, over_s=3600)}
        for number, asked in enumerate(ASKED)
    ]
    rules.write_text(yaml.safe_dump({"groups": [{"name": "dashboards", "rules": named}]}))
    verdict = subprocess.run(
        ["promtool", "check", "rules", str(rules)], capture_output=True, text=True, check=False
    )
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert f"{len(ASKED)} rules found" in verdict.stdout


@needs_prometheus
@pytest.mark.parametrize(
    ("samples", "counted_then"),
    [
        pytest.param("_x30 1x20 2x19", 2, id="born at 1"),
        pytest.param("_x10 1x20 2x19 stale _x20", 2, id="born at 1 and gone again"),
        pytest.param("0x30 1x20 3x19", 3, id="there from the start at 0"),
        pytest.param("7x200 9x19", 2, id="there before"),
        pytest.param("7x200 2x19", 2, id="began anew"),
        pytest.param("7x219", 0, id="nothing happened"),
    ],
)
def test_what_was_counted_in_a_time_is_counted_whole(tmp_path: Path, samples: str, counted_then: int) -> None:
    ends = sum(int(times) + 1 for times in re.findall(r"x(\d+)", samples)) * 15
    asked = {
        "expr": f"round({counted('letters_total')})".replace("$__range", "1800s"),
        "eval_time": f"{ends}s",
        "exp_samples": [{"labels": "{}", "value": counted_then}],
    }
    series = [{"series": "letters_total", "values": samples}]
    case = {"interval": "15s", "input_series": series, "promql_expr_test": [asked]}
    tests = tmp_path / "tests.yml"
    tests.write_text(yaml.safe_dump({"rule_files": [], "evaluation_interval": "15s", "tests": [case]}))
    verdict = subprocess.run(
        ["promtool", "test", "rules", str(tests)], capture_output=True, text=True, check=False
    )
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_grafana_finds_its_data_source_and_the_dashboards() -> None:
    provisioning = FOLDER.parent / "provisioning"
    source = one(provisioning / "datasources/prometheus.yaml", "datasources")
    assert source["type"] == "prometheus"
    scrapes = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    assert source["jsonData"]["timeInterval"] == scrapes["global"]["scrape_interval"]
    provider = one(provisioning / "dashboards/newsloom.yaml", "providers")
    assert provider["type"] == "file"
    assert provider["allowUiUpdates"] is False


def one(path: Path, kind: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))[kind]
    assert len(found) == 1
    return found[0]
