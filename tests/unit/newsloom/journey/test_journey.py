"""The way of an article out of the logs, for every end that it can come to."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from newsloom.commands.article_journey import code_of
from newsloom.errors import Exit
from newsloom.journey.search import Wanted
from newsloom.journey.telling import Journey, as_json, lines
from newsloom.journey.verdict import Verdict, verdict_of
from newsloom.journey.ways import Way, ways_of
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import (
    ARTICLES_ENRICHED,
    ARTICLES_PUBLISHED,
    ARTICLES_SUBMITTED,
    FEED_UPDATES,
    editorial_inbox,
)
from publish.feeds import emissions_for
from publish.publish import fold
from tests.factories import MOMENT, enriched, killed, submitted
from tests.unit.newsloom.journey.logs import CLIENTS, MemoryLog, found_in

Told = tuple[Way, Verdict]
TRACE = CLIENTS[3:35]
SECRET = "reopened on Thursday"


class House:
    """The services as far as they write logs: each event goes its whole way at once."""

    def __init__(self) -> None:
        self.log = MemoryLog()
        self.stored: Any = None

    def take(self, event: Event) -> None:
        self.log.write(ARTICLES_SUBMITTED, event)

    def publish(self, event: Event) -> None:
        """Through articles-enriched into the store and out of it."""
        self.log.write(ARTICLES_ENRICHED, event)
        done = fold(self.stored, [event], MOMENT)
        self.stored = done.final
        for topic, told in emissions_for(done.document, "https://news.example"):
            self.log.write(topic, told)

    def record(self) -> Mapping[str, Any]:
        """As publish's operators' page answers."""
        from publish.record import record_of

        found: Mapping[str, Any] = record_of(self.stored).model_dump(mode="json", exclude_none=True)
        return found

    async def told(
        self, article_id: str, committed: Mapping[str, Mapping[int, int]] | None = None
    ) -> list[Told]:
        record = self.record() if self.stored is not None else None
        found = await found_in(self.log, Wanted(article_id=article_id))
        ways = ways_of(found.sightings, found.letters, record)
        return [(way, verdict_of(way, record, committed or {}, asked=True)) for way in ways]


def names(way: Way) -> list[str]:
    return [hop.name for hop in way.hops]


def states(told: Sequence[Told]) -> list[str]:
    return [verdict.state for _, verdict in told]


async def test_a_published_article_has_every_hop_with_its_time_its_place_and_its_trace() -> None:
    house, event = House(), submitted("story")
    house.take(event)
    house.publish(enriched(event))
    [(way, verdict)] = await house.told(event.article_id)
    assert (way.event_id, way.number, way.trace, verdict.state) == (event.event_id, 1, TRACE, "published")
    assert names(way) == ["accepted", "logged", "enriched", "told", *["fed"] * 4]
    assert [hop.at for hop in way.hops] == sorted(hop.at for hop in way.hops)
    assert {hop.note for hop in way.hops if hop.name == "fed"} == {
        f"version 1 {feed} upsert" for feed in ("all", "source/meridian", "section/city", "language/en")
    }
    assert way.hops[1].where.startswith("articles-submitted ")


async def test_the_step_that_took_longest_is_marked() -> None:
    house, event = House(), submitted("story")
    house.take(event)
    house.log.now += timedelta(minutes=5)  # enrich was away
    house.publish(enriched(event))
    [(way, _)] = await house.told(event.article_id)
    slowest = [hop for hop in way.hops if hop.slowest]
    assert [hop.name for hop in slowest] == ["enriched"]
    assert slowest[0].after == pytest.approx(301)


async def test_a_superseded_a_conflicting_and_a_killed_one_say_so() -> None:
    house = House()
    first, second = submitted("story"), submitted("story", 2)
    rival = submitted("story", 2, headline="Another text under the same number")
    for event in (first, second):
        house.take(event)
        house.publish(enriched(event))
    house.take(rival)
    house.log.bury("publish-dlq", house.log.write(ARTICLES_ENRICHED, enriched(rival)), reason="conflict")
    assert states(await house.told(first.article_id)) == ["superseded", "published", "rejected"]
    kill = killed("story")
    house.take(kill)
    house.publish(kill)
    told = await house.told(first.article_id)
    assert states(told) == ["killed", "killed", "rejected", "killed"]
    last = told[-1][0]
    assert (last.kind, last.event_id) == ("kill", kill.event_id)
    assert names(last)[-1] == "fed"
    assert last.hops[-1].note.endswith("remove")


async def test_a_dead_letter_is_where_the_way_ends_until_it_is_replayed() -> None:
    house, event = House(), submitted("story")
    raw = house.log.write(ARTICLES_SUBMITTED, event)
    letter = house.log.bury("enrich-dlq", raw, reason="bug", stage="enricher")
    [(way, verdict)] = await house.told(event.article_id)
    assert verdict.state == "dead-lettered"
    assert f"newsloom dlq show enrich:{letter.partition}:{letter.offset}" in verdict.detail
    assert names(way)[-1] == "dead letter"
    assert way.trace == TRACE
    house.log.resolve(letter, "replayed")
    [(_, replayed)] = await house.told(event.article_id)
    assert replayed.state == "on its way"


async def test_one_that_waits_says_before_whom_and_behind_how_many() -> None:
    house, event = House(), submitted("story")
    raw = house.log.write(ARTICLES_SUBMITTED, event)
    [(_, unknown)] = await house.told(event.article_id)
    assert "whose position is not known" in unknown.detail
    [(_, verdict)] = await house.told(event.article_id, {"enrich": {raw.partition: raw.offset}})
    assert verdict.on_its_way
    assert "for enrich, which has 0 before it to settle" in verdict.detail
    house.log.write(ARTICLES_ENRICHED, enriched(event))
    [(_, later)] = await house.told(event.article_id, {"enrich": {raw.partition: raw.offset + 1}})
    assert "for publish" in later.detail


async def test_an_inbox_record_that_was_refused_is_found_by_its_external_id() -> None:
    house = House()
    value = b'{"external_id": "story", "revision": 0, "headline": "' + SECRET.encode() + b'"}'
    raw = house.log.append(editorial_inbox("meridian").name, b"any key", value, [("traceparent", None)])
    house.log.bury("ingest-dlq", raw, reason="invalid", stage="inbox")
    article_id = submitted("story").article_id
    found = await found_in(house.log, Wanted(article_id=article_id, source="meridian", external_id="story"))
    [way] = ways_of(found.sightings, found.letters, None)
    assert verdict_of(way, None, {}, asked=True).state == "dead-lettered"
    elsewhere = await found_in(house.log, Wanted(article_id=article_id, source="other", external_id="story"))
    assert not elsewhere.letters


async def test_a_missing_topic_is_told_and_the_others_are_read() -> None:
    house, event = House(), submitted("story")
    house.take(event)
    house.log.gone = frozenset({FEED_UPDATES.name})
    found = await found_in(house.log, Wanted(article_id=event.article_id))
    assert (found.missing_topics, len(found.sightings)) == ([FEED_UPDATES.name], 1)


async def test_records_that_are_no_events_of_ours_do_not_stop_it() -> None:
    house, event = House(), submitted("story")
    key = event.article_id.encode()
    house.log.append(ARTICLES_ENRICHED.name, key, b"\xff{", [("ce_id", None), ("ce_type", b"\xff")])
    house.log.append(ARTICLES_PUBLISHED.name, key, b"[]", [])
    house.take(event)
    assert event.event_id in {way.event_id for way, _ in await house.told(event.article_id)}


async def test_what_is_told_names_the_way_and_holds_no_text() -> None:
    house, event = House(), submitted("story")
    house.take(event)
    house.publish(enriched(event))
    journey = Journey(
        article_id=event.article_id,
        since=MOMENT,
        record=house.record(),
        readers="200 revision 1, version 1",
        ways=await house.told(event.article_id),
        refusals=[{"time": "T1", "code": "invalid", "source": "meridian", "trace_id": TRACE}],
        trouble=["feeds: feeds cannot be reached"],
        cut_short="the logs were not read to their ends",
    )
    text = "\n".join(lines(journey))
    assert f"event {event.event_id}  trace {TRACE}" in text
    for words in ("<- slowest", "invalid", "not asked feeds", "incomplete: the logs", "+1.000 s"):
        assert words in text
    told = as_json(journey)
    assert [hop["hop"] for hop in told["journeys"][0]["hops"]][:3] == ["accepted", "logged", "enriched"]
    assert SECRET not in text + str(told)
    assert event.content.headline not in text + str(told)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"readers": "200 revision 1, version 1", "cut_short": "late"}, Exit.OK),
        ({"readers": "410 killed"}, Exit.REFUSED),
        ({"readers": "404", "cut_short": "late"}, Exit.TIMED_OUT),
        ({"readers": "404", "trouble": ["Kafka: away"], "cut_short": "late"}, Exit.NOT_RUNNING),
    ],
)
def test_the_exit_code_says_whether_readers_get_it_and_else_whether_all_was_asked(
    fields: dict[str, Any], code: Exit
) -> None:
    assert code_of(Journey(article_id="a", since=MOMENT, **fields)) is code
