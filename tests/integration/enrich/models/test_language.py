"""The declared language wins when it is plausible; an unknown one is `und` and never a guess."""

import pytest

from enrich.article_text import ArticleText
from enrich.enrichers.language import Language, LanguageIdentifier
from enrich.linguistics.models import Models

RUSSIAN = (
    "Порт принял первое судно с зерном после ремонта причалов. "
    "Работы длились два года и обошлись городу дороже, чем обещали подрядчики. "
    "Горожане, впрочем, довольны: очередь грузовиков у въезда исчезла за одну ночь, и стало тихо. "
    "Второе судно ждут в среду."
)


@pytest.fixture(scope="module")
def identifier(models: Models) -> LanguageIdentifier:
    return LanguageIdentifier(models)


def identified(identifier: LanguageIdentifier, body: str, declared: str | None = None) -> Language:
    return identifier.run(ArticleText(source="s", headline="", lead="", body=body, language=declared))


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("ru", RUSSIAN),
        ("uk", "Порт прийняв перше судно із зерном після ремонту причалів."),
        ("en", "The harbour took in its first grain ship after the quays were rebuilt."),
        ("es", "El puerto recibió el primer barco de trigo tras la reforma de los muelles."),
    ],
)
def test_an_undeclared_language_is_read_from_the_text(
    identifier: LanguageIdentifier, language: str, body: str
) -> None:
    assert identified(identifier, body).tag == language


@pytest.mark.parametrize(
    "body", ["", "12 345", "Ура!", "北京的港口在修理后接受了第一艘运粮船。北京的港口在修理后接受了"]
)
def test_a_text_that_tells_nothing_is_undetermined(identifier: LanguageIdentifier, body: str) -> None:
    found = identified(identifier, body)
    assert (found.tag, found.facet.status) == ("und", "partial")


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("pt", "O governo anunciou nesta terça-feira um novo pacote de medidas para conter a inflação."),
        ("bg", "Правителството обяви във вторник нов пакет от мерки за ограничаване на инфлацията."),
        ("cs", "Vláda v úterý oznámila nový balíček opatření na omezení inflace v celé zemi."),
    ],
)
def test_a_text_in_a_language_that_is_not_ours_is_not_taken_for_the_one_most_like_it(
    identifier: LanguageIdentifier, language: str, body: str
) -> None:
    found = identified(identifier, body)
    assert (found.tag, found.facet.status) == ("und", "partial")
    assert found.facet.reason == f"the text reads as {language}, which is none of our languages"


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("ru", "Правление выбрало новый состав."),
        ("ru", "По документам архива, участок принадлежал купцу Алексею Попову."),
        ("uk", "Друге читання планують на листопад."),
        ("uk", "Президент України приїхав."),
        ("en", "Each winner earns $100,000."),
        ("es", "Noruega y Cuba actuaron como garantes."),
    ],
)
def test_a_short_sentence_is_told_by_its_letters_and_a_clear_margin(
    identifier: LanguageIdentifier, language: str, body: str
) -> None:
    assert identified(identifier, body).tag == language


def test_the_letters_of_a_language_that_is_not_configured_decide_nothing(models: Models) -> None:
    ours = LanguageIdentifier(_Configured(models, ("uk", "en")))
    assert identified(ours, RUSSIAN).tag == "und"


class _Configured(Models):
    """The same models for other languages."""

    def __init__(self, models: Models, languages: tuple[str, ...]) -> None:
        super().__init__(languages)
        self.identifier = models.identifier


def test_a_declared_language_wins_over_a_close_one_and_keeps_its_region(
    identifier: LanguageIdentifier,
) -> None:
    assert identified(identifier, "Порт открыт", "uk").tag == "uk"
    assert identified(identifier, "The harbour is open again after two years.", "en-GB").tag == "en-GB"


def test_a_language_outside_the_configured_ones_is_taken_at_its_word(
    identifier: LanguageIdentifier,
) -> None:
    assert (
        identified(identifier, "Satama on taas auki kahden vuoden jälkeen, sanoi kaupunki.", "fi").tag == "fi"
    )


def test_an_implausible_declaration_is_overruled_and_the_facet_says_so(
    identifier: LanguageIdentifier,
) -> None:
    found = identified(identifier, RUSSIAN, "en")
    assert (found.tag, found.facet.status) == ("ru", "partial")
    assert found.facet.reason == "the source declares en, but the text reads as ru"
