"""Offices and institutions whose names are partly ordinary words, and names the alias pack knows."""

import pytest

from tests.unit.enrich.desk import Desk, article, ids, labels


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Об этом сообщило правительство Китая.", "Правительство Китая"),
        ("Решение принял украинский парламент.", "Парламент Украины"),
        ("Проверку начало министерство энергетики Литвы.", "Министерство энергетики Литвы"),
        ("Ответа ждут от посольства Норвегии.", "Посольство Норвегии"),
        ("Жалобу подали в Национальный банк Молдовы.", "Национальный банк Молдовы"),
        ("Открытие сделали в Институте астрономии РАН.", "Институт астрономии РАН"),
        ("Сделку одобрило АО «Балтмостстрой».", "Балтмостстрой"),
    ],
)
def test_russian_offices(desk: Desk, text: str, label: str) -> None:
    assert label in labels(desk.analyse(article("Новости дня", text, language="ru")).tags, "organisation")


def test_an_office_is_the_same_under_its_two_names(desk: Desk) -> None:
    tags = desk.analyse(article("Российский МИД ответил", "МИД РФ вручил ноту. МИД России ждет ответа.")).tags
    office = [tag for tag in tags if tag.id == "newsloom:russian-mfa"]
    assert [(tag.label, len(tag.evidence)) for tag in office] == [("МИД России", 3)]


def test_a_town_in_quotation_marks_is_a_club(desk: Desk) -> None:
    text = "«Краснодар» обыграл «Ростов» в первом матче весны. Матч прошел в Сочи."
    tags = desk.analyse(article("Футбол: итоги тура", text)).tags
    assert {"Краснодар", "Ростов"} <= set(labels(tags, "organisation"))
    assert labels(tags, "place") == ["Сочи"]


def test_ships_and_generic_acronyms_are_no_organisations(desk: Desk) -> None:
    text = "Шаттл «Индевор» вернулся на мыс Канаверал. Об этом сообщили СМИ."
    tags = desk.analyse(article("Полет завершен", text)).tags
    assert {"Индевор", "СМИ"}.isdisjoint(labels(tags, "organisation"))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Про це повідомило Міністерство охорони здоров'я.", "Міністерство охорони здоров'я"),
        ("Затримання провела Національна поліція вночі.", "Національна поліція"),
        ("Човен вивчають в Інституті археології.", "Інститут археології"),
    ],
)
def test_ukrainian_institutions_are_named_to_their_end(desk: Desk, text: str, label: str) -> None:
    assert label in labels(desk.analyse(article("Новини дня", text, language="uk")).tags, "organisation")


def test_a_ukrainian_region_is_a_place(desk: Desk) -> None:
    tags = desk.analyse(article("Негода", "Буря накрила Сумську область увечері.", language="uk")).tags
    assert "Сумська область" in labels(tags, "place")


def test_an_institution_goes_on_behind_its_links(desk: Desk) -> None:
    text = "Lo anunció el Ministerio para la Transición Ecológica en Madrid."
    tags = desk.analyse(article("Un plan nuevo", text, language="es")).tags
    assert "Ministerio para la Transición Ecológica" in labels(tags, "organisation")


def test_a_person_is_not_part_of_the_university_behind_her(desk: Desk) -> None:
    text = "The ferry works, said Callum Drever of Heriot-Watt University on Monday."
    tags = desk.analyse(article("A ferry sails", text, language="en")).tags
    assert "Callum Drever" in labels(tags, "person")
    assert "Heriot-Watt University" in labels(tags, "organisation")


@pytest.mark.parametrize(
    ("language", "text", "person"),
    [
        ("en", "We lost, said striker Kwabo Tenner after the match.", "Kwabo Tenner"),
        ("en", "Ms Orla Quint denied it.", "Orla Quint"),
        ("es", "El ministro de Transporte de Turquía, Kemal Arslan, llegó tarde.", "Kemal Arslan"),
        ("uk", "Міністр транспорту Туреччини Кемаль Арслан запізнився.", "Кемаль Арслан"),
    ],
)
def test_a_calling_makes_a_person(desk: Desk, language: str, text: str, person: str) -> None:
    assert person in labels(desk.analyse(article("News", text, language=language)).tags, "person")


def test_prizes_and_peoples_are_no_names(desk: Desk) -> None:
    text = "The Tanzanian side won the Harbour Cup. Scottish fans left early."
    names = {tag.label for tag in desk.analyse(article("A final", text, language="en")).tags if tag.evidence}
    assert names.isdisjoint({"Tanzanian", "Scottish", "Harbour Cup"})


def test_an_adjective_points_at_its_country_when_its_state_acts(desk: Desk) -> None:
    acting = desk.analyse(article("Граница закрыта", "Иранские власти закрыли границу вечером.")).tags
    passing = desk.analyse(article("Рецепт супа", "В суп добавляют немного иранской паприки.")).tags
    assert "iso3166:IR" in ids(acting)
    assert "iso3166:IR" not in ids(passing)


def test_a_bare_surname_is_the_well_known_bearer_unless_the_article_has_another(desk: Desk) -> None:
    alone = desk.analyse(article("Кремль ответил", "Глава РФ Путин подписал указ.")).tags
    other = desk.analyse(article("Песни", "Певец Олег Лавров дал концерт. Лавров спел дважды.")).tags
    assert ("Владимир Путин", "wikidata:Q7747") in {(tag.label, tag.id) for tag in alone}
    assert labels(other, "person") == ["Олег Лавров"]
    assert "newsloom:lavrov" not in ids(other)
