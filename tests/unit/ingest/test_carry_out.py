"""A delivery of many: what is refused for its own fault is its verdict, what is our fault is nobody's."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from ingest.carry_out import carry_out
from ingest.desk import Desk
from ingest.door.credentials import Grant, KeyRing
from ingest.door.http_body import Admission, BodyLimits
from ingest.fetching.port import NoFetcher
from ingest.metrics import IngestMetrics
from ingest.ports import InPlace
from ingest.refusal import REFUSALS, Refused
from ingest.source_register import SourceRegister
from ingest.sources.dialect import NO_PROFILE
from ingest.sources.feed_documents import FEED
from newsloom_schemas.submission import Submission
from tests.integration.ingest.front_door import KEYS, FixedClock, RecordingPublisher, submission

SHORT = Submission(**submission())
LONG = Submission(**submission(external_id="long", body_html="a" * 50_000))
GRANT = Grant(source="harbour", key_name="cms")


class BusyWorkers(InPlace):
    """Has a refusal for everybody."""

    def __init__(self, code: str) -> None:
        self.code = code

    async def run(self, work: Callable[[Any], Any], matter: Any) -> Any:
        raise Refused(self.code, "not now")


def desk_with(publisher: RecordingPublisher, code: str) -> Desk:
    return Desk(
        keys=KeyRing(inline=json.dumps(KEYS)),
        publisher=publisher,
        clock=FixedClock(),
        admission=Admission(max_requests=1, max_bytes=1),
        limits=BodyLimits(max_bytes=1000, timeout_s=1),
        metrics=IngestMetrics(CollectorRegistry()),
        feeds_url="http://feeds.example",
        sources=SourceRegister(None),
        fetcher=NoFetcher(),
        workers=BusyWorkers(code),
    )


@pytest.mark.parametrize("code", [code for code, kind in REFUSALS.items() if kind.status >= 500])
async def test_trouble_of_our_own_refuses_a_feed_as_a_whole_so_that_it_comes_again(code: str) -> None:
    publisher = RecordingPublisher()
    with pytest.raises(Refused) as refused:
        await carry_out(desk_with(publisher, code), FEED, GRANT, NO_PROFILE, (SHORT, LONG))
    assert refused.value.code == code
    assert publisher.events == []


async def test_an_item_that_is_refused_for_its_own_fault_harms_no_other() -> None:
    publisher = RecordingPublisher()
    desk = desk_with(publisher, "too-complex")
    outcomes = await carry_out(desk, FEED, GRANT, NO_PROFILE, (LONG, SHORT))
    assert [isinstance(outcome, Refused) for outcome in outcomes] == [True, False]
    assert [event.external_id for event in publisher.events] == [SHORT.external_id]
