"""Fault points: inert unless named, refused when misspelt, passed where their names say."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from pydantic import ValidationError

from enrich.faults import FaultyPublisher as EnrichPublisher
from ingest.faults import FaultyPublisher as IngestPublisher
from newsloom_runtime.chassis import Chassis
from newsloom_runtime.fault_points import POINTS, Fault, FaultPoints, parse
from newsloom_runtime.records import Received, Rejection, Subscription
from newsloom_runtime.settings import ServiceSettings
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_SUBMITTED, TRANSLATIONS_REQUESTED, Topic
from newsloom_store import MemoryStore
from publish.faults import FaultyPublisher, FaultyStore
from tests.unit.publish.builders import revision, translation

EVERYTHING = ",".join(f"{point}=kill" for point in POINTS)
Emissions = Sequence[tuple[Topic, Event]]


@dataclass
class Diary:
    """What happened, in its order: points passed and batches published."""

    lines: list[str] = field(default_factory=list)

    def points(self, text: str = EVERYTHING) -> FaultPoints:
        return FaultPoints(parse(text), lambda fault: self.lines.append(fault.point))

    async def publish(self, emissions: Emissions) -> None:
        self.lines.append(f"sent {len(emissions)}")


def test_without_the_variable_nothing_is_armed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWSLOOM_FAULT_POINT", raising=False)
    faults = Chassis("publish", ServiceSettings(port=0)).faults
    assert all(faults.within(prefix) is None for prefix in ("ingest", "enrich", "publish", "proofread"))


def test_the_variable_arms_only_the_service_that_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLOOM_FAULT_POINT", "publish.after-write=stop")
    faults = Chassis("publish", ServiceSettings(port=0)).faults
    assert faults.within("publish") is not None
    assert faults.within("ingest") is None


def test_several_faults_with_their_pass_and_their_time() -> None:
    assert parse("publish.after-write=kill@3, enrich.after-read=block:0.5") == (
        Fault(point="publish.after-write", action="kill", at_pass=3),
        Fault(point="enrich.after-read", action="block", seconds=0.5),
    )


@pytest.mark.parametrize(
    "text",
    [
        "publish.after-wriet=kill",
        "publish.after-write",
        "publish.after-write=explode",
        "publish.after-write=block",
        "publish.after-write=kill@0",
    ],
)
def test_a_misspelt_fault_stops_the_start_and_the_message_lists_the_points(text: str) -> None:
    with pytest.raises(ValidationError, match=r"publish\.after-first-emit"):
        ServiceSettings(port=0, fault_point=text)


def test_a_fault_happens_at_its_pass_and_only_once() -> None:
    diary = Diary()
    faults = diary.points("publish.after-write=kill@2")
    seen: list[int] = []
    for _ in range(4):
        faults.reach("publish.after-write")
        seen.append(len(diary.lines))
    assert seen == [0, 1, 1, 1]


def test_a_process_kills_itself_for_real() -> None:
    code = "from newsloom_runtime.fault_points import *; FaultPoints(parse('publish.after-write=kill')).reach"
    child = subprocess.run(
        [sys.executable, "-c", f"{code}('publish.after-write'); print('alive')"], check=False
    )
    assert child.returncode == -signal.SIGKILL


def test_a_process_stops_itself_for_real_and_goes_on_when_woken() -> None:
    code = "from newsloom_runtime.fault_points import *; FaultPoints(parse('publish.after-write=stop')).reach"
    child = subprocess.Popen([sys.executable, "-c", f"{code}('publish.after-write')"])
    _, status = os.waitpid(child.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    child.send_signal(signal.SIGCONT)
    assert child.wait(timeout=60) == 0


async def test_ingest_passes_its_points_around_the_acknowledgement() -> None:
    diary = Diary()
    publisher = IngestPublisher(diary, diary.points())
    await publisher.publish([(ARTICLES_SUBMITTED, revision(1))])
    assert diary.lines == ["ingest.before-send", "sent 1", "ingest.before-ack", "ingest.after-ack"]


async def test_the_publishers_failure_comes_through_the_points_of_ingest_as_it_is() -> None:
    class Away:
        async def publish(self, emissions: Emissions) -> None:
            raise ConnectionError("Kafka is away")

    with pytest.raises(ConnectionError, match="Kafka is away"):
        await IngestPublisher(Away(), Diary().points()).publish([(ARTICLES_SUBMITTED, revision(1))])


@pytest.mark.parametrize(
    ("emission", "passed"),
    [
        ((ARTICLES_ENRICHED, revision(1)), ["enrich.after-analysis", "sent 1", "enrich.after-produce"]),
        ((ARTICLES_ENRICHED, translation(1)), ["enrich.after-translate", "sent 1", "enrich.after-produce"]),
        ((TRANSLATIONS_REQUESTED, revision(1)), ["sent 1"]),
    ],
    ids=["enriched", "translated", "requests"],
)
async def test_enrich_passes_its_points_around_its_results_only(
    emission: tuple[Topic, Event], passed: list[str]
) -> None:
    diary = Diary()
    await EnrichPublisher(diary, diary.points()).publish([emission])
    assert diary.lines == passed


async def test_publish_passes_its_points_around_the_write_and_the_emissions() -> None:
    diary = Diary()
    store = FaultyStore(MemoryStore(), diary.points(), "publish")
    await store.write([])
    publisher = FaultyPublisher(diary, diary.points(), "publish")
    await publisher.publish([])
    await publisher.publish([(ARTICLES_ENRICHED, revision(1))] * 3)
    assert diary.lines == [
        "publish.before-write",
        "publish.after-write",
        "publish.before-emit",
        "sent 1",
        "publish.after-first-emit",
        "sent 2",
        "publish.after-emit",
    ]


async def test_a_subscription_passes_its_points_before_the_handler_and_after_the_commit() -> None:
    diary = Diary()

    async def handle(_records: Sequence[Received]) -> Sequence[Rejection]:
        diary.lines.append("handled")
        return ()

    plain = Subscription(role="publisher", group="publish", topics=(ARTICLES_ENRICHED,), handle=handle)
    subscription = diary.points().around("publish", plain)
    await subscription.handle([])
    assert subscription.after_commit is not None
    subscription.after_commit()
    assert diary.lines == ["publish.after-read", "handled", "publish.after-commit"]
