"""Translations through the whole system: an engine that hangs holds nothing up, and all comes later."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient

from newsloom.stack import USUAL, LocalStack
from tests.e2e.command_line import newsloom
from tests.e2e.system import System
from tests.eventually import eventually
from tests.integration.enrich.translator.misbehaving import (
    Asked,
    Server,
    Write,
    hang,
    serving,
    whole,
)
from tests.local_stack import own_stack

SOURCE = "larkhaven-post"
# Far below the 8 s that a hanging engine may keep an article waiting, far above what a busy machine needs.
PROMPTLY = 6.0
FORGOTTEN_WITHIN = 10.0
_CYRILLIC = dict(zip("abcdefghijklmnopqrstuvwxyz", "абцдефгхижклмнопкрстувжксйз", strict=False))


def russian(text: str) -> str:
    """Letters of another script for letters; tags, digits and entities stay. Not Russian, but no English."""
    out, inside = [], False
    for char in text:
        inside = (inside or char in "<&") and char not in ">;"
        out.append(char if inside else _CYRILLIC.get(char.lower(), char))
    return "".join(out)


async def translate(asked: Asked, write: Write) -> None:
    """LibreTranslate as it should be."""
    if asked.path == "/languages":
        await write(whole([{"code": "en", "targets": ["ru"]}]))
    elif asked.path == "/spec":
        await write(whole({"info": {"version": "1.6.4"}}))
    else:
        await write(whole({"translatedText": [russian(text) for text in asked.json["q"]]}))


@dataclass(frozen=True)
class Newsroom:
    """The system, and the engine that it asks for Russian."""

    system: System
    engine: Server

    @property
    def sentences(self) -> list[str]:
        """What the engine was asked to translate, apart from its trials."""
        asked = (each for each in self.engine.asked if each.path == "/translate")
        found = [text for each in asked for text in each.json["q"]]
        return [text for text in found if "new bridge over the river" not in text]

    async def translation(self, article_id: str, language: str, *, revision: int = 1) -> dict[str, Any]:
        """A translation of this revision, once readers can have it."""

        async def there() -> dict[str, Any] | None:
            document = await self.system.shown(article_id, revision=revision)
            found: dict[str, Any] | None = document["translations"].get(language)
            return found

        made: dict[str, Any] = await eventually(there, within=90, what=f"{language} of {article_id}")
        return made

    async def facet(self, article_id: str) -> dict[str, Any]:
        document = await self.system.shown(article_id)
        facet: dict[str, Any] = document["enrichment"]["translations"]
        return facet


@pytest.fixture(scope="module")
async def newsroom() -> AsyncIterator[Newsroom]:
    """A system of this module's own: its engines are in its settings."""
    async with serving(hang) as engine:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ENRICH_LIBRETRANSLATE_URL", engine.address)
            patch.setenv("ENRICH_TRANSLATE_ENGINES", "libretranslate,apertium")
            patch.setenv("ENRICH_TRANSLATE_PAIRS", "en>ru=libretranslate,en>es=apertium")
            patch.setenv("ENRICH_TRANSLATE_TO", "ru,es")
            async with started() as stack, httpx2.AsyncClient(timeout=30, trust_env=False) as http:
                key = stack.home.dev_key_file.read_text().strip()
                yield Newsroom(System(stack=stack, http=http, key=key), engine)


@asynccontextmanager
async def started() -> AsyncIterator[LocalStack]:
    """A stack started and stopped off the event loop, which serves the engine meanwhile."""
    stack = own_stack(*USUAL)
    try:
        yield await asyncio.to_thread(stack.__enter__)
    finally:
        await asyncio.to_thread(stack.__exit__, None, None, None)


def story(name: str, *sentences: str, revision: int = 1) -> dict[str, object]:
    return {
        "external_id": name,
        "revision": revision,
        "headline": "The harbour of Larkhaven is open again",
        "body_html": "".join(f"<p>{sentence}</p>" for sentence in sentences),
        "language": "en",
    }


LONG = tuple(f"The mayor of Larkhaven counted <b>{n} ships</b> in the old harbour." for n in range(39))
"""With the headline forty sentences."""


async def test_with_a_hanging_engine_articles_are_published_promptly_and_translations_follow_its_return(
    newsroom: Newsroom,
) -> None:
    newsroom.engine.behave = hang
    system, articles, slowest = newsroom.system, list[str](), 0.0
    for _ in range(5):
        started = time.monotonic()
        articles.append(await system.submit(story(f"hang-{uuid4().hex}", *LONG[:3]), source=SOURCE))
        await system.shown(articles[-1])
        slowest = max(slowest, time.monotonic() - started)
    assert slowest < PROMPTLY
    assert {(await newsroom.facet(article))["status"] for article in articles} == {"pending"}

    newsroom.engine.behave = translate
    for article in articles:
        made = await newsroom.translation(article, "ru")
        assert (made["status"], made["engine"], made["version"]) == ("published", "libretranslate", "1.6.4")
        assert made["headline"] == russian("The harbour of Larkhaven is open again")
        assert made["body_html"].count("<b>") == 3
        await eventually(settled(newsroom, article), within=60, what="the facet")


def settled(newsroom: Newsroom, article: str) -> Callable[[], Awaitable[bool]]:
    async def facet_is_settled() -> bool:
        return bool((await newsroom.facet(article))["status"] != "pending")

    return facet_is_settled


async def test_correcting_one_of_forty_sentences_asks_the_engine_for_exactly_one(newsroom: Newsroom) -> None:
    newsroom.engine.behave = translate
    name, before = f"forty-{uuid4().hex}", len(newsroom.sentences)
    numbered = tuple(sentence.replace("ships", f"ships of {name[:12]}") for sentence in LONG)
    article = await newsroom.system.submit(story(name, *numbered), source=SOURCE)
    await newsroom.translation(article, "ru")
    asked = len(newsroom.sentences)
    assert asked - before <= 40
    corrected = [*numbered[:17], "The mayor counted 100 ships and went home.", *numbered[18:]]
    await newsroom.system.submit(story(name, *corrected, revision=2), source=SOURCE)
    made = await newsroom.translation(article, "ru", revision=2)
    assert russian("The mayor counted 100 ships and went home.") in made["body_html"]
    assert newsroom.sentences[asked:] == ["The mayor counted 100 ships and went home."]


async def test_an_engine_that_fails_for_good_is_given_up_visibly_and_nothing_is_invented(
    newsroom: Newsroom,
) -> None:
    async def nonsense(asked: Asked, write: Write) -> None:
        if asked.path == "/translate":
            await write(whole({"translatedText": ["" for _ in asked.json["q"]]}))
        else:
            await translate(asked, write)

    newsroom.engine.behave = nonsense
    name = f"nonsense-{uuid4().hex}"
    article = await newsroom.system.submit(story(name, f"Nobody has translated {name} yet."), source=SOURCE)
    made = await newsroom.translation(article, "ru")
    newsroom.engine.behave = translate
    assert made["status"] in ("failed", "unavailable")
    assert "headline" not in made
    assert "body_html" not in made
    assert "libretranslate: " in made["reason"]
    await eventually(settled(newsroom, article), within=60, what="the facet")
    assert (await newsroom.facet(article))["status"] in ("failed", "unavailable", "partial")


async def test_an_editors_words_win_from_then_on(newsroom: Newsroom) -> None:
    newsroom.engine.behave = translate
    sentence = f"The lock {uuid4().hex[:6]} is old."
    said = await newsloom(
        newsroom.system, "translate", "--from", "en", "--to", "ru", "--remember", sentence, "Шлюз стар."
    )
    assert said.code == 0, said.err
    article = await newsroom.system.submit(story(f"editor-{uuid4().hex}", sentence), source=SOURCE)
    made = await newsroom.translation(article, "ru")
    assert made["body_html"] == "<p>Шлюз стар.</p>"
    assert made["quality"]["edited"] == 1


async def test_of_a_killed_article_nothing_is_kept_in_either_language(newsroom: Newsroom) -> None:
    words = {"waiting": f"qw{uuid4().hex[:10]}", "done": f"qd{uuid4().hex[:10]}"}
    newsroom.engine.behave = translate
    done = await newsroom.system.submit(
        story(words["done"], f"The {words['done']} lock is old."), source=SOURCE
    )
    await newsroom.translation(done, "ru")
    newsroom.engine.behave = hang
    await newsroom.system.submit(
        story(words["waiting"], f"The {words['waiting']} lock is old."), source=SOURCE
    )
    await eventually(
        lambda: words["waiting"] in texts_of(newsroom, "waiting_translations"), within=60, what="waiting"
    )
    assert russian(words["done"]) in texts_of(newsroom, "translated_sentences")
    for word in words.values():
        kill = await newsroom.system.post(
            "/v1/articles/kill", params={"source": SOURCE, "external_id": word}, json={"reason": "wrong"}
        )
        assert kill.status_code == 202
    started = time.monotonic()
    await eventually(lambda: not held(newsroom, words.values()), within=30, what="nothing held")
    assert time.monotonic() - started < FORGOTTEN_WITHIN
    newsroom.engine.behave = translate
    await newsroom.system.drained("enrich", "publish")
    assert held(newsroom, words.values()) == []


def held(newsroom: Newsroom, words: Iterable[str]) -> list[tuple[str, str]]:
    """Which collections hold which of the words, in letters of either language. The source's own id stays."""
    found = []
    for name in ("waiting_translations", "translated_sentences", "articles"):
        texts = texts_of(newsroom, name)
        for word in words:
            said = (f"The {word} lock", russian(f"The {word} lock"))
            found += [(name, text) for text in said if text in texts]
    return found


def texts_of(newsroom: Newsroom, collection: str) -> str:
    """Every byte of a collection as text."""
    with MongoClient[RawBSONDocument](
        newsroom.system.at.need("mongo"), document_class=RawBSONDocument
    ) as client:
        raw = b"".join(each.raw for each in client["newsloom"][collection].find({}))
    return raw.decode(errors="replace")


@pytest.mark.skipif(
    shutil.which("apertium") is None,
    reason="the Debian packages apertium and apertium-eng-spa are not installed",
)
async def test_english_to_spanish_through_apertium(newsroom: Newsroom) -> None:
    newsroom.engine.behave = translate
    body = ('The <b>new</b> bridge over the <a href="https://news.example/h">old harbour</a> cost 64 euros.',)
    article = await newsroom.system.submit(story(f"puente-{uuid4().hex}", *body), source=SOURCE)
    made = await newsroom.translation(article, "es")
    assert (made["status"], made["engine"]) == ("draft", "apertium")
    assert "for an editor to read first" in made["reason"]
    assert "puente" in made["body_html"]
    assert '<a href="https://news.example/h"' in made["body_html"]
    response = await newsroom.system.get(f"/v1/articles/{article}/translations/es")
    assert response.status_code == 200
    page = await newsroom.system.get(f"/articles/{article}/es")
    assert "Draft machine translation" in page.text
