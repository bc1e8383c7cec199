"""What was produced before authors were structured leaves the whole chain with structured authors."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from newsloom_runtime.log_reader import LogReader
from newsloom_schemas import Example, examples, identity
from newsloom_schemas.catalog import ARTICLES_PUBLISHED, ARTICLES_SUBMITTED
from newsloom_schemas.envelope import WireRecord
from newsloom_schemas.events import ArticlePublishedV2, ArticleSubmittedV1
from tests.e2e.system import System

RELEASED = examples(ArticleSubmittedV1.EVENT_TYPE)
WITHIN = 120.0  # the first article waits until the models are loaded


@dataclass(frozen=True)
class Sent:
    """A released record under an id of its own, so that another test may send the same example."""

    record: WireRecord
    said: ArticleSubmittedV1

    @classmethod
    def like(cls, example: Example) -> "Sent":
        told = ArticleSubmittedV1.model_validate_json(example.record.value)
        external_id = f"old-{uuid4().hex}"
        renamed = {
            told.external_id: external_id,
            told.article_id: identity.article_id(told.source, external_id),
            told.event_id: str(uuid4()),
        }

        def in_bytes(raw: bytes) -> bytes:
            for old, new in renamed.items():
                raw = raw.replace(old.encode(), new.encode())
            return raw

        value = in_bytes(example.record.value)
        headers = tuple((name, in_bytes(each)) for name, each in example.record.headers)
        record = WireRecord(in_bytes(example.record.key), value, headers)
        return cls(record=record, said=ArticleSubmittedV1.model_validate_json(value))


async def written_by_an_old_producer(kafka: str, sent: list[Sent]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all")
    await producer.start()
    try:
        for record in (each.record for each in sent):
            await producer.send_and_wait(
                ARTICLES_SUBMITTED.name, record.value, key=record.key, headers=list(record.headers)
            )
    finally:
        await producer.stop()


async def last_words(kafka: str, article_ids: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    async with LogReader(kafka, ARTICLES_PUBLISHED) as log:
        first, ends = await log.beginning_offsets(), await log.end_offsets()
        for partition, end in ends.items():
            async for entries in log.read(partition, first[partition], end):
                found |= {e.event.subject: e.event for e in entries if e.event.subject in article_ids}
    return found


@pytest.mark.timeout(300)
async def test_every_released_record_of_version_1_is_published_with_structured_authors(
    system: System,
) -> None:
    sent = [Sent.like(example) for example in RELEASED]
    assert len(sent) >= 3
    await written_by_an_old_producer(system.kafka, sent)
    for each in sent:
        document = await system.shown(each.said.article_id, within=WITHIN)
        assert document["authors"] == [{"name": name} for name in each.said.content.authors]
        assert (document["revision"], document["headline"]) == (
            each.said.revision,
            each.said.content.headline,
        )
        assert document["submission_event_id"] == each.said.event_id
        written = {tag["label"] for tag in document["tags"] if tag["role"] == "author"}
        assert written == set(each.said.content.authors)
    told = await last_words(system.kafka, {each.said.article_id for each in sent})
    for each in sent:
        event = told[each.said.article_id]
        assert isinstance(event, ArticlePublishedV2)
        assert event.content == each.said.content.upcast()
    assert any(each.said.content.authors for each in sent), "examples without authors prove nothing"


async def test_an_author_in_full_is_shown_as_it_was_sent(
    system: System,
) -> None:
    described = {"name": "Анна Ко", "role": "фотограф", "uri": "https://kursor.example/ko"}
    article = {
        "external_id": f"signed-{uuid4().hex}",
        "revision": 1,
        "headline": "Мост снова открыт",
        "body_text": "Мост через старую гавань открыли в четверг.",
        "authors": ["Бо Ли", described],
    }
    article_id = await system.submit(article, source="kursor")
    assert (await system.shown(article_id, within=WITHIN))["authors"] == [{"name": "Бо Ли"}, described]
    page = await system.get(f"/v1/articles/{article_id}", headers={"accept": "text/html"})
    assert '<a rel="author noopener" href="https://kursor.example/ko">Анна Ко</a> (фотограф)' in page.text
