"""The alias pack: one id for a thing whatever it is called, and mistakes in a pack told by line."""

import json
from pathlib import Path
from typing import Any

import pytest

from enrich.linguistics.aliases import STARTER, AliasLine, AliasPack, AliasPackError, normal, readable


@pytest.fixture(scope="module")
def starter() -> AliasPack:
    return AliasPack.load()


def line(**fields: Any) -> AliasLine:
    defaults: dict[str, Any] = {
        "id": "newsloom:harbour-board",
        "type": "organisation",
        "labels": {"en": "Harbour Board", "ru": "Портовый совет"},
    }
    return AliasLine.model_validate(defaults | fields)


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("Евросоюз", "ru", "wikidata:Q458"),
        ("ЕС", "ru", "wikidata:Q458"),
        ("Європейський Союз", "uk", "wikidata:Q458"),
        ("EU", "en", "wikidata:Q458"),
        ("Unión Europea", "es", "wikidata:Q458"),
        ("«Газпром»", "ru", "wikidata:Q102673"),
        ("Рейтер", "ru", "wikidata:Q130879"),
        ("Путин", "ru", "wikidata:Q7747"),
        ("Reuters", "uk", "wikidata:Q130879"),
        ("Ближний Восток", "ru", "newsloom:middle-east"),
    ],
)
def test_a_thing_has_one_id_under_all_its_names(
    starter: AliasPack, name: str, language: str, expected: str
) -> None:
    entry = starter.find(name, language)
    assert entry is not None
    assert entry.id == expected


def test_an_acronym_counts_only_in_its_own_capitals(starter: AliasPack) -> None:
    assert starter.find("WHO", "en") is not None
    assert starter.find("Who", "en") is None
    assert starter.find("who", "en") is None


def test_a_weak_name_counts_only_when_asked_for(starter: AliasPack) -> None:
    assert starter.find("Дождь", "ru") is None
    entry = starter.find("Дождь", "ru", weak=True)
    assert entry is not None
    assert entry.media


@pytest.mark.parametrize(
    ("word", "language", "expected"),
    [
        ("иранский", "ru", "iso3166:IR"),
        ("український", "uk", "iso3166:UA"),
        ("Iranian", "en", "iso3166:IR"),
        ("franceses", "es", "iso3166:FR"),
        ("портовый", "ru", None),
    ],
)
def test_demonyms_point_at_their_country(
    starter: AliasPack, word: str, language: str, expected: str | None
) -> None:
    entry = starter.demonym(word, language)
    assert (entry.id if entry else None) == expected


def test_labels_fall_back_to_english() -> None:
    entry = AliasPack([line()]).find("Harbour Board", "fr")
    assert entry is not None
    assert (entry.label("ru"), entry.label("fr")) == ("Портовый совет", "Harbour Board")


def test_a_pack_of_the_newsroom_adds_names_and_things(tmp_path: Path) -> None:
    own = tmp_path / "own.jsonl"
    more = {"id": "wikidata:Q458", "type": "organisation", "labels": {"fr": "Union européenne"}}
    own.write_text(f"{line().model_dump_json()}\n\n{json.dumps(more)}\n", encoding="utf-8")
    pack = AliasPack.load([own])
    board, union = pack.find("Портовый совет", "ru"), pack.find("Union européenne", "fr")
    assert board is not None
    assert union is not None
    assert (union.id, union.label("ru"), union.label("fr")) == (
        "wikidata:Q458",
        "Евросоюз",
        "Union européenne",
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "line 2"),
        ('{"id": "x", "type": "organisation", "labels": {"en": "X"}}', "line 2: id"),
        ('{"id": "a:b", "type": "ship", "labels": {"en": "X"}}', "line 2: type"),
        ('{"id": "a:b", "type": "place", "labels": {}}', "line 2: labels"),
        ('{"id": "a:b", "type": "place", "labels": {"en": "X"}, "qid": 1}', "line 2: qid"),
    ],
)
def test_a_mistake_in_a_pack_is_told_by_its_line(tmp_path: Path, text: str, told: str) -> None:
    own = tmp_path / "own.jsonl"
    own.write_text(f"{line().model_dump_json()}\n{text}\n", encoding="utf-8")
    with pytest.raises(AliasPackError, match=told):
        readable([own])


def test_a_pack_that_is_not_there_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(AliasPackError, match=r"none\.jsonl: cannot be read"):
        readable([tmp_path / "none.jsonl"])


def test_the_starter_pack_is_large_complete_and_free_of_contradictions() -> None:
    lines = [AliasLine.model_validate_json(text) for text in STARTER.read_text("utf-8").splitlines()]
    assert len(lines) > 700
    assert len({entry.id for entry in lines}) == len(lines), "every id stands on one line"
    for entry in lines:
        assert set(entry.labels) == {"ru", "uk", "en", "es"}, entry.id
        for language, weak in entry.weak.items():
            names = {entry.labels[language], *entry.aliases.get(language, ())}
            assert set(weak) <= names, f"{entry.id}: a weak name must be one of its names"


def test_no_strong_name_of_the_starter_pack_means_two_things() -> None:
    meant: dict[tuple[str, str], set[str]] = {}
    for text in STARTER.read_text("utf-8").splitlines():
        entry = AliasLine.model_validate_json(text)
        for language, label in entry.labels.items():
            if not entry.demonyms:
                names = {label, *entry.aliases.get(language, ())} - set(entry.weak.get(language, ()))
                for name in names:
                    meant.setdefault((language, normal(name)), set()).add(entry.id)
    assert {name: ids for name, ids in meant.items() if len(ids) > 1} == {}
