"""The list of faults holds together, without any process."""

from newsloom_runtime.fault_points import parse
from tests.oracle.faults import FAULTS, LIGHT_FAULTS
from tests.oracle.faults_process import CRASHES

# What must be killed at which step; enrich has no translator yet that could be killed after its work.
PROMISED = {
    *(f"kill ingest {step}" for step in ("before-send", "before-ack", "after-ack")),
    *(f"kill enrich {step}" for step in ("after-read", "after-analysis", "after-produce", "after-commit")),
    *(
        f"kill publish {step}"
        for step in ("before-write", "after-write", "after-first-emit", "after-emit", "after-commit")
    ),
    *(f"kill embargo {step}" for step in ("before-write", "after-write", "after-emit")),
}


def test_every_fault_has_a_name_of_its_own() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(set(names)) == len(names)
    assert {fault.name for fault in LIGHT_FAULTS} <= set(names)
    assert len(LIGHT_FAULTS) >= 8


def test_every_promised_step_is_killed() -> None:
    assert {crash.name for crash in CRASHES} == PROMISED


def test_every_crash_names_a_point_that_exists() -> None:
    for crash in CRASHES:
        (fault,) = parse(crash.fault_point)
        assert fault.action == "kill"
