"""NewsArticle as search engines read it: complete, and honest about machines."""

import json
from datetime import timedelta
from typing import Any

from feeds.formats import json_ld
from feeds.reading import TranslatedArticle
from newsloom_schemas.article import Image
from newsloom_schemas.enrichment import EditorTags, Tag
from tests.factories import MOMENT, authors
from tests.unit.feeds.documents import document, publication, translated
from tests.unit.feeds.pages import LINKS, linked

MACHINE: Any = {"confidence": 0.8, "basis": "measured", "method": "slovnet"}


def test_an_article_says_who_when_where_and_in_which_language() -> None:
    stored = document(
        "a",
        language="ru",
        authors=authors("Анна Ко"),
        modified_at=MOMENT + timedelta(hours=1),
        canonical_url="https://kursor.example/a",
        images=(Image(url="https://kursor.example/a.jpg"),),
        keywords=("мост",),
        note="A name was wrong",
    )
    node = json_ld.of_article(linked(stored), LINKS)
    assert (node["@context"], node["@type"]) == ("https://schema.org", "NewsArticle")
    assert node["@id"] == node["mainEntityOfPage"] == LINKS.article_page(stored.article_id)
    assert node["headline"] == "Harbour bridge reopens"
    assert (node["datePublished"], node["dateModified"]) == (
        "2026-11-05T09:30:00+00:00",
        "2026-11-05T10:30:00+00:00",
    )
    assert node["author"] == [{"@type": "Person", "name": "Анна Ко"}]
    assert node["publisher"]["name"] == "meridian"
    assert (node["inLanguage"], node["articleSection"], node["keywords"]) == ("ru", "City", ["мост"])
    assert node["image"] == ["https://kursor.example/a.jpg"]
    assert node["isBasedOn"] == "https://kursor.example/a"
    assert node["correction"]["text"] == "A name was wrong"


def test_tags_are_things_with_their_public_identity_and_their_maker() -> None:
    tags = (
        Tag(kind="organisation", label="IAEA", id="wikidata:Q41984", **MACHINE),
        Tag(kind="person", label="I. Petrov", role="source", **MACHINE),
        Tag(kind="keyphrase", label="old harbour", **MACHINE),
        Tag(kind="person", label="Анна Ко", role="author", **MACHINE),
    )
    by_editor = Tag(
        kind="subject", label="Ports", id="medtop:20000001", confidence=1, basis="heuristic", method="hand"
    )
    stored = document(tags=tags, editor_tags=EditorTags(edit=1, added=(by_editor,)))
    node = json_ld.of_article(linked(stored), LINKS)
    editors, machines = node["about"]
    assert (editors["name"], editors["description"]) == ("Ports", "Tag added by an editor")
    assert editors["sameAs"] == "http://cv.iptc.org/newscodes/mediatopic/20000001"
    assert (machines["@type"], machines["sameAs"]) == (
        "Organization",
        "http://www.wikidata.org/entity/Q41984",
    )
    assert "machine (slovnet)" in machines["description"]
    assert [thing["name"] for thing in node["mentions"]] == ["I. Petrov"]
    (phrase,) = node["keywords"]
    assert (phrase["@type"], phrase["name"]) == ("DefinedTerm", "old harbour")
    assert "machine" in phrase["description"]


def test_an_article_and_its_translation_name_each_other() -> None:
    stored = document("a", language="ru", translations={"es": translated("es")})
    whole = linked(stored)
    original = json_ld.of_article(whole, LINKS)
    made = json_ld.of_translation(TranslatedArticle(linked=whole, stored=stored.translations["es"]), LINKS)
    assert [work["@id"] for work in original["workTranslation"]] == [made["@id"]]
    assert made["translationOfWork"]["@id"] == made["isBasedOn"] == original["@id"]
    assert (made["inLanguage"], made["headline"]) == ("es", "The bridge in es")
    assert made["creditText"] == "Machine translation by engine-x"
    assert made["digitalSourceType"] == original["workTranslation"][0]["digitalSourceType"]


def test_an_unknown_language_is_not_named() -> None:
    assert "inLanguage" not in json_ld.of_article(
        linked(document(publication=publication(language="und"))), LINKS
    )


def test_in_a_page_nothing_ends_the_script_or_the_line() -> None:
    text = json_ld.in_page({"name": "</script><!-- & \u2028\u2029 ы"})
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == {"name": "</script><!-- & \u2028\u2029 ы"}
    assert "ы" in text
