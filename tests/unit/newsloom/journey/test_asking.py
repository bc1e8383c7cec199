"""A journey while somebody is away, and what ingest's audit adds to it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsloom.journey.asking import Question, journey_of
from newsloom.journey.search import Wanted
from newsloom.journey.telling import lines
from tests import factories
from tests.unit.newsloom.system import FakeSystem, document
from tests.unit.newsloom.test_article import KILLED, record

ARTICLE = factories.submitted("story-1").article_id
NOWHERE = "127.0.0.1:1"


def question(audit: Path | None = None) -> Question:
    wanted = Wanted(article_id=ARTICLE, source="meridian", external_id="story-1")
    return Question(wanted=wanted, since=datetime.now(UTC) - timedelta(days=7), within_s=20, audit=audit)


def system(**parts: object) -> FakeSystem:
    return FakeSystem(publish="http://publish.test", **parts)  # type: ignore[arg-type] # as that builder takes


async def test_without_kafka_it_tells_what_the_others_know() -> None:
    trouble = ["Kafka: kafka is not running here"]
    client = system(shown={ARTICLE: document(ARTICLE)}, records={ARTICLE: record()}).client()
    journey = await journey_of(question(), client, None, trouble)
    text = "\n".join(lines(journey))
    assert journey.public
    assert "state     public, version 3" in text
    assert "incomplete: no log could be read" in text
    assert "no log holds anything" not in text


async def test_a_kafka_that_does_not_answer_is_named() -> None:
    client = system(killed={ARTICLE}, records={ARTICLE: KILLED}).client()
    trouble: list[str] = []
    journey = await journey_of(question(), client, NOWHERE, trouble)
    assert journey.readers.startswith("410")
    assert [each for each in trouble if each.startswith("Kafka: ")]
    assert journey.cut_short == "the logs could not be read"


async def test_nobody_there_is_told_for_each() -> None:
    trouble: list[str] = []
    journey = await journey_of(question(), None, NOWHERE, trouble)
    assert (journey.record, journey.readers, journey.public) == (None, "", False)


async def test_the_last_refusals_of_the_source_are_shown_and_nobody_elses(tmp_path: Path) -> None:
    now = datetime.now(UTC).isoformat()
    long_ago = (datetime.now(UTC) - timedelta(days=30)).isoformat()
    refused = {"time": now, "decision": "refused", "code": "invalid", "source": "meridian"}
    told = [
        refused,
        {**refused, "source": "other"},
        {**refused, "time": long_ago},
        {**refused, "time": "no time"},
        {"time": now, "decision": "accepted", "source": "meridian", "event_id": "E"},
    ]
    audit = tmp_path / "audit.jsonl"
    audit.write_text("\n".join([*map(json.dumps, told), "half a li"]))
    journey = await journey_of(question(audit), None, None, [])
    assert journey.refusals == [refused]
    nowhere = await journey_of(question(tmp_path / "missing"), None, None, [])
    assert nowhere.refusals == []
