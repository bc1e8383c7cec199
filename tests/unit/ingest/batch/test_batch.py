"""A window of lines: one word to Kafka, and a line that can never be sent harms no other."""

import json
from collections.abc import Sequence

from prometheus_client import CollectorRegistry

from ingest.batch.lines import Line
from ingest.batch.take import BatchDesk
from ingest.desk import Desk
from ingest.door.credentials import Grant, KeyRing
from ingest.door.http_body import Admission, BodyLimits
from ingest.fetching.port import NoFetcher
from ingest.metrics import IngestMetrics
from ingest.ports import InPlace
from ingest.source_register import SourceRegister
from ingest.sources.ndjson import read_line
from newsloom_runtime.errors import PermanentError
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic
from tests.integration.ingest.front_door import KEYS, FixedClock, RecordingPublisher, submission


class Picky(RecordingPublisher):
    """Refuses every call in which there is an article of this headline."""

    calls = 0

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None:
        self.calls += 1
        if any("poison" in event.model_dump_json() for _, event in emissions):
            raise PermanentError("too-large", "larger than Kafka takes")
        await super().publish(emissions)


def desk_with(publisher: RecordingPublisher) -> BatchDesk:
    return BatchDesk(
        desk=Desk(
            keys=KeyRing(inline=json.dumps(KEYS)),
            publisher=publisher,
            clock=FixedClock(),
            admission=Admission(max_requests=1, max_bytes=1),
            limits=BodyLimits(max_bytes=1000, timeout_s=1),
            metrics=IngestMetrics(CollectorRegistry()),
            feeds_url="http://feeds.example",
            sources=SourceRegister(None),
            fetcher=NoFetcher(),
            workers=InPlace(),
        ),
        grant=Grant(source="harbour", key_name="cms"),
        dialect="ndjson",
        read=read_line,
    )


def window(*headlines: str) -> list[Line]:
    return [
        Line(
            number=number,
            after=number + 1,
            body=json.dumps(submission(external_id=f"a-{number}", headline=headline)).encode(),
        )
        for number, headline in enumerate(headlines, 1)
    ]


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
