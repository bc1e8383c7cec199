"""Readiness holds every reason; liveness only those that a restart mends."""

from newsloom_runtime.health import Health


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
