"""The translator by hand, against an engine that is there and one that is not."""

import asyncio
import json
from pathlib import Path

import pytest

from enrich.translator.by_hand import NOT_RUNNING, NOT_TRANSLATED, OK, USAGE, main
from enrich.translator.keys import editors_key
from newsloom_store import MongoTranslations
from tests.conftest import Stack
from tests.integration.enrich.translator.misbehaving import Asked, Write, serving, whole
from tests.integration.enrich.translator.test_bad_answers import in_form
from tests.integration.store.databases import fresh_database
from tests.unit.enrich.translator.translating import EN_ES, word_by_word

NOBODY = "http://127.0.0.1:9"


async def translate(asked: Asked, write: Write) -> None:
    await write(whole(in_form("libretranslate", asked, word_by_word)))


async def by_hand(*arguments: str) -> int:
    """It has an event loop of its own, as a program has."""
    return await asyncio.to_thread(main, arguments)


@pytest.fixture(autouse=True)
def only_libretranslate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENRICH_TRANSLATE_ENGINES", "libretranslate")
    monkeypatch.setenv("ENRICH_LANGUAGES", "en,es")
    monkeypatch.setenv("ENRICH_TRANSLATE_TO", "es")
    monkeypatch.setenv("ENRICH_LIBRETRANSLATE_URL", NOBODY)


async def test_the_translation_is_all_that_stdout_gets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serving(translate) as server:
        monkeypatch.setenv("ENRICH_LIBRETRANSLATE_URL", server.address)
        assert await by_hand("The bridge & the harbour") == OK
        said = capsys.readouterr()
        assert said.out == "el puente & el puerto\n"
        assert "libretranslate 1.6.4; 1 sentence(s)" in said.err
        assert await by_hand("--html", "--json", "<p>The <b>old</b> bridge</p>") == OK
        document = json.loads(capsys.readouterr().out)
        assert document["text"] == "<p>el <b> viejo </b> puente</p>"
        assert (document["engines"], document["not_translated"]) == (["libretranslate 1.6.4"], 0)
        assert await by_hand("--engines") == OK
        assert capsys.readouterr().out == "libretranslate  en->es    works\n"


async def test_an_engine_that_is_away_is_told_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert await by_hand("The bridge") == NOT_TRANSLATED
    said = capsys.readouterr()
    assert said.out == "The bridge\n"
    assert "it cannot be reached" in said.err
    assert await by_hand("--engine", "openai", "The bridge") == USAGE
    assert "set ENRICH_OPENAI_URL" in capsys.readouterr().err


async def test_editors_words_are_learnt_from_a_file_and_taken_back(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = tmp_path / "lines.tsv"
    lines.write_text("Old town\tCasco antiguo\nBridge\tPuente\n")
    with fresh_database(stack.mongo) as database:
        monkeypatch.setenv("MONGO_URL", stack.mongo)
        monkeypatch.setenv("MONGO_DATABASE", database)
        assert await by_hand("--learn", str(lines)) == OK
        assert await by_hand("--forget", "Bridge") == OK
        assert await by_hand("--forget", "Bridge") == NOT_TRANSLATED
        async with MongoTranslations.connected(stack.mongo, database=database) as store:
            keys = [editors_key(EN_ES, "Old town"), editors_key(EN_ES, "Bridge")]
            found = await store.sentences.recall(keys)
    assert {key: each.html for key, each in found.items()} == {keys[0]: "Casco antiguo"}
    lines.write_text("no tab here\n")
    assert await by_hand("--learn", str(lines)) == USAGE
    monkeypatch.setenv("MONGO_URL", "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=100")
    assert await by_hand("--remember", "a word", "una palabra") == NOT_RUNNING
