"""Faults on purpose: named places where a process kills, stops or blocks itself, for the tests of crashes.

Inert unless NEWSLOOM_FAULT_POINT names a place: `publish.after-write=kill`, `publish.before-emit=stop`,
`enrich.after-read=block:10`; `@3` behind it means the third pass, and a comma separates several.
"""

import re
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import structlog

from newsloom_runtime.records import Received, Rejection, Subscription

ENVIRONMENT = "NEWSLOOM_FAULT_POINT"

POINTS: Mapping[str, str] = MappingProxyType(
    {
        "ingest.before-send": "an article is checked and clean, nothing is sent",
        "ingest.before-ack": "it is on its way to Kafka, the acknowledgement is not there",
        "ingest.after-ack": "Kafka has it, the client has no answer",
        "enrich.after-read": "a batch is taken, nothing is done",
        "enrich.after-analysis": "the language work of a batch is done, nothing of it is sent",
        "enrich.after-translate": "translations are made, not sent",
        "enrich.after-produce": "the results are acknowledged, the requests to translate are not sent",
        "enrich.after-commit": "the offsets of a batch are committed",
        "publish.after-read": "a batch is taken, nothing is done",
        "publish.before-write": "decided, not stored",
        "publish.after-write": "stored, nothing told",
        "publish.before-emit": "stored or a repetition, nothing told",
        "publish.after-first-emit": "the first record of a batch is acknowledged, the others are not sent",
        "publish.after-emit": "everything is told, nothing committed",
        "publish.after-commit": "the offsets of a batch are committed",
        "proofread.before-emit": "late records are found, nothing is corrected",
        "proofread.after-emit": "everything is corrected, nothing committed",
        "embargo.before-write": "an embargo is over, nothing is stored",
        "embargo.after-write": "its lift is stored, nothing told",
        "embargo.before-emit": "its lift is stored, or to be told again, nothing told",
        "embargo.after-first-emit": "the first record of it is acknowledged, the others are not sent",
        "embargo.after-emit": "everything is told, which is not noted in the store",
    }
)

Action = Literal["kill", "stop", "block"]
_SPELLING = re.compile(
    r"(?P<point>[a-z.-]+)=(?P<action>kill|stop|block:(?P<seconds>\d+(\.\d+)?))(@(?P<number>[1-9]\d*))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens at a point, and at which pass; `seconds` is for how long the event loop is blocked."""

    point: str
    action: Action
    seconds: float = 0
    at_pass: int = 1


def parse(text: str) -> tuple[Fault, ...]:
    """The faults that a setting names. Raises ValueError, with a list of the points, for what is none."""
    return tuple(_parse_one(part.strip()) for part in text.split(",") if part.strip())


def _parse_one(text: str) -> Fault:
    found = _SPELLING.fullmatch(text)
    if found is None or found["point"] not in POINTS:
        raise ValueError(
            f"{text!r} names no fault: write POINT=kill, POINT=stop or POINT=block:SECONDS, with @N for the"
            f" Nth pass. The points are {', '.join(POINTS)}"
        )
    action, _, _ = found["action"].partition(":")
    return Fault(
        point=found["point"],
        action=action,  # type: ignore[arg-type] # the pattern allows no other word
        seconds=float(found["seconds"] or 0),
        at_pass=int(found["number"] or 1),
    )


def perform(fault: Fault) -> None:
    """Kill or stop this process here and now, or block its event loop as a long computation would."""
    if fault.action == "block":
        time.sleep(fault.seconds)
        return
    number = signal.SIGKILL if fault.action == "kill" else signal.SIGSTOP
    # To this very thread: a signal to the process may leave the thread some more steps.
    signal.pthread_kill(threading.get_ident(), number)


class FaultPoints:
    """The faults of one process. Each happens once."""

    def __init__(self, faults: Sequence[Fault], perform: Callable[[Fault], None] = perform) -> None:
        self._faults = tuple(faults)
        self._perform = perform
        self._passes: dict[str, int] = {}

    def within(self, prefix: str) -> "FaultPoints | None":
        """Those of a role, or None: then nothing needs to be wrapped."""
        mine = tuple(fault for fault in self._faults if fault.point.startswith(f"{prefix}."))
        if not mine:
            return None
        for fault in mine:
            structlog.get_logger().warning("fault_armed", point=fault.point, action=fault.action)
        return FaultPoints(mine, self._perform)

    def reach(self, point: str) -> None:
        """Pass a point. Returns at once unless a fault is due here."""
        passes = self._passes[point] = self._passes.get(point, 0) + 1
        for fault in self._faults:
            if fault.point == point and fault.at_pass == passes:
                structlog.get_logger().warning("fault", point=point, action=fault.action, at_pass=passes)
                self._perform(fault)

    def around(self, prefix: str, subscription: Subscription) -> Subscription:
        """The subscription with its points: `after-read` and `after-commit`."""

        async def handle(records: Sequence[Received]) -> Sequence[Rejection]:
            self.reach(f"{prefix}.after-read")
            return await subscription.handle(records)

        return replace(subscription, handle=handle, after_commit=lambda: self.reach(f"{prefix}.after-commit"))
