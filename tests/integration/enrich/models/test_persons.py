"""People's names stand in the nominative whatever case the text has them in."""

import pytest

from enrich.linguistics.labels import nominative_person
from enrich.linguistics.morphology import Morphology
from enrich.linguistics.tokens import Token
from tests.unit.enrich.desk import Desk


def name(desk: Desk, language: str, text: str, written: str) -> list[Token]:
    """The tokens of a name in its sentence."""
    start = text.index(written)
    end = start + len(written)
    tokens = desk.tokeniser.tokens(text, language)
    return [token for token in tokens if start <= token.start and token.end <= end]


@pytest.mark.parametrize(
    ("text", "written", "nominative"),
    [
        ("Судья отказал Егору Свиридову в просьбе.", "Егору Свиридову", "Егор Свиридов"),
        ("Машина Кими Райкконена сошла с трассы.", "Кими Райкконена", "Кими Райкконен"),
        ("Премия досталась Жанне Агузаровой.", "Жанне Агузаровой", "Жанна Агузарова"),
        ("Переговоры с Ангелой Меркель прошли в Берлине.", "Ангелой Меркель", "Ангела Меркель"),
        ("Речь шла о Джордже Буше.", "Джордже Буше", "Джордж Буш"),
        ("Газета взяла интервью у Никиты Михалкова.", "Никиты Михалкова", "Никита Михалков"),
        ("Мэр поблагодарил Виталия Кличко.", "Виталия Кличко", "Виталий Кличко"),
        ("Письмо Наталье Поклонской вернули.", "Наталье Поклонской", "Наталья Поклонская"),
        ("Суд допросил Ильина Петра Ильича.", "Петра Ильича", "Петр Ильич"),
        ("Врачи помогли Льву Толстому.", "Льву Толстому", "Лев Толстой"),
        ("Работы А. С. Пушкина переиздали.", "А. С. Пушкина", "А. С. Пушкин"),
        ("Письма Александру Михайловичу хранят.", "Александру Михайловичу", "Александр Михайлович"),
        ("Премию вручили Марине Степновой.", "Марине Степновой", "Марина Степнова"),
        ("Визит Масуда Пезешкиана отложили.", "Масуда Пезешкиана", "Масуд Пезешкиан"),
    ],
)
def test_russian_names(desk: Desk, morphology: Morphology, text: str, written: str, nominative: str) -> None:
    assert nominative_person(name(desk, "ru", text, written), morphology, "ru") == nominative


@pytest.mark.parametrize(
    ("text", "written", "nominative"),
    [
        ("Журналісти розпитали Тараса Вербового.", "Тараса Вербового", "Тарас Вербовий"),
        ("Книгу Ольги Токарчук видали вдруге.", "Ольги Токарчук", "Ольга Токарчук"),
        ("Мер подякував Петрові Гронському.", "Петрові Гронському", "Петро Гронський"),
    ],
)
def test_ukrainian_names(
    desk: Desk, morphology: Morphology, text: str, written: str, nominative: str
) -> None:
    assert nominative_person(name(desk, "uk", text, written), morphology, "uk") == nominative


def test_a_form_seen_elsewhere_in_the_article_decides(desk: Desk, morphology: Morphology) -> None:
    tokens = name(desk, "ru", "Письмо получили от Громова.", "Громова")
    assert nominative_person(tokens, morphology, "ru", {"громов", "громова"}) == "Громов"


def test_foreign_script_stays_as_it_is(desk: Desk, morphology: Morphology) -> None:
    tokens = name(desk, "ru", "Приехал John Smith вчера.", "John Smith")
    assert nominative_person(tokens, morphology, "ru") == "John Smith"
