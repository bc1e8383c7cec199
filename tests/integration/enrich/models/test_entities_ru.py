"""Russian names: typed, in the nominative, merged, with ids, and sources kept apart from subjects."""

import html
from pathlib import Path

import pytest

from enrich.analysis import Analysis
from tests.factories import authors
from tests.unit.enrich.desk import Desk, article, ids, labels

PAGE = Path(__file__).parents[5] / "shared" / "data" / "news-page-ru.txt"
TEASERS = "Недавние новости"

PORT = article(
    "Гаврилов и Лунжеску договорились о причале",
    "Мэр Одессы Тарас Гаврилов встретился в Кишиневе с министром транспорта Молдовы Виорикой Лунжеску.",
    "По данным агентства Reuters, стороны подпишут договор в марте. Гаврилову предстоит убедить горсовет.",
    "Как пишет газета «Портовый вестник», против выступает МИД Турции. Евросоюз поддержал сделку.",
    "Об этом говорится в сообщении, которое передал Укринформ. Ранее Курсор рассказывал о причале.",
    authors=authors("Анна Рейнгольд"),
)


@pytest.fixture(scope="module")
def port(desk: Desk) -> Analysis:
    return desk.analyse(PORT, source="kursor")


def test_people_stand_in_the_nominative_with_their_surnames_merged(port: Analysis) -> None:
    assert labels(port.tags, "person") == ["Тарас Гаврилов", "Виорика Лунжеску"]
    mayor = next(tag for tag in port.tags if tag.label == "Тарас Гаврилов")
    assert [evidence.quote for evidence in mayor.evidence] == ["Гаврилов", "Тарас Гаврилов", "Гаврилову"]
    assert (mayor.confidence, mayor.basis, mayor.method) == (0.96, "measured", "slovnet")


def test_places_have_ids_and_their_usual_names(port: Analysis) -> None:
    places = {tag.label: tag.id for tag in port.tags if tag.kind == "place"}
    assert places["Молдова"] == "iso3166:MD"
    assert places["Турция"] == "iso3166:TR"
    assert places["Одесса"] == "geonames:698740"
    assert places["Кишинев"] == "geonames:618426"


def test_agencies_media_and_the_outlet_itself_are_sources_and_not_subjects(port: Analysis) -> None:
    sources = labels(port.tags, "organisation", role="source")
    assert {"Reuters", "Укринформ", "Курсор"} <= set(sources)
    assert any("Портовый вестник" in source for source in sources)
    subjects = {tag.label for tag in port.tags if tag.role == "subject"}
    assert subjects.isdisjoint(sources)


def test_an_office_is_named_with_its_country_which_stays_a_place(port: Analysis) -> None:
    assert "МИД Турции" in labels(port.tags, "organisation")
    assert "iso3166:TR" in ids(port.tags)


def test_a_union_of_states_is_an_organisation_although_the_model_calls_it_a_place(port: Analysis) -> None:
    assert "wikidata:Q458" in {tag.id for tag in port.tags if tag.kind == "organisation"}


def test_the_author_is_an_author_and_no_subject(port: Analysis) -> None:
    assert labels(port.tags, "person", role="author") == ["Анна Рейнгольд"]
    assert "Анна Рейнгольд" not in labels(port.tags, "person")


def test_names_at_the_end_of_a_headline_do_not_melt_into_the_next_line(desk: Desk) -> None:
    found = desk.analyse(article("О выборах заявил Ереван", "Армения ждет наблюдателей, сообщил МИД."))
    assert "Ереван" in labels(found.tags, "place")
    assert "Армения" in labels(found.tags, "place")


@pytest.mark.skipif(not PAGE.exists(), reason="the copied news page lies outside the repository")
def test_a_real_news_page_gets_its_people_places_and_sources(desk: Desk) -> None:
    lines = [line.strip() for line in PAGE.read_text().split(TEASERS)[0].split("\n") if line.strip()]
    section, headline, lead, *body = lines
    byline = next(at for at, line in enumerate(body) if line.startswith("Автор"))
    text = [html.escape(line) for line in body[:byline] if line != lead]
    content = article(headline, *text, lead=lead, section=section, authors=authors(body[byline + 1]))

    tags = desk.analyse(content, source="kursor").tags

    assert labels(tags, "person") == [
        "Владимир Путин",
        "Эбрагим Раиси",
        "Николай Патрушев",
        "Владимир Зеленский",
    ]
    assert ids(tags) >= {
        *("iso3166:IR", "iso3166:RU", "iso3166:UA", "iso3166:GB"),
        *("geonames:524901", "geonames:112931", "geonames:703448", "wikidata:Q458"),
    }
    assert "МИД Украины" in labels(tags, "organisation")
    assert set(labels(tags, "organisation", role="source")) == {"Reuters", "CNN", "Курсор"}
    assert labels(tags, "person", role="author") == ["Ирен Давид"]
