"""The Node.js consumer and what a topic may hold: old versions, repeats, kills, nonsense, what is too new."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from newsloom_runtime.topics import create_topics
from newsloom_schemas import examples
from newsloom_schemas.article import Author
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_PUBLISHED, EVENTS, Topic
from newsloom_schemas.codec import encode
from newsloom_schemas.envelope import WireRecord
from newsloom_schemas.events import ArticleKilledV1
from tests.conftest import Stack
from tests.eventually import eventually
from tests.factories import MOMENT, content, killed
from tests.integration.stack.test_reindex import published, withheld
from tests.integration.strangers.readers import NodeReader, node_reader, started

PATIENCE_S = 60
Headers = Sequence[tuple[str, bytes | None]]
_ENVELOPE: Headers = (("ce_specversion", b"1.0"), ("ce_id", b"1"), ("ce_source", b"/elsewhere"))

_JSON: Headers = (("content-type", b"application/json"),)


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record as anyone may write it."""

    key: bytes | None = None
    value: bytes | None = None
    headers: Headers = field(default=())


def record(event: Event) -> Record:
    wire = encode(event, source="/newsloom/publish", time=MOMENT)
    return Record(key=wire.key, value=wire.value, headers=wire.headers)


def foreign(event_type: str, value: bytes = b'{"article_id": "7"}') -> Record:
    headers = (*_ENVELOPE, ("ce_type", event_type.encode()), *_JSON)
    return Record(key=b"7", value=value, headers=headers)


def last_killed(name: str, version: int) -> ArticleKilledV1:
    return killed(name).model_copy(update={"document_version": version})


@dataclass(frozen=True)
class Told:
    """A topic of one test, and a reader of it."""

    topic: Topic
    reader: NodeReader

    async def write(self, *records: Record | Event, partition: int = 0) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=self.reader.kafka)
        await producer.start()
        try:
            for each in (given if isinstance(given, Record) else record(given) for given in records):
                await producer.send_and_wait(
                    self.topic.name,
                    each.value,
                    key=each.key,
                    headers=list(each.headers),
                    partition=partition,
                )
        finally:
            await producer.stop()

    @property
    def arguments(self) -> tuple[str, str]:
        return ("--topic", self.topic.name)


@pytest.fixture
async def told(stack: Stack, tmp_path: Path) -> Told:
    reader = node_reader(stack.kafka, tmp_path)
    topic = replace(ARTICLES_PUBLISHED, name=f"published-{uuid4().hex[:12]}", partitions=2)
    await create_topics(stack.kafka, topics=[topic])
    await eventually(lambda: _known(stack.kafka, topic), what="the broker knows its new topic")
    return Told(topic, reader)


async def _known(kafka: str, topic: Topic) -> bool:
    """A broker may answer for a moment as if the topic that it just created were not there."""
    async with AIOKafkaConsumer(bootstrap_servers=kafka) as consumer:
        return topic.name in await consumer.topics()


async def test_each_article_is_told_in_its_highest_version_and_none_that_was_taken_back(told: Told) -> None:
    await told.write(
        published("corrected", 1, content=content(headline="Мост открыт")),
        published("corrected", 3, content=content(headline="Мост закрыт: «ёлка», 🌉\u2028\x85")),
        published("corrected", 2, content=content(headline="Мост открыт снова")),
        published("withheld", 1),
        withheld("withheld"),
        published("lifted", 1),
        withheld("lifted"),
        published("lifted", 3),
    )
    await told.write(published("killed", 1), last_killed("killed", 2), published("killed", 3), partition=1)

    read = await told.reader.until_end(*told.arguments)
    assert (read.code, read.err) == (0, "")
    assert {(line["article"]["external_id"], line["document_version"]) for line in read.lines} == {
        ("corrected", 3),
        ("lifted", 3),
    }
    assert read.lines[0]["article"]["content"]["headline"] == "Мост закрыт: «ёлка», 🌉\u2028\x85"


async def test_an_article_in_its_first_form_has_authors_like_those_of_today(told: Told) -> None:
    today = published("today", content=content(authors=(Author(name="Анна Ко", role="photographer"),)))
    before = published("before", content=content(authors=(Author(name="Анна Ко"),))).downcast()
    await told.write(before, today)
    read = await told.reader.until_end(*told.arguments)
    authors = {line["article"]["external_id"]: line["article"]["content"]["authors"] for line in read.lines}
    assert authors == {
        "before": [{"name": "Анна Ко"}],
        "today": [{"name": "Анна Ко", "role": "photographer"}],
    }


async def test_every_shipped_example_of_the_topic_is_read(told: Told) -> None:
    """One article each, so that none hides another: what the contract shows, a stranger can read."""
    names = {event.NAME for event in ARTICLES_PUBLISHED.events}
    shown = [
        (EVENTS[each.event_type].NAME, each.record)
        for each in examples()
        if EVENTS[each.event_type].NAME in names
    ]
    assert {name for name, _ in shown} == names
    alone = [(name, _of_its_own(wire)) for name, wire in shown]
    await told.write(*(given for _, given in alone))
    read = await told.reader.until_end(*told.arguments)
    assert (read.code, read.err) == (0, "")
    assert {line["article_id"] for line in read.lines} == {
        (given.key or b"").decode() for name, given in alone if name == "article.published"
    }


def _of_its_own(wire: WireRecord) -> Record:
    """The example as of another article."""
    article_id = str(uuid4())
    value = json.loads(wire.value) | {"article_id": article_id}
    return Record(
        key=article_id.encode(), value=json.dumps(value, ensure_ascii=False).encode(), headers=wire.headers
    )


async def test_the_same_version_in_a_newer_form_is_taken_in(told: Told) -> None:
    article = published("told-again", content=content(authors=(Author(name="Анна Ко", role="photographer"),)))
    await told.write(article.downcast(), article)
    (line,) = (await told.reader.until_end(*told.arguments)).lines
    assert line["article"]["content"]["authors"] == [{"name": "Анна Ко", "role": "photographer"}]


async def test_nonsense_is_told_by_its_place_and_keeps_nothing_back(told: Told) -> None:
    sound = record(published("sound"))
    nonsense = (
        Record(key=b"7"),
        Record(key=b"7", value=b"plain text"),
        foreign("newsloom.article.published.v2", b"{"),
        foreign("newsloom.article.published.v2", b"[]"),
        Record(key=b"7", value=b"{}", headers=(*_ENVELOPE, ("ce_type", None))),
        Record(key=b"7", value=b'{"article_id": "7"}', headers=(*_ENVELOPE, *_JSON)),
        Record(key=b"7", value=b"{}", headers=(*_ENVELOPE, ("ce_type", b"x"), ("ce_time", b"yesterday"))),
    )
    not_for_us = (foreign("newsloom.article.rated.v1"), foreign("org.example.something"))
    twice = replace(sound, headers=(*sound.headers, ("ce_type", b"newsloom.article.killed.v1")))
    await told.write(*nonsense, *not_for_us, twice, *nonsense)

    read = await told.reader.until_end(*told.arguments)
    assert read.code == 0
    assert [line["article"]["external_id"] for line in read.lines] == ["sound"]
    again = len(nonsense) + len(not_for_us) + 1
    places = [*range(len(nonsense)), *range(again, again + len(nonsense))]
    assert [complaint.split(": ")[0] for complaint in read.err.splitlines()] == [
        f"skipped the record at 0:{offset}" for offset in places
    ]


async def test_a_later_major_of_what_it_shows_ends_it_instead_of_leaving_it_behind(told: Told) -> None:
    await told.write(published("known"), foreign("newsloom.article.published.v3"), published("after"))
    read = await told.reader.until_end(*told.arguments)
    assert (read.code, read.out) == (3, "")
    assert "newsloom.article.published.v3 is newer than this consumer" in read.err


async def test_an_empty_topic_has_no_articles_and_one_that_is_not_there_is_an_error(told: Told) -> None:
    empty = await told.reader.until_end(*told.arguments)
    assert (empty.code, empty.out, empty.err) == (0, "", "")
    absent = await told.reader.until_end("--topic", "not-there")
    assert (absent.code, absent.out) == (1, "")
    assert "--topic" in absent.err


async def test_changes_are_told_as_they_come_until_it_is_stopped(told: Told) -> None:
    await told.write(published("followed", 1))
    async with started(*told.reader.command(*told.arguments)) as process, asyncio.timeout(PATIENCE_S):
        assert process.stdout is not None
        first = json.loads(await process.stdout.readline())
        await told.write(published("followed", 2), published("followed", 1), last_killed("followed", 3))
        rest = [json.loads(await process.stdout.readline()) for _ in range(2)]
        process.terminate()
        assert await process.wait() == 0
    said = [(line["state"], line["document_version"], "article" in line) for line in (first, *rest)]
    assert said == [("published", 1, True), ("published", 2, True), ("killed", 3, False)]
