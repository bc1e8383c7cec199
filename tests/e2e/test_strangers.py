"""What readers in other languages print is what the store holds: versions, letters, translations, kills."""

import asyncio
import json
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from newsloom_schemas import public_state
from newsloom_schemas.catalog import ARTICLES_ENRICHED
from newsloom_schemas.codec import encode
from newsloom_schemas.enrichment import Translation
from newsloom_schemas.events import (
    ArticleKilledV1,
    ArticlePublishedV2,
    ArticleTranslatedV1,
    ArticleWithheldV1,
)
from newsloom_schemas.identity import event_id
from newsloom_schemas.public_state import PublicState
from newsloom_store import MongoStore
from tests.e2e.system import System
from tests.eventually import eventually
from tests.integration.strangers.readers import CONSUMERS, node_reader, run, started

SOURCE = "strangers-gazette"
READING_S = 90
TAKES_BACK = ("withdrawn", "secret")
ODD = '«Ёлки» — 12 млн ₽, И́горь Пьотр, İstanbul, 🌉 \\n "кавычки" & <b>'
ARTICLES: tuple[Mapping[str, object], ...] = (
    {
        "external_id": "мост/1",
        "headline": "Мост через старую гавань снова открыт",
        "lead": "Движение возобновлено спустя два года.",
        "body_text": "Мост через старую гавань открылся в четверг.\n\nПервым прошёл мэр Игорь Ветров.",
        "language": "ru",
        "section": "Город",
        "authors": [
            {"name": "Анна Ко", "role": "корреспондент", "uri": "https://gazette.example/люди/анна-ко"},
            "Пётр Ёлкин",
        ],
    },
    {
        "external_id": "odd",
        "headline": ODD,
        "body_html": f"<p>{ODD.replace('<b>', '')}</p>",
        "language": "ru",
    },
    {"external_id": "short", "headline": "Ferry late", "body_text": "Fog.", "language": "en"},
    {"external_id": "withdrawn", "headline": "False figures", "body_text": "All wrong.", "language": "en"},
    {"external_id": "secret", "headline": "Not yet public", "body_text": "Wait for it.", "language": "en"},
)


@dataclass(frozen=True)
class Newsroom:
    """The system with the articles of this test in their last state."""

    system: System
    ids: Mapping[str, str]

    async def held(self) -> dict[str, tuple[int, PublicState]]:
        """What the store says that readers may see, by article, with its version."""
        async with MongoStore.connected(self.system.at.need("mongo")) as store:
            documents = await store.load(list(self.ids.values()))
        states = {
            article_id: (d.document_version, public_state.of_document(d))
            for article_id, d in documents.items()
        }
        return {article_id: state for article_id, state in states.items() if state[1].state == "public"}


@pytest.fixture(scope="module")
async def newsroom(system: System) -> Newsroom:
    return await _published(system)


async def _published(system: System) -> Newsroom:
    """Articles new, corrected, translated, killed and under embargo."""
    far = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    ids = {}
    for article in ARTICLES:
        name = str(article["external_id"])
        embargo = {"embargo_until": far} if name == "secret" else {}
        ids[name] = await system.submit({"revision": 1, **article, **embargo}, source=SOURCE)
    for name in ("мост/1", "short", "withdrawn"):
        await system.shown(ids[name])
    await system.submit({**ARTICLES[2], "revision": 2, "headline": "Ferry on time"}, source=SOURCE)
    answer = await system.post(
        "/v1/articles/kill", params={"source": SOURCE, "external_id": "withdrawn"}, json={"reason": "wrong"}
    )
    assert answer.status_code == 202, answer.text
    await _translated(system, ids["мост/1"])
    await system.shown(ids["short"], revision=2)
    await system.drained()
    return Newsroom(system, ids)


async def _translated(system: System, article_id: str) -> None:
    """A translation, as the translator tells it; the readers' document shows it afterwards."""
    async with MongoStore.connected(system.at.need("mongo")) as store:
        document = await store.get(article_id)
    assert document is not None
    assert document.publication is not None
    event = ArticleTranslatedV1(
        event_id=event_id(article_id, document.publication.revision, ArticleTranslatedV1.EVENT_TYPE, "uk"),
        article_id=article_id,
        source=document.source,
        external_id=document.external_id,
        submission_event_id=document.publication.submission_event_id,
        revision=document.publication.revision,
        translation=Translation(
            language="uk",
            status="published",
            engine="by-hand",
            headline="Міст через стару гавань знову відкрито: ґава, їжак, єнот",
            body_html="<p>Міст відкрився у четвер.</p>",
        ),
    )
    record = encode(event, source="/newsloom/enrich", time=datetime.now(UTC))
    async with AIOKafkaProducer(bootstrap_servers=system.kafka) as producer:
        await producer.send_and_wait(
            ARTICLES_ENRICHED.name, record.value, key=record.key, headers=list(record.headers)
        )

    async def there() -> bool:
        return "uk" in (await system.get(f"/v1/articles/{article_id}")).json()["translations"]

    await eventually(there, within=60, what="the translation")


def ours(events: Iterable[ArticlePublishedV2]) -> dict[str, tuple[int, PublicState]]:
    """What a reader made of this test's articles, in the form in which the store's are compared."""
    return {
        event.article_id: (event.document_version, public_state.of_record(event))
        for event in events
        if event.source == SOURCE
    }


async def test_the_node_consumer_prints_the_articles_that_the_store_holds(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    read = await node_reader(newsroom.system.kafka, tmp_path).until_end()
    assert read.code == 0, read.err
    articles = [line["article"] for line in read.lines if line["article"]["source"] == SOURCE]
    as_events = [ArticlePublishedV2.model_validate_json(json.dumps(article)) for article in articles]
    held = await newsroom.held()
    assert ours(as_events) == held
    assert set(held) == {newsroom.ids[name] for name in ("мост/1", "odd", "short")}
    # And without our own models in between: the very words that were handed in, and what readers are shown.
    printed: dict[str, dict[str, Any]] = {article["external_id"]: article for article in articles}
    assert printed["odd"]["content"]["headline"] == ODD
    assert printed["мост/1"]["content"]["headline"] == "Мост через старую гавань снова открыт"
    assert printed["мост/1"]["content"]["authors"] == [
        {"name": "Анна Ко", "role": "корреспондент", "uri": "https://gazette.example/люди/анна-ко"},
        {"name": "Пётр Ёлкин"},
    ]
    assert printed["мост/1"]["translations"]["uk"]["headline"].endswith("ґава, їжак, єнот")
    assert printed["short"]["revision"] == 2
    for article in articles:
        shown = (await newsroom.system.get(f"/v1/articles/{article['article_id']}")).json()
        assert shown["document_version"] == article["document_version"]
        assert shown["headline"] == article["content"]["headline"]


async def test_kcat_prints_the_articles_that_the_store_holds(newsroom: Newsroom) -> None:
    if shutil.which("kcat") is None:
        pytest.skip("reading with kcat needs kcat (on Debian: apt install kcat)")
    script = CONSUMERS / "kcat" / "read_articles.sh"
    read = await run(str(script), kafka=newsroom.system.kafka)
    assert read.code == 0, read.err
    last: dict[str, tuple[str, str]] = {}
    for line in read.out.split("\n")[:-1]:
        _place, key, headers, value = line.split("\t")
        last[key] = (headers, value)
    published = [
        ArticlePublishedV2.model_validate_json(value)
        for headers, value in last.values()
        if "ce_type=newsloom.article.published.v2" in headers.split(",")
    ]
    assert ours(published) == await newsroom.held()
    types = {name: last[newsroom.ids[name]][0] for name in TAKES_BACK}
    assert "ce_type=newsloom.article.killed.v1" in types["withdrawn"]
    assert "ce_type=newsloom.article.withheld.v1" in types["secret"]


async def test_the_python_reader_prints_the_articles_that_the_store_holds(newsroom: Newsroom) -> None:
    held = await newsroom.held()
    script = CONSUMERS / "python" / "read_articles.py"
    latest: dict[str, ArticlePublishedV2] = {}
    async with (
        started(sys.executable, str(script), kafka=newsroom.system.kafka) as process,
        asyncio.timeout(READING_S),
    ):
        assert process.stdout is not None
        while ours(latest.values()) != held:
            line = await process.stdout.readline()
            assert line, f"it ended: {(await process.stderr.read()).decode() if process.stderr else ''}"
            event_type, event = line.decode().split("\t")
            # Whatever else lies on the topic, as what other tests put there, is for no reader of articles.
            if event_type == ArticlePublishedV2.EVENT_TYPE:
                article = ArticlePublishedV2.model_validate_json(event)
                latest[article.article_id] = article
            elif event_type in (ArticleKilledV1.EVENT_TYPE, ArticleWithheldV1.EVENT_TYPE):
                latest.pop(json.loads(event)["article_id"], None)
