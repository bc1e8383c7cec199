"""What the machine could do while we measured: without it no figure means anything on another day."""

import hashlib
import os
import time
from dataclasses import asdict, dataclass
from typing import Any

CALIBRATION_S = 0.5
BLOCK = b"newsloom" * 128


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One look at the machine. `sha256_per_s`: hashes of 1 KiB a second on one core, in Python."""

    sha256_per_s: int
    load: tuple[float, float, float]


def read_machine() -> Reading:
    """Calibrate for half a second and note the load averages."""
    load = os.getloadavg()
    count, end = 0, time.perf_counter() + CALIBRATION_S
    while time.perf_counter() < end:
        for _ in range(100):
            hashlib.sha256(BLOCK).digest()
        count += 100
    return Reading(sha256_per_s=int(count / CALIBRATION_S), load=load)


def machine_report(before: Reading, after: Reading) -> dict[str, Any]:
    """Both readings for the report. Far apart, they say that something else was running."""
    return {"cores": os.cpu_count(), "before": asdict(before), "after": asdict(after)}


def machine_lines(machine: dict[str, Any]) -> list[str]:
    """The same for people."""
    before, after = machine["before"], machine["after"]
    load = " ".join(f"{value:.2f}" for value in before["load"])
    load_after = " ".join(f"{value:.2f}" for value in after["load"])
    return [
        f"machine: {machine['cores']} cores, load {load} before, {load_after} after",
        f"calibration: {before['sha256_per_s']:,} sha256/KiB/s before, {after['sha256_per_s']:,} after",
    ]
