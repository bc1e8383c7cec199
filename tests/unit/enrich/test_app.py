"""The service is put together from its settings alone; nothing is started by building it."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from pydantic import ValidationError

from enrich.app import build
from enrich.consumer import ANALYSED_RECORDS, PLAIN_RECORDS, enricher_role
from enrich.enrich import Enrich, PlainEnricher
from enrich.metrics import EnrichMetrics, SwitchedOff
from enrich.settings import Settings
from enrich.translations import Translations
from newsloom_runtime.records import RawRecord, Received
from newsloom_schemas.catalog import ARTICLES_SUBMITTED
from tests.factories import skipped, submitted
from tests.unit.enrich.fakes import RecordingPublisher, analysis


@pytest.mark.parametrize("language_work", ["on", "off"])
def test_the_app_is_built_without_kafka_and_serves_the_operational_routes(
    monkeypatch: pytest.MonkeyPatch, language_work: str
) -> None:
    monkeypatch.setenv("ENRICH_LANGUAGE_WORK", language_work)
    app = build(Settings())
    assert {getattr(route, "path", None) for route in app.routes} >= {
        "/livez",
        "/readyz",
        "/metrics",
        "/asyncapi",
    }


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENRICH_LANGUAGES", "ru, uk")
    monkeypatch.setenv("ENRICH_TRANSLATE_TO", "")
    monkeypatch.setenv("ENRICH_WORKERS", "3")
    settings = Settings()
    assert (settings.port, settings.workers) == (8002, 3)
    assert (settings.languages, settings.translate_to) == (("ru", "uk"), ())
    monkeypatch.setenv("ENRICH_LANGUAGE_WORK", "maybe")
    with pytest.raises(ValidationError, match="language_work"):
        Settings()


async def test_the_consumer_hands_whole_polls_to_the_use_case() -> None:
    publisher = RecordingPublisher()
    enrich = Enrich(PlainEnricher(), publisher, Translations(wanted=()))
    role = enricher_role(enrich, max_records=PLAIN_RECORDS)
    assert (role.role, role.group, role.topics) == ("enricher", "enrich", (ARTICLES_SUBMITTED,))
    raw = RawRecord(topic="t", partition=0, offset=0, timestamp_ms=0, key=None, value=None, headers=())
    received = [Received(event=submitted(), raw=raw) for _ in range(3)]
    assert await role.handle(received) == ()
    assert [len(batch) for batch in publisher.batches] == [3]
    assert ANALYSED_RECORDS < PLAIN_RECORDS


def test_seconds_and_facets_are_counted_with_closed_labels() -> None:
    registry = CollectorRegistry()
    metrics = EnrichMetrics(registry)
    metrics.analysed(analysis(seconds={"slovnet": 0.03}))
    metrics.enriched(skipped())
    shown = generate_latest(registry).decode()
    assert 'newsloom_enrich_seconds_count{enricher="slovnet"} 1.0' in shown
    assert 'newsloom_enrich_facets_total{facet="entities",status="skipped"} 1.0' in shown


def test_enrichers_that_fail_are_counted_and_those_switched_off_are_shown_while_they_are() -> None:
    registry = CollectorRegistry()
    metrics, off = EnrichMetrics(registry), {"slovnet": "switched off"}
    SwitchedOff(registry, lambda: off)
    metrics.analysed(analysis(seconds={"slovnet": 1.0}, faults={"slovnet": "the enricher failed: KeyError"}))
    shown = generate_latest(registry).decode()
    assert 'newsloom_enrich_failures_total{enricher="slovnet"} 1.0' in shown
    assert 'newsloom_enrich_switched_off{enricher="slovnet"} 1.0' in shown
    off.clear()
    assert "newsloom_enrich_switched_off{" not in generate_latest(registry).decode()
