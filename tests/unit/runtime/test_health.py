"""Readiness holds every reason; liveness only those that a restart mends."""

import httpx2
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from newsloom_runtime.health import Health
from newsloom_runtime.ops import ops_routes


def test_a_process_is_ready_when_no_check_has_a_reason() -> None:
    health = Health()
    health.add_check("kafka", lambda: None)
    assert (health.not_ready(), health.not_alive()) == ({}, {})


def test_what_is_not_alive_is_not_ready_either() -> None:
    health = Health()
    health.add_check("kafka", lambda: "away")
    health.add_liveness_check("loop", lambda: "stuck")
    assert health.not_alive() == {"loop": "stuck"}
    assert health.not_ready() == {"kafka": "away", "loop": "stuck"}


async def test_a_note_tells_what_is_missing_and_leaves_the_process_ready() -> None:
    health = Health()
    missing: list[str] = []
    health.add_note("enrichers", lambda: missing[0] if missing else None)
    app = Starlette(routes=ops_routes("enrich", health, CollectorRegistry(), ()))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://enrich") as http:
        assert (await http.get("/readyz")).json() == {"status": "ok", "reasons": {}}
        missing.append("tickers is left out")
        answer = await http.get("/readyz")
        assert answer.status_code == 200
        assert answer.json() == {
            "status": "ok",
            "reasons": {},
            "notes": {"enrichers": "tickers is left out"},
        }
        health.add_check("kafka", lambda: "away")
        answer = await http.get("/readyz")
        assert (answer.status_code, answer.json()["notes"]) == (503, {"enrichers": "tickers is left out"})
