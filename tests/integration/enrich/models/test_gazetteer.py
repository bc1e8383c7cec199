"""Places get the ids that hold in every language."""

import pytest

from enrich.linguistics.gazetteer import Gazetteer


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("Иран", "ru", "iso3166:IR"),
        ("Великобритания", "ru", "iso3166:GB"),
        ("РФ", "ru", "iso3166:RU"),
        ("Туреччина", "uk", "iso3166:TR"),
        ("Estados Unidos", "es", "iso3166:US"),
        ("Britain", "en", "iso3166:GB"),
        ("Тегеран", "ru", "geonames:112931"),
        ("Київ", "uk", "geonames:703448"),
        ("Kyiv", "en", "geonames:703448"),
        ("Moscow", "en", "geonames:524901"),
        ("Londres", "es", "geonames:2643743"),
    ],
)
def test_a_place_has_one_id_in_every_language(
    gazetteer: Gazetteer, name: str, language: str, expected: str
) -> None:
    place = gazetteer.find(name, language)
    assert place is not None
    assert place.id == expected


def test_of_two_cities_the_one_in_a_country_of_the_article_is_meant(gazetteer: Gazetteer) -> None:
    alone = gazetteer.find("Valencia", "en")
    in_spain = gazetteer.find("Valencia", "en", gazetteer.neighbourhood(["Spain"], "en"))
    assert alone is not None
    assert in_spain is not None
    assert (alone.country, in_spain.country) == ("VE", "ES")


def test_another_city_of_a_country_does_not_outweigh_a_much_larger_place(gazetteer: Gazetteer) -> None:
    place = gazetteer.find("Odesa", "es", gazetteer.neighbourhood(["Chicago"], "es"))
    assert place is not None
    assert place.country == "UA"


def test_words_are_no_places(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("переговоры", "ru") is None
    assert gazetteer.find("", "en") is None
