"""Mentions of one thing become one tag."""

from typing import Any

from enrich.linguistics.names import Mention, merged


def mention(label: str, start: int = 0, **fields: Any) -> Mention:
    defaults: dict[str, Any] = {
        "kind": "person",
        "label": label,
        "start": start,
        "end": start + len(label),
        "confidence": 0.85,
        "basis": "measured",
    }
    return Mention(**defaults | fields)


def names(*mentions: Mention) -> list[tuple[str, int]]:
    return [(group[0].label, len(group)) for group in merged(mentions)]


def test_a_bare_surname_joins_the_longer_name_even_when_it_comes_first() -> None:
    assert names(mention("Садыков"), mention("Арман Садыков", 50)) == [("Арман Садыков", 2)]


def test_a_surname_of_two_people_joins_the_one_named_more_often() -> None:
    found = names(
        mention("Анна Орлова"),
        mention("Мария Орлова", 20),
        mention("Мария Орлова", 40),
        mention("Орлова", 60),
    )
    assert found == [("Анна Орлова", 1), ("Мария Орлова", 3)]


def test_a_patronymic_does_not_make_another_person() -> None:
    assert names(mention("Иван Петрович Орлов"), mention("Иван Орлов", 40)) == [("Иван Петрович Орлов", 2)]


def test_a_first_name_alone_joins_its_only_bearer() -> None:
    assert names(mention("Арман Садыков"), mention("Арман", 30)) == [("Арман Садыков", 2)]
    assert names(mention("Борис Орлов"), mention("Борис Петрович", 30)) == [("Борис Орлов", 2)]


def test_a_first_name_of_two_people_joins_nobody() -> None:
    found = names(mention("Арман Садыков"), mention("Арман Оспанов", 30), mention("Арман", 60))
    assert found == [("Арман Садыков", 1), ("Арман Оспанов", 1), ("Арман", 1)]


def test_a_surname_in_another_case_joins_its_full_name() -> None:
    assert names(mention("Кими Райкконен"), mention("Райкконена", 40)) == [("Кими Райкконен", 2)]


def test_a_wife_is_not_her_husband_in_the_genitive() -> None:
    assert len(names(mention("Павел Орлов"), mention("Орлова", 40))) == 2


def test_a_source_never_merges_with_a_subject() -> None:
    assert len(names(mention("Курсор", kind="organisation", role="source"), mention("Курсор", 30))) == 2


def test_a_name_typed_in_two_ways_gets_the_kind_that_has_an_id() -> None:
    place = mention("Каламата", 30, kind="place", id="geonames:261604")
    groups = merged([mention("Каламата"), place])
    assert [(group[0].kind, len(group)) for group in groups] == [("place", 2)]


def test_an_organisation_by_its_last_or_first_word_is_the_only_longer_one() -> None:
    longer = mention("European Commission", kind="organisation", id="wikidata:Q8880")
    assert names(longer, mention("Commission", 30, kind="organisation")) == [("European Commission", 2)]
    other = mention("Trade Commission", 60, kind="organisation")
    apart = names(longer, other, mention("Commission", 90, kind="organisation"))
    assert [count for _, count in apart] == [1, 1, 1], "it may be either"
