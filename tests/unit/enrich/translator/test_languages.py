"""Whether a text is in the language asked for, told without a model."""

import pytest

from enrich.translator.languages import TRIAL, foreign, iso_639_3, same_script

TEXTS = {
    "en": "The mayor said on Thursday that the bridge over the river would be open to all next week.",
    "es": "El alcalde dijo el jueves que el puente sobre el río estará abierto para todos.",
    "ru": "Мэр сказал в четверг, что мост через реку будет открыт уже через неделю, но не для машин.",
    "uk": "Мер сказав у четвер, що міст через річку буде відкрито вже за тиждень, але не для машин.",
    "de": "Der Bürgermeister sagte am Donnerstag, dass die Brücke über den Fluss bald für alle offen sei.",
    "fr": "Le maire a dit jeudi que le pont sur le fleuve sera ouvert à tous dans une semaine.",
}


@pytest.mark.parametrize("target", TEXTS)
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_passes_for_its_own_language_only(text: str, target: str) -> None:
    found = foreign("something else", TEXTS[text], "pl", target)
    assert (found is None) == (text == target), found


@pytest.mark.parametrize("source", TRIAL)
def test_an_echo_is_no_translation(source: str) -> None:
    target = "es" if source != "es" else "en"
    assert foreign(TRIAL[source], TRIAL[source], source, target) is not None


@pytest.mark.parametrize(
    ("text", "target"), [("Reuters", "es"), ("OK", "en"), ("Киев", "ru"), ("Puente", "ca")]
)
def test_a_few_words_are_given_the_benefit_of_the_doubt(text: str, target: str) -> None:
    assert foreign("Bridge", text, "en", target) is None


@pytest.mark.parametrize("text", ["", " ", "42", "…"])
def test_no_words_are_no_translation(text: str) -> None:
    assert foreign("Bridge", text, "en", "es") == "the answer is empty"


def test_scripts_and_codes() -> None:
    assert same_script("en", "es")
    assert same_script("ru", "uk")
    assert not same_script("ru", "en")
    assert (iso_639_3("en"), iso_639_3("xyz")) == ("eng", "xyz")
