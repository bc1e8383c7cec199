"""The edge: what is counted, what is rejected, and what the headers of a record say."""

from collections.abc import Sequence

import pytest
from prometheus_client import CollectorRegistry
from pydantic import ValidationError

from newsloom_runtime.records import RawRecord, RawSubscription, Received, Subscription
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_PUBLISHED, FEED_UPDATES, Topic
from newsloom_schemas.codec import encode
from newsloom_schemas.events import ArticlePublishedV2
from newsloom_store import MemoryStore
from publish.consumer import Roles, mark_of
from publish.feeds import emissions_for
from publish.metrics import PublishMetrics
from publish.publish import fold
from publish.settings import Settings
from tests import factories
from tests.unit.publish.builders import URL, FixedClock, RecordingPublisher, kill, revision

VERSION_IDS = ("absent", "empty", "zero", "negative", "no-number", "endless")


class Edge:
    """The roles over a store and a log in memory."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.told = RecordingPublisher()
        self.roles = Roles(
            store=MemoryStore(),
            publisher=self.told,
            clock=FixedClock(),
            server_clock=FixedClock(),
            public_url=URL,
            metrics=PublishMetrics(self.registry),
        )

    def value(self, name: str, **labels: str) -> float:
        return self.registry.get_sample_value(name, labels) or 0.0


def record(topic: Topic, event: Event) -> RawRecord:
    wire = encode(event, source="/newsloom/test", time=factories.MOMENT)
    return RawRecord(
        topic=topic.name,
        partition=0,
        offset=0,
        timestamp_ms=0,
        key=wire.key,
        value=wire.value,
        headers=wire.headers,
    )


def received(*events: Event) -> Sequence[Received]:
    return [Received(event=event, raw=record(ARTICLES_ENRICHED, event)) for event in events]


async def test_a_conflict_goes_to_the_dead_letters_and_nothing_else_does() -> None:
    edge = Edge()
    first, second = revision(1), revision(1, headline="Other")
    batch = received(first, second, first, kill(), revision(2))
    [rejection] = await edge.roles.on_articles_enriched(batch)
    assert rejection.record is batch[1]
    assert rejection.reason == "conflict"
    assert "Other" not in rejection.message


async def test_every_event_is_counted_by_what_became_of_it() -> None:
    edge = Edge()
    first = revision(1)
    await edge.roles.on_articles_enriched(
        received(first, first, revision(1, headline="x"), kill(), revision(2))
    )
    for decision in ("apply", "replay", "conflict", "kill", "stale"):
        assert edge.value("newsloom_publish_decisions_total", decision=decision) == 1


async def test_a_revision_that_leaps_is_applied_and_counted() -> None:
    edge = Edge()
    by_time = 1_790_000_000_000
    batch = received(
        revision(5),
        revision(6),
        revision(5_000_000_000),
        revision(by_time, story="by time"),
        revision(by_time + 86_400_000, story="by time"),
        revision(1, story="slowly"),
        revision(900_000, story="slowly"),
    )
    assert not await edge.roles.on_articles_enriched(batch)
    assert edge.value("newsloom_publish_decisions_total", decision="apply") == len(batch)
    assert edge.value("newsloom_publish_revision_jumps_total") == 1


async def test_the_proofreader_heals_and_counts() -> None:
    edge = Edge()
    await edge.roles.on_articles_enriched(received(revision(1)))
    old = [record(topic, event) for topic, event in edge.told.told]
    await edge.roles.on_told(old)
    assert edge.value("newsloom_publish_visible_age_seconds_count") == 1
    await edge.roles.on_articles_enriched(received(revision(2)))
    assert await edge.roles.on_told(old) == []
    assert edge.value("newsloom_publish_healed_total") == 1


async def test_what_publish_tells_carries_all_that_the_proofreader_needs() -> None:
    edge = Edge()
    await edge.roles.on_articles_enriched(received(revision(1), kill("story-2")))
    for topic, event in edge.told.told:
        mark = mark_of(record(topic, event))
        assert mark is not None
        assert (mark.article_id, mark.document_version) == (event.subject, 1)


@pytest.mark.parametrize("version", [None, b"", b"0", b"-1", b"one", b"9" * 5000], ids=VERSION_IDS)
async def test_a_record_without_a_version_is_rejected_and_stops_nothing(version: bytes | None) -> None:
    edge = Edge()
    await edge.roles.on_articles_enriched(received(revision(1)))
    good = record(*edge.told.told[0])
    headers = tuple((n, v if n != "ce_documentversion" else version) for n, v in good.headers)
    foreign = RawRecord(
        topic=good.topic, partition=0, offset=1, timestamp_ms=0, key=None, value=None, headers=headers
    )
    rejections = await edge.roles.on_told([foreign, good])
    assert [rejection.record for rejection in rejections] == [foreign]


def test_the_roles_read_the_topics_of_the_design_in_groups_of_their_own() -> None:
    roles = Edge().roles
    publisher, proofreader = roles.subscription("publisher"), roles.subscription("proofreader")
    assert isinstance(publisher, Subscription)
    assert isinstance(proofreader, RawSubscription)
    assert (publisher.group, publisher.topics) == ("publish", (ARTICLES_ENRICHED,))
    assert (proofreader.group, proofreader.topics) == (
        "publish-proofreader",
        (ARTICLES_PUBLISHED, FEED_UPDATES),
    )


def test_all_roles_run_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PUBLISH_ROLES", raising=False)
    assert Settings().roles == ("publisher", "proofreader", "embargo")


def test_roles_are_chosen_by_comma(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISH_ROLES", "proofreader, publisher")
    assert Settings().roles == ("proofreader", "publisher")


@pytest.mark.parametrize("roles", ["", "printer"])
def test_an_unknown_or_missing_role_is_refused(monkeypatch: pytest.MonkeyPatch, roles: str) -> None:
    monkeypatch.setenv("PUBLISH_ROLES", roles)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize("version", [1, 2])
def test_an_article_is_known_by_its_headers_in_whatever_version_it_was_told(version: int) -> None:
    told = emissions_for(fold(None, [revision(1)], factories.MOMENT).document, URL)
    [article] = [event for _, event in told if isinstance(event, ArticlePublishedV2)]
    mark = mark_of(record(ARTICLES_PUBLISHED, article if version == 2 else article.downcast()))
    assert mark is not None
    assert mark.shows
