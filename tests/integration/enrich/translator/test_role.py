"""The translator as a process of its own, on the real broker and the real store."""

import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from uuid import uuid4

import pytest
from pymongo import MongoClient

from newsloom_schemas.catalog import TRANSLATIONS_REQUESTED
from newsloom_schemas.events import ArticleTranslatedV1, TranslationRequestedV2
from tests.conftest import Stack
from tests.eventually import eventually
from tests.factories import authors, of_version_1
from tests.integration.enrich.newsroom import EnrichProcess, Log, enrich_process
from tests.integration.enrich.translator.misbehaving import Asked, Server, Write, hang, serving, whole
from tests.integration.enrich.translator.test_bad_answers import in_form
from tests.integration.store.databases import fresh_database
from tests.unit.enrich.translator.translating import requested, word_by_word

WITHIN = 90.0


async def translate(asked: Asked, write: Write) -> None:
    await write(whole(in_form("libretranslate", asked, word_by_word)))


@dataclass(frozen=True)
class Room:
    stack: Stack
    engine: Server
    database: str

    def translator(self, **environment: str) -> AbstractAsyncContextManager[EnrichProcess]:
        return enrich_process(
            self.stack.kafka,
            **{
                "ENRICH_ROLES": "translator",
                "ENRICH_TRANSLATE_ENGINES": "libretranslate",
                "ENRICH_TRANSLATE_TO": "es",
                "ENRICH_LANGUAGES": "en,es",
                "ENRICH_LIBRETRANSLATE_URL": self.engine.address,
                "MONGO_URL": self.stack.mongo,
                "MONGO_DATABASE": self.database,
            }
            | environment,
        )

    def asked_for(self, word: str) -> int:
        """How many sentences with this word the engine was asked for."""
        bodies = (each.json["q"] for each in self.engine.asked if each.path == "/translate")
        return sum(word in text for texts in bodies for text in texts)

    def waiting(self, requests: Sequence[TranslationRequestedV2]) -> int:
        """How many of these wait in the store; the group is shared, so a repeat of another test's may too."""
        ours = {"article_id": {"$in": [request.article_id for request in requests]}}
        with MongoClient[dict[str, object]](self.stack.mongo) as client:
            return client[self.database]["waiting_translations"].count_documents(ours)


@pytest.fixture
async def room(stack: Stack) -> AsyncIterator[Room]:
    async with serving(translate) as engine:
        with fresh_database(stack.mongo) as database:
            yield Room(stack, engine, database)


async def test_killed_before_it_tells_it_repeats_the_event_without_asking_the_engine_again(
    room: Room,
) -> None:
    log, word = await Log.ready(room.stack.kafka), f"x{uuid4().hex}"
    request = requested(f"killed-{word}", body_html=f"<p>The bridge of {word} was old.</p>")
    async with room.translator(NEWSLOOM_FAULT_POINT="enrich.after-translate=kill") as doomed:
        await log.write(TRANSLATIONS_REQUESTED, [request])
        await eventually(lambda: doomed.process.returncode is not None, within=WITHIN, what="the kill")
        assert doomed.process.returncode == -signal.SIGKILL
    async with room.translator():
        (event,) = await log.enriched([request.article_id], 1)
    assert isinstance(event, ArticleTranslatedV1)
    assert event.translation.status == "published"
    assert room.asked_for(word) == 1


async def test_what_waits_for_an_engine_survives_the_process_and_arrives_when_the_engine_is_back(
    room: Room,
) -> None:
    log = await Log.ready(room.stack.kafka)
    requests = [requested(f"waiting-{uuid4().hex}") for _ in range(5)]
    room.engine.behave = hang
    async with room.translator(ENRICH_TRANSLATE_TIMEOUT="0.5") as service:
        await service.until_ready()
        assert service.workers() == [], "it does no language work"
        await log.write(TRANSLATIONS_REQUESTED, requests)
        await eventually(lambda: room.waiting(requests) == 5, within=WITHIN, what="all waiting")
        await service.stop(signal.SIGKILL)
    room.engine.behave = translate
    async with room.translator() as service:
        found = await log.enriched([request.article_id for request in requests], 5)
        await eventually(lambda: waiting(service, 0), within=WITHIN, what="nothing waiting")
    assert {event.translation.status for event in found} == {"published"}


async def test_a_wish_of_version_1_is_translated(room: Room) -> None:
    log = await Log.ready(room.stack.kafka)
    request = requested(f"old-{uuid4().hex}", authors=authors("Анна Ко"))
    async with room.translator():
        await log.write(TRANSLATIONS_REQUESTED, [of_version_1(request)])
        (event,) = await log.enriched([request.article_id], 1)
    assert event.translation.status == "published"


async def waiting(service: EnrichProcess, count: int) -> bool:
    metrics = (await service.http.get("/metrics")).text
    return f"newsloom_translations_waiting {float(count)}" in metrics
