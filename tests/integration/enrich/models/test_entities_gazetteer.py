"""Names where no model was trained: little is claimed, and what is claimed can be checked."""

import pytest

from tests.unit.enrich.desk import Desk, article, ids, labels

ENGLISH = article(
    "Moldova's harbour deal wins over Brussels",
    "Viorica Lungescu, who runs the ministry, signed the deal in Chisinau on Thursday, Reuters reported.",
    "Lungescu said the National Bank of Moldova would lend the money. The European Union will watch.",
    "Nobody in Valencia, Spain, was asked.",
    language="en",
)
UKRAINIAN = article(
    "Порт Одеси чекає на перше судно",
    "Міністр транспорту Туреччини Кемаль Арслан прибув до Одеси, повідомляє Укрінформ.",
    "Мер Ла-Серени Родріго Вальдівʼєсо чекає на зерно.",
    "За словами Тараса Вербового з компанії «Степ Агро», зерно вже на причалі. ООН підтримала угоду.",
    language="uk",
)
SPANISH = article(
    "Una huelga vacía los muelles de Valencia",
    "Para la ministra Amparo Soriano, el acuerdo llegará pronto. Soriano viajará a La Serena, en Chile.",
    "El Sindicato de Enfermería de Levante lo niega, informó la agencia EFE.",
    language="es",
)


def test_english_names(desk: Desk) -> None:
    analysis = desk.analyse(ENGLISH)
    assert {"iso3166:MD", "geonames:618426", "wikidata:Q458", "iso3166:ES"} <= ids(analysis.tags)
    assert "geonames:2509954" in ids(analysis.tags), "Valencia is the one in Spain"
    assert "Viorica Lungescu" in {tag.label for tag in analysis.tags}
    assert "Lungescu" not in {tag.label for tag in analysis.tags}, "the surname joins the full name"
    assert labels(analysis.tags, "organisation", role="source") == ["Reuters"]
    assert "National Bank of Moldova" in labels(analysis.tags, "organisation")


def test_ukrainian_names_stand_in_the_nominative_without_the_office_before_them(desk: Desk) -> None:
    tags = desk.analyse(UKRAINIAN).tags
    assert {"geonames:698740", "iso3166:TR", "wikidata:Q1065"} <= ids(tags)
    assert {"Кемаль Арслан", "Тарас Вербовий", "Степ Агро"} <= {tag.label for tag in tags}
    assert "geonames:3884373" in ids(tags), "an inflected town is no part of the name after it"
    assert labels(tags, "organisation", role="source") == ["Укрінформ"]


def test_spanish_articles_and_prepositions_are_no_places(desk: Desk) -> None:
    tags = desk.analyse(SPANISH).tags
    assert {"geonames:2509954", "geonames:3884373", "iso3166:CL"} <= ids(tags)
    assert {"Una", "Para", "El"}.isdisjoint({tag.label for tag in tags})
    assert labels(tags, "organisation", role="source") == ["EFE"]
    assert "Amparo Soriano" in {tag.label for tag in tags}


@pytest.mark.parametrize("content", [ENGLISH, UKRAINIAN, SPANISH])
def test_rules_never_claim_to_be_complete_nor_surer_than_was_measured(desk: Desk, content: object) -> None:
    analysis = desk.analyse(content)  # type: ignore[arg-type] # the three articles above
    facet = analysis.facets["entities"]
    assert facet.status == "partial"
    assert "no trained model" in (facet.reason or "")
    machine = [tag for tag in analysis.tags if tag.method == "gazetteer"]
    assert machine
    assert all(tag.basis in ("measured", "heuristic") and tag.confidence < 1 for tag in machine)
    untyped = [tag for tag in machine if tag.kind == "entity"]
    assert all(tag.confidence < 0.5 for tag in untyped)


def test_a_headline_in_title_case_makes_no_names_of_its_words(desk: Desk) -> None:
    found = desk.analyse(
        article("Workers Walk Out At Harbour In Odesa", "The walkout began early.", language="en")
    )
    assert [tag.label for tag in found.tags if tag.kind not in ("keyphrase", "subject")] == ["Odesa"]


def test_german_nouns_are_no_names(desk: Desk) -> None:
    found = desk.analyse(
        article("Der Hafen von Odesa ist offen", "Die Stadt hat ein Schiff mit Weizen.", language="de")
    )
    assert [tag.label for tag in found.tags if tag.kind not in ("keyphrase", "subject")] == ["Odesa"]
