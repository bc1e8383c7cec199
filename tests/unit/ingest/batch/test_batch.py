"""A window of lines: one word to Kafka, and a line that can never be sent harms no other."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from prometheus_client import CollectorRegistry

from ingest.batch.lines import Line
from ingest.batch.take import BatchDesk
from ingest.desk import Desk
from ingest.door.credentials import Grant, KeyRing
from ingest.door.http_body import Admission, BodyLimits
from ingest.fetching.port import NoFetcher
from ingest.metrics import IngestMetrics
from ingest.ports import InPlace, Workers
from ingest.refusal import Refused
from ingest.source_register import SourceRegister
from ingest.sources.ndjson import read_line
from newsloom_runtime.errors import PermanentError
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic
from newsloom_schemas.events import ArticleSubmittedV2
from tests.integration.ingest.front_door import KEYS, FixedClock, RecordingPublisher, submission

IN_PLACE = InPlace()


class Picky(RecordingPublisher):
    """Refuses every call in which there is an article of this headline."""

    calls = 0

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None:
        self.calls += 1
        if any("poison" in event.model_dump_json() for _, event in emissions):
            raise PermanentError("too-large", "larger than Kafka takes")
        await super().publish(emissions)


class LogGuard:
    """Knows what this publisher has taken."""

    def __init__(self, publisher: RecordingPublisher) -> None:
        self._publisher = publisher

    async def claim(self, event: ArticleSubmittedV2, previous_revision: int) -> None:
        latest = max((known.revision for known in self._publisher.events), default=0)
        if latest != previous_revision:
            raise Refused("revision-conflict", "read the latest revision", current_revision=latest)


class WatchingWorkers(InPlace):
    """Remembers how much was on the log whenever there was something long to do."""

    def __init__(self, publisher: RecordingPublisher) -> None:
        self._publisher = publisher
        self.on_the_log: list[int] = []

    async def run(self, work: Callable[[Any], Any], matter: Any) -> Any:
        self.on_the_log.append(len(self._publisher.emissions))
        return work(matter)


def desk_with(publisher: RecordingPublisher, workers: Workers = IN_PLACE) -> BatchDesk:
    return BatchDesk(
        desk=Desk(
            keys=KeyRing(inline=json.dumps(KEYS)),
            publisher=publisher,
            clock=FixedClock(),
            admission=Admission(max_requests=1, max_bytes=1),
            limits=BodyLimits(max_bytes=100_000, timeout_s=1),
            metrics=IngestMetrics(CollectorRegistry()),
            feeds_url="http://feeds.example",
            sources=SourceRegister(None),
            fetcher=NoFetcher(),
            workers=workers,
            guard=LogGuard(publisher),
        ),
        grant=Grant(source="harbour", key_name="cms"),
        dialect="ndjson",
        read=read_line,
    )


def lines(*documents: dict[str, Any]) -> list[Line]:
    return [
        Line(number=number, after=number + 1, body=json.dumps(document).encode())
        for number, document in enumerate(documents, 1)
    ]


def window(*headlines: str) -> list[Line]:
    return lines(
        *(
            submission(external_id=f"a-{number}", headline=headline)
            for number, headline in enumerate(headlines, 1)
        )
    )


async def test_a_window_is_one_word_to_kafka_in_the_order_of_its_lines() -> None:
    publisher = Picky()
    verdicts = await desk_with(publisher).take(window(*"abcdef"))
    assert [verdict.status for verdict in verdicts] == [202] * 6
    assert publisher.calls == 1
    assert [event.external_id for event in publisher.events] == [f"a-{n}" for n in range(1, 7)]


async def test_a_line_that_can_never_be_sent_is_refused_alone() -> None:
    publisher = Picky()
    verdicts = await desk_with(publisher).take(window("a", "poison", "b"))
    assert [verdict.status for verdict in verdicts] == [202, 413, 202]
    assert len(publisher.events) == 2


async def test_without_kafka_a_refused_line_stays_refused_and_the_others_may_come_again() -> None:
    publisher = RecordingPublisher(away=True)
    verdicts = await desk_with(publisher).take(window("a", "", "b"))
    assert [verdict.status for verdict in verdicts] == [503, 422, 503]


async def test_what_the_guard_allowed_is_on_the_log_before_anything_long_is_begun() -> None:
    """A claim runs out: a rival could pass while a guarded line waited for the others of its window."""
    publisher = RecordingPublisher()
    workers = WatchingWorkers(publisher)
    long = submission(external_id="long", body_html="a" * 10_000)
    verdicts = await desk_with(publisher, workers).take(lines(submission(previous_revision=0), long))
    assert [verdict.status for verdict in verdicts] == [202, 202]
    assert workers.on_the_log == [1]


async def test_a_correction_of_a_line_that_kafka_did_not_confirm_may_come_again_with_it() -> None:
    publisher = RecordingPublisher(away=True)
    desk = desk_with(publisher)
    first, second = submission(), submission(revision=2, previous_revision=1)
    assert [verdict.status for verdict in await desk.take(lines(first, second))] == [503, 503]
    publisher.away = False
    assert [verdict.status for verdict in await desk.take(lines(second))] == [503]
    assert [verdict.status for verdict in await desk.take(lines(first, second))] == [202, 202]


async def test_a_correction_of_what_nobody_sent_is_refused() -> None:
    desk = desk_with(RecordingPublisher())
    [verdict] = await desk.take(lines(submission(revision=2, previous_revision=1)))
    assert verdict.status == 409
