"""Which engines the settings give, in which order, and what a wrong setting says."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from enrich.settings import Settings
from enrich.translator.engines.registry import engines_of
from enrich.translator.ports import Pair
from enrich.translator.settings import order_of

LIBRE = "http://127.0.0.1:5000"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ENRICH_FIREFOX_MODELS", str(tmp_path))


def names() -> list[str]:
    return [engine.name for engine in engines_of(Settings())]


def test_by_default_what_needs_no_address_is_tried_and_an_address_adds_its_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert names() == ["firefox", "apertium"]
    monkeypatch.setenv("ENRICH_LIBRETRANSLATE_URL", LIBRE)
    monkeypatch.setenv("ENRICH_OPENAI_URL", "http://127.0.0.1:9/v1")
    assert names() == ["firefox", "apertium", "libretranslate"], "openai needs a model too"
    monkeypatch.setenv("ENRICH_OPENAI_MODEL", "m-1")
    assert names() == ["firefox", "apertium", "libretranslate", "openai"]


def test_what_a_rule_based_engine_makes_of_distant_languages_is_a_draft_unless_said_otherwise() -> None:
    assert Settings().drafts == {("apertium", Pair("en", "es")), ("apertium", Pair("es", "en"))}
    assert Settings(translate_drafts="").drafts == frozenset()
    assert Settings(translate_drafts="firefox:uk>ru").drafts == {("firefox", Pair("uk", "ru"))}


@pytest.mark.parametrize("wrong", ["apertium", "apertium:en", "en>es", "apertium:en>"])
def test_drafts_written_wrongly_are_told_how_to_be_written(wrong: str) -> None:
    with pytest.raises(ValidationError, match="write ENRICH_TRANSLATE_DRAFTS like"):
        Settings(translate_drafts=wrong)


def test_the_order_of_engines_is_that_of_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENRICH_LIBRETRANSLATE_URL", LIBRE)
    monkeypatch.setenv("ENRICH_TRANSLATE_ENGINES", "libretranslate, apertium")
    assert names() == ["libretranslate", "apertium"]
    monkeypatch.setenv("ENRICH_TRANSLATE_ENGINES", "")
    assert names() == []


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ENRICH_TRANSLATE_ENGINES", "libretranslate", "set ENRICH_LIBRETRANSLATE_URL"),
        ("ENRICH_TRANSLATE_ENGINES", "openai", "set ENRICH_OPENAI_URL and ENRICH_OPENAI_MODEL"),
        ("ENRICH_TRANSLATE_ENGINES", "babelfish", "translate_engines"),
        ("ENRICH_TRANSLATE_PAIRS", "en-es", "write ENRICH_TRANSLATE_PAIRS like"),
        ("ENRICH_TRANSLATE_TIMEOUT", "0", "translate_timeout"),
        ("ENRICH_ROLES", "editor", "roles"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_to_write(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=says):
        Settings()


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENRICH_OPENAI_KEY", "sk-very-secret")
    assert "sk-very-secret" not in repr(Settings())


def test_pairs_with_an_order_of_their_own_are_read() -> None:
    assert order_of("en>es=apertium+firefox, ru>en=openai") == {
        Pair("en", "es"): ("apertium", "firefox"),
        Pair("ru", "en"): ("openai",),
    }
    assert order_of("") == {}


def test_only_what_an_embargo_allows_stays_in_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENRICH_OPENAI_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("ENRICH_OPENAI_MODEL", "m-1")
    leaving = {engine.name: engine.leaves_the_house for engine in engines_of(Settings())}
    assert leaving == {"firefox": False, "apertium": False, "openai": True}
    monkeypatch.setenv("ENRICH_OPENAI_INSIDE", "on")
    assert not any(engine.leaves_the_house for engine in engines_of(Settings()))
