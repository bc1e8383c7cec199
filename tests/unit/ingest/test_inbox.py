"""What the inbox makes of records, and what it does when the log or a worker is not to be had."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from ingest.desk import Desk
from ingest.door.audit import Audit
from ingest.door.credentials import KeyRing
from ingest.door.http_body import Admission, BodyLimits
from ingest.fetching.port import NoFetcher
from ingest.inbox import Inbox
from ingest.metrics import IngestMetrics
from ingest.ports import InPlace
from ingest.refusal import REFUSALS, Refused
from ingest.source_register import SourceRegister
from newsloom_runtime.errors import TransientError
from newsloom_runtime.records import RawRecord
from newsloom_schemas.catalog import editorial_inbox
from newsloom_schemas.events import ArticleSubmittedV2
from tests.integration.ingest.bad_bodies import BAD_BODIES, SECRET, Bad
from tests.integration.ingest.front_door import KEYS, FixedClock, RecordingPublisher, submission

LONG = "a" * 50_000


class BusyWorkers(InPlace):
    """Has a refusal for everybody."""

    def __init__(self, code: str) -> None:
        self.code = code

    async def run(self, work: Callable[[Any], Any], matter: Any) -> Any:
        raise Refused(self.code, "not now")


class WatchingWorkers(InPlace):
    """Remembers how much was on the log whenever there was something long to do."""

    def __init__(self, publisher: RecordingPublisher) -> None:
        self._publisher = publisher
        self.on_the_log: list[int] = []

    async def run(self, work: Callable[[Any], Any], matter: Any) -> Any:
        self.on_the_log.append(len(self._publisher.emissions))
        return work(matter)


class Lines:
    """Keeps what the audit is told."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []

    def write(self, line: str) -> None:
        self.said.append(json.loads(line))


class RememberingGuard:
    """Lets everything pass and remembers what was on the log when it was asked."""

    def __init__(self, publisher: RecordingPublisher) -> None:
        self._publisher = publisher
        self.on_the_log: list[int] = []

    async def claim(self, event: ArticleSubmittedV2, previous_revision: int) -> None:
        self.on_the_log.append(len(self._publisher.emissions))


class ConflictingGuard:
    """Lets nothing pass: this is the latest revision, and somebody else may have claimed the next."""

    def __init__(self, latest: int) -> None:
        self.latest = latest

    async def claim(self, event: ArticleSubmittedV2, previous_revision: int) -> None:
        raise Refused("revision-conflict", "correct the latest", current_revision=self.latest)


class Newsroom:
    """An inbox with everything that it needs, in memory."""

    def __init__(self, *, sources: Path | None = None, **parts: Any) -> None:
        self.publisher, self.registry, self.audited = RecordingPublisher(), CollectorRegistry(), Lines()
        self.guard = RememberingGuard(self.publisher)
        desk: dict[str, Any] = {
            "keys": KeyRing(inline=json.dumps(KEYS)),
            "publisher": self.publisher,
            "clock": FixedClock(),
            "admission": Admission(max_requests=1, max_bytes=1),
            "limits": BodyLimits(max_bytes=1024 * 1024, timeout_s=1),
            "metrics": IngestMetrics(self.registry),
            "feeds_url": "http://feeds.example",
            "sources": SourceRegister(sources),
            "fetcher": NoFetcher(),
            "workers": InPlace(),
            "audit": Audit(self.audited),
            "guard": self.guard,
        }
        self.inbox = Inbox(Desk(**(desk | parts)))

    def count(self, outcome: str) -> float:
        value = self.registry.get_sample_value("newsloom_ingest_inbox_records_total", {"outcome": outcome})
        return value or 0.0


def record(source: str = "harbour", *, offset: int = 0, **fields: Any) -> RawRecord:
    value = json.dumps(submission(**fields)).encode()
    return RawRecord(editorial_inbox(source).name, 0, offset, 0, None, value, ())


async def test_the_topic_says_whose_an_article_is_and_a_batch_keeps_its_order() -> None:
    room = Newsroom()
    records = [record("harbour"), record("river"), record("harbour", revision=2)]
    assert await room.inbox.on_records(records) == []
    told = [(event.source, event.revision, event.dialect) for event in room.publisher.events]
    assert told == [("harbour", 1, "inbox"), ("river", 1, "inbox"), ("harbour", 2, "inbox")]
    assert room.count("accepted") == 3


async def test_an_inbox_is_read_while_its_source_is_registered_with_one(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    room = Newsroom(sources=file)
    assert room.inbox.topics() == ()
    file.write_text("[harbour]\ninbox = true\n[river]\n")
    assert room.inbox.topics() == (editorial_inbox("harbour"),)


async def test_without_the_log_nothing_is_settled_and_nothing_told() -> None:
    room = Newsroom()
    room.publisher.away = True
    with pytest.raises(TransientError):
        await room.inbox.on_records([record(headline=""), record()])
    assert room.count("accepted") == room.count("invalid") == 0
    assert room.audited.said == []


@pytest.mark.parametrize("code", [code for code, kind in REFUSALS.items() if kind.status >= 500])
async def test_trouble_of_our_own_is_tried_again_and_buries_nothing(code: str) -> None:
    room = Newsroom(workers=BusyWorkers(code))
    with pytest.raises(TransientError):
        await room.inbox.on_records([record(body_html=LONG)])


async def test_what_takes_too_long_to_read_is_a_dead_letter() -> None:
    room = Newsroom(workers=BusyWorkers("too-complex"))
    [rejection] = await room.inbox.on_records([record(body_html=LONG), record(external_id="small")])
    assert (rejection.reason, rejection.by_stranger) == ("too-complex", True)
    assert [event.external_id for event in room.publisher.events] == ["small"]


async def test_a_refusal_is_counted_and_accounted_for_with_its_place_and_nothing_of_its_payload() -> None:
    room = Newsroom()
    [rejection] = await room.inbox.on_records([record(offset=7, headline="", kanarienvogel=1)])
    assert rejection.reason == "invalid"
    assert "/headline" in rejection.message
    [line] = room.audited.said
    assert (line["decision"], line["code"], line["source"]) == ("refused", "invalid", "harbour")
    assert "editorial-inbox-harbour/0/7" in line["why"]
    assert "kanarienvogel" not in json.dumps(line) + rejection.message.replace("/kanarienvogel", "")
    assert room.count("invalid") == 1


async def test_a_guarded_correction_finds_what_stood_before_it_in_its_batch_on_the_log() -> None:
    room = Newsroom()
    await room.inbox.on_records([record(), record(revision=2, previous_revision=1)])
    assert room.guard.on_the_log == [1]
    assert [event.revision for event in room.publisher.events] == [1, 2]


async def test_what_the_guard_allowed_is_on_the_log_before_anything_long_is_begun() -> None:
    """A claim runs out: a rival could pass while a guarded record waited for the others of its batch."""
    publisher = RecordingPublisher()
    workers = WatchingWorkers(publisher)
    room = Newsroom(publisher=publisher, workers=workers)
    await room.inbox.on_records(
        [record(previous_revision=0), record(external_id="long", body_html="a" * 10_000)]
    )
    assert workers.on_the_log == [1]
    assert len(publisher.emissions) == 2


@pytest.mark.parametrize("bad", BAD_BODIES, ids=lambda bad: bad.id)
async def test_a_record_is_refused_as_a_body_would_be(bad: Bad) -> None:
    room = Newsroom()
    spoilt = RawRecord(editorial_inbox("harbour").name, 0, 0, 0, None, bad.content, ())
    [rejection] = await room.inbox.on_records([spoilt, record()])
    assert rejection.reason == bad.code
    assert bad.pointer is None or bad.pointer in rejection.message
    assert SECRET not in rejection.message + json.dumps(room.audited.said)
    assert [event.external_id for event in room.publisher.events] == ["bridge-1"]


async def test_a_correction_of_what_is_not_the_latest_is_a_dead_letter() -> None:
    room = Newsroom(guard=ConflictingGuard(4))
    [rejection] = await room.inbox.on_records([record(revision=2, previous_revision=1)])
    assert rejection.reason == "revision-conflict"


async def test_a_correction_of_the_latest_waits_for_a_rival_that_may_never_arrive() -> None:
    """A claim outlives a delivery that failed: nobody who repeats would be buried for it."""
    room = Newsroom(guard=ConflictingGuard(1))
    with pytest.raises(TransientError):
        await room.inbox.on_records([record(revision=2, previous_revision=1)])
