"""A Wikidata export becomes an alias pack that the service can read."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from enrich.linguistics.aliases import AliasLine, AliasPack, AliasType
from enrich.wikidata import NotAnExport, alias_lines


def claim(value: object) -> dict[str, Any]:
    return {"mainsnak": {"datavalue": {"value": value}}}


def entity(identifier: str = "Q1", kind: str = "Q4830453", **claims: str) -> dict[str, Any]:
    return {
        "id": identifier,
        "labels": {"en": {"value": "Tidewell"}, "fr": {"value": "Tidewell SA"}},
        "aliases": {"en": [{"value": "Tidewell Energy"}]},
        "claims": {"P31": [claim({"id": kind})], **{key: [claim(value)] for key, value in claims.items()}},
    }


def lines(
    *exported: str, type_: AliasType | None = None, languages: Sequence[str] = ("en",)
) -> list[AliasLine]:
    return list(alias_lines(exported, languages, type_, Counter()))


def test_labels_and_aliases_of_the_chosen_languages_are_kept() -> None:
    (found,) = lines(json.dumps(entity()))
    assert (found.id, found.type, dict(found.labels)) == ("wikidata:Q1", "organisation", {"en": "Tidewell"})
    assert dict(found.aliases) == {"en": ("Tidewell Energy",)}


@pytest.mark.parametrize(
    ("kind", "type_", "media"),
    [("Q5", "person", False), ("Q515", "place", False), ("Q11032", "organisation", True)],
)
def test_the_type_follows_from_what_it_is_an_instance_of(kind: str, type_: str, media: bool) -> None:
    (found,) = lines(json.dumps(entity(kind=kind)))
    assert (found.type, found.media) == (type_, media)


def test_places_get_the_ids_of_the_gazetteer() -> None:
    city, country = entity(kind="Q515", P1566="698740"), entity("Q2", kind="Q6256", P297="UA")
    assert [found.id for found in lines(json.dumps(city), json.dumps(country))] == [
        "geonames:698740",
        "iso3166:UA",
    ]


def test_other_kinds_are_left_out_and_counted_unless_a_type_is_given() -> None:
    left_out: Counter[str] = Counter()
    comet = json.dumps(entity(kind="Q3559"))
    assert list(alias_lines([comet], ["en"], None, left_out)) == []
    assert left_out == {"of another kind": 1}
    assert [found.type for found in lines(comet, type_="place")] == ["place"]


def test_the_brackets_and_commas_of_a_dump_are_passed_over() -> None:
    assert len(lines("[", json.dumps(entity()) + ",", json.dumps(entity("Q2")), "]")) == 2


@pytest.mark.parametrize("text", ["{", "[1]", '{"labels": {}}'])
def test_what_is_no_export_is_told_by_its_line(text: str) -> None:
    with pytest.raises(NotAnExport, match="line 2"):
        lines(json.dumps(entity()), text)


def test_the_pack_can_be_read_back() -> None:
    (found,) = lines(json.dumps(entity()))
    again = AliasLine.model_validate_json(found.model_dump_json(exclude_defaults=True))
    assert AliasPack([again]).find("Tidewell Energy", "en") is not None
