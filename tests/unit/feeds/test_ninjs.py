"""ninjs 3.1: what stands where, and that a machine's work is marked; the schema is a judge's matter."""

import json
from typing import Any

from feeds.formats import ninjs
from feeds.reading import PageAsked, TranslatedArticle
from newsloom_schemas.article import Image
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.enrichment import EditorTags, RelatedLink, Tag
from newsloom_store import Summary
from tests.factories import authors
from tests.unit.feeds.documents import article_id, document, summary, translated
from tests.unit.feeds.pages import LINKS, linked, page

MACHINE: Any = {"confidence": 0.834, "basis": "measured", "method": "slovnet"}


def shown(stored: StoredArticleV3, *targets: Summary) -> dict[str, Any]:
    item: dict[str, Any] = json.loads(ninjs.render_article(linked(stored, *targets), LINKS))
    return item


def test_an_article_is_a_text_with_its_own_identity() -> None:
    stored = document("a", version=4, authors=authors("Анна Ко", "Bo Li"), urgency=2, note="A name was wrong")
    item = shown(stored)
    assert item["uri"] == f"urn:uuid:{stored.article_id}"
    assert (item["type"], item["version"], item["pubStatus"]) == ("text", "4", "usable")
    assert (item["by"], item["urgency"], item["edNote"]) == ("Анна Ко, Bo Li", 2, "A name was wrong")
    assert item["headlines"][0]["value"] == "Harbour bridge reopens"
    html, plain = item["bodies"]
    assert html["value"].startswith("<p>The bridge")
    assert (plain["charCount"], plain["wordCount"]) == (53, 9)
    assert None not in item.values()


def test_each_tag_is_a_subject_with_its_maker_and_names_stand_in_lists_of_their_own() -> None:
    tags = (
        Tag(kind="place", label="Odesa", id="geonames:698740", **MACHINE),
        Tag(kind="person", label="I. Petrov", role="source", **MACHINE),
        Tag(kind="entity", label="Zorya", id="house:7", **MACHINE),
    )
    by_editor = Tag(kind="subject", label="Ports", confidence=1, basis="heuristic", method="hand")
    item = shown(document(tags=tags, editor_tags=EditorTags(edit=1, added=(by_editor,))))
    subjects = {subject["name"]: subject for subject in item["subjects"]}
    assert (subjects["Odesa"]["creator"], subjects["Odesa"]["confidence"]) == ("machine: slovnet", 83)
    assert (subjects["Ports"]["creator"], subjects["Ports"]["confidence"]) == ("editor", 100)
    assert subjects["Zorya"]["literal"] == "house:7", "an id of a vocabulary without addresses"
    assert item["places"] == [{"name": "Odesa", "rel": "mentions", "uri": "https://sws.geonames.org/698740/"}]
    assert "people" not in item, "who is only quoted is a source of information"
    assert {source["name"]: source["role"] for source in item["infoSources"]} == {
        "meridian": "provider",
        "I. Petrov": "quoted",
    }


def test_related_articles_show_as_they_are_now_and_the_dead_do_not() -> None:
    links = tuple(
        RelatedLink(article_id=article_id(name), relation="earlier", score=0.7, reasons=("Odesa",))
        for name in ("alive", "killed")
    )
    (link,) = shown(document(related=links), summary("alive", "As it is now"))["associations"]
    assert link["headlines"][0]["value"] == "As it is now"
    assert (link["rel"], link["representationType"]) == ("earlier", "partial")
    assert link["descriptions"] == [{"role": "reason", "value": "Odesa"}]


def test_pictures_are_associations_by_reference() -> None:
    image = Image(url="https://kursor.example/фото%.jpg", caption="The bridge", credit="AP", width=10)
    (picture,) = shown(document(images=(image,)))["associations"]
    assert picture["uri"] == "https://kursor.example/%D1%84%D0%BE%D1%82%D0%BE%25.jpg"
    assert (picture["type"], picture["by"]) == ("picture", "AP")


def test_a_translation_is_marked_as_a_machines_in_the_article_and_by_itself() -> None:
    stored = document(
        language="ru", translations={"es": translated("es"), "de": translated("de", stale=True)}
    )
    (named,) = shown(stored)["associations"]
    assert (named["rel"], named["language"]) == ("translation", "es")
    assert named["digitalSourceType"] == ninjs.MACHINE_MADE
    whole = TranslatedArticle(linked=linked(stored), stored=stored.translations["es"])
    item = json.loads(ninjs.render_translation(whole, LINKS))
    assert item["language"] == "es"
    assert item["headlines"][0]["value"] == "The bridge in es"
    assert item["bodies"][0]["value"] == "<p>The body in es</p>"
    assert item["digitalSourceType"] == ninjs.MACHINE_MADE
    assert item["uri"] != shown(stored)["uri"]
    assert item["associations"][0]["uri"] == shown(stored)["uri"]


def test_a_feed_is_a_composite_of_whole_articles_with_its_next_page() -> None:
    stored = [document("a"), document("b")]
    feed = json.loads(ninjs.render_feed(page(*stored, more="abc", asked=PageAsked(limit=2)), LINKS))
    assert feed["type"] == "composite"
    assert [item["uri"] for item in feed["associations"]] == [f"urn:uuid:{d.article_id}" for d in stored]
    assert all(item["bodies"] and item["name"] for item in feed["associations"])
    hrefs = {rendition["name"]: rendition["href"] for rendition in feed["renditions"]}
    assert hrefs["next"] == "https://news.example/v1/feeds/all.ninjs?limit=2&before=abc"
    assert "associations" not in json.loads(ninjs.render_feed(page(), LINKS)), "an empty feed"
