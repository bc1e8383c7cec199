"""What the running services show is what they declare, lint-free, with closed labels, and it moves."""

from collections.abc import Awaitable
from typing import Final
from uuid import uuid4

import httpx2
import pytest

from tests.e2e.system import System
from tests.eventually import eventually
from tests.monitoring.prometheus import needs_prometheus
from tests.monitoring.scraping import beside_the_table, ids_in, lint, outside_its_set, scrape, scrape_all

SERVICES: Final = ("ingest", "enrich", "publish", "feeds")
TEXTS: Final = {
    "ru": "Городской совет открыл новый мост через реку после двух лет ремонта.",
    "en": "The city council opened the new bridge over the river after two years of repairs.",
}


@pytest.fixture
async def used(system: System) -> System:
    """The system after an article was read, one was killed, and some requests were refused."""
    source = f"metrics-{uuid4().hex[:8]}"
    for language, text in TEXTS.items():
        article = {"external_id": language, "revision": 1, "headline": text, "body_text": text}
        article_id = await system.submit(article, source=source)
        await system.shown(article_id)
    await system.post(
        "/v1/articles/kill", params={"source": source, "external_id": "en"}, json={"reason": "withdrawn"}
    )
    await system.post("/v1/articles", params={"source": source}, json={"headline": ""})
    await system.http.post(system.at.need("ingest") + "/v1/articles", json={})
    await system.get("/v1/articles/" + str(uuid4()))
    await system.get("/nowhere/" + uuid4().hex)
    return system


async def test_services_show_what_they_declare_and_no_id(used: System) -> None:
    shown = await scrape_all(used, SERVICES)
    for service, each in shown.items():
        assert beside_the_table(each) == (frozenset(), frozenset()), service
        assert not outside_its_set(each), service
        assert not ids_in(each), service


@needs_prometheus
async def test_promtool_has_nothing_against_any_service(used: System) -> None:
    for service, each in (await scrape_all(used, SERVICES)).items():
        assert await lint(each) == "", service


async def test_what_happens_moves_the_metrics_of_every_stage(used: System) -> None:
    async def counted() -> bool:
        ingest, enrich, publish, feeds = (await scrape_all(used, SERVICES)).values()
        return all(
            (
                ingest.value("newsloom_ingest_accepted_total", kind="article", source_class="desk") >= 2,
                ingest.value("newsloom_ingest_accepted_total", kind="kill") >= 1,
                ingest.value("newsloom_ingest_auth_failures_total", why="no-key") >= 1,
                ingest.value("newsloom_http_requests_total", status="422", problem="invalid") >= 1,
                ingest.value("newsloom_http_requests_total", status="401", problem="unauthorized") >= 1,
                ingest.value("newsloom_send_seconds_count") >= 3,
                enrich.value("newsloom_consumed_records_total", role="enricher") >= 3,
                enrich.value("newsloom_enrich_tags_total") >= 1,
                enrich.value("newsloom_enrich_related_links_count") >= 2,
                enrich.value("newsloom_enrich_workers") >= 1,
                publish.value("newsloom_publish_decisions_total", decision="kill") >= 1,
                publish.value("newsloom_article_age_seconds_count", at="stored", source_class="desk") >= 2,
                publish.value("newsloom_article_age_seconds_count", at="told", source_class="desk") >= 2,
                publish.value("newsloom_mongo_command_seconds_count", command="insert") >= 1,
                publish.value("newsloom_mongo_connections") >= 1,
                feeds.value("newsloom_article_age_seconds_count", at="feed", source_class="desk") >= 2,
                feeds.value("newsloom_http_requests_total", status="404", route="other") >= 1,
                feeds.value("newsloom_event_loop_delay_seconds_count") >= 1,
            )
        )

    await eventually(counted, within=60, what="every stage counts")


async def test_a_live_reader_is_counted_while_there(used: System) -> None:
    address = used.at.need("feeds") + "/v1/feeds/all/events"
    before = (await scrape(used, "feeds")).value("newsloom_feeds_streams")

    async def readers() -> float:
        return (await scrape(used, "feeds")).value("newsloom_feeds_streams") - before

    async with httpx2.AsyncClient(timeout=60, trust_env=False) as http, http.stream("GET", address):
        await eventually(lambda: _is(readers(), 1), within=60, what="one more reader")
    await eventually(lambda: _is(readers(), 0), within=60, what="the reader is gone")


async def _is(value: Awaitable[float], wanted: float) -> bool:
    return await value == wanted
