"""A scrape of a large registry leaves the event loop free."""

import asyncio
import time

import httpx2
from prometheus_client import CollectorRegistry, Gauge
from starlette.applications import Starlette

from newsloom_runtime.health import Health
from newsloom_runtime.metrics.process import LoopDelay, Readiness
from newsloom_runtime.ops import ops_routes
from tests.eventually import eventually

SERIES = 30_000


def large() -> CollectorRegistry:
    registry = CollectorRegistry()
    gauge = Gauge("newsloom_large", "Many", ("number",), registry=registry)
    for number in range(SERIES):
        gauge.labels(str(number)).set(number)
    return registry


async def test_others_go_on_while_a_scrape_is_made() -> None:
    registry = large()
    app = Starlette(routes=ops_routes("enrich", Health(), registry, ()))
    turns, done = 0, False

    async def take_turns() -> None:
        nonlocal turns
        while not done:
            await asyncio.sleep(0)
            turns += 1

    other = asyncio.create_task(take_turns())
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://here", timeout=60) as client:
        await client.get("/livez")
        before = turns
        answer = await client.get("/metrics")
        during = turns - before
    done = True
    await other
    assert answer.text.count("newsloom_large{") == SERIES
    # On the event loop it would be a handful of turns, those of the request itself.
    assert during > 100


async def test_the_delay_of_a_blocked_loop_is_seen() -> None:
    registry = CollectorRegistry()
    measuring = asyncio.create_task(LoopDelay(registry).run())
    await asyncio.sleep(0)
    time.sleep(0.6)  # noqa: ASYNC251 - this is the fault
    await eventually(lambda: registry.get_sample_value("newsloom_event_loop_delay_seconds_count"))
    measuring.cancel()
    assert registry.get_sample_value("newsloom_event_loop_delay_seconds_sum", {}) > 0.25  # type: ignore[operator]


def test_every_check_is_shown_and_only_the_failing_ones_are_1() -> None:
    health = Health()
    health.add_check("kafka", lambda: "away")
    health.add_liveness_check("consumer", lambda: None)
    registry = CollectorRegistry()
    readiness = Readiness(health)
    registry.register(readiness)
    readiness.look()
    assert registry.get_sample_value("newsloom_not_ready", {"check": "kafka"}) == 1
    assert registry.get_sample_value("newsloom_not_ready", {"check": "consumer"}) == 0
