"""All faults, in the order of the report. `LIGHT_FAULTS` need one broker only and little time."""

from collections.abc import Sequence

from tests.oracle.faults_backends import BACKEND_FAULTS
from tests.oracle.faults_process import PROCESS_FAULTS
from tests.oracle.faults_zombie import ZOMBIE_FAULTS
from tests.oracle.nemesis import NemesisFault

FAULTS: Sequence[NemesisFault] = (*PROCESS_FAULTS, *ZOMBIE_FAULTS, *BACKEND_FAULTS)

_LIGHT = (
    "kill ingest after-ack",
    "kill enrich after-produce",
    "kill publish after-write",
    "kill publish after-first-emit",
    "SIGTERM in a batch",
    "zombie publisher after-write",
    "write applied, error told",
    "replay everything",
)
LIGHT_FAULTS: Sequence[NemesisFault] = tuple(fault for fault in FAULTS if fault.name in _LIGHT)


def named(name: str) -> NemesisFault:
    """The fault of this name. ValueError lists the names."""
    for fault in FAULTS:
        if fault.name == name:
            return fault
    raise ValueError(f"there is no fault {name!r}; choose among {', '.join(fault.name for fault in FAULTS)}")
