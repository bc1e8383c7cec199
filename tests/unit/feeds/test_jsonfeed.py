"""JSON Feed 1.1, against the rules of its specification."""

import json
from datetime import datetime
from typing import Any

from feeds.filters import Filter
from feeds.formats import jsonfeed
from feeds.reading import PageAsked
from newsloom_schemas.article import Image
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.enrichment import EditorTags, Tag
from tests.factories import authors
from tests.unit.feeds.documents import document, publication
from tests.unit.feeds.pages import HOSTILE, LINKS, page

MACHINE: Any = {"confidence": 0.8, "basis": "measured", "method": "slovnet"}
FEED_FIELDS = set("version title home_page_url feed_url next_url language items _newsloom".split())
ITEM_FIELDS = set(
    """id url external_url title content_html content_text summary image date_published date_modified
    authors tags language _newsloom""".split()
)


def rendered(*documents: StoredArticleV3, **fields: Any) -> dict[str, Any]:
    feed: dict[str, Any] = json.loads(jsonfeed.render(page(*documents, **fields), LINKS))
    assert set(feed) <= FEED_FIELDS
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    for item in feed["items"]:
        _check_item(item)
    return feed


def _check_item(item: dict[str, Any]) -> None:
    assert set(item) <= ITEM_FIELDS
    assert isinstance(item["id"], str)
    assert "content_html" in item or "content_text" in item
    assert None not in item.values(), "absent, not null"
    for date in ("date_published", "date_modified"):
        assert date not in item or datetime.fromisoformat(item[date]).tzinfo
    assert all(author["name"] for author in item.get("authors", ()))


def test_an_item_carries_the_article_and_its_version() -> None:
    stored = document(
        "a",
        version=4,
        headline="Мост",
        authors=authors("Анна Ко"),
        canonical_url="https://kursor.example/a",
        images=(Image(url="https://kursor.example/a.jpg"),),
    )
    (item,) = rendered(stored)["items"]
    assert item["id"] == stored.article_id
    assert item["url"] == LINKS.article_page(stored.article_id)
    assert item["external_url"] == "https://kursor.example/a"
    assert item["image"] == "https://kursor.example/a.jpg"
    assert item["authors"] == [{"name": "Анна Ко"}]
    assert item["summary"] == "Traffic returns after two years."
    assert item["content_html"].startswith("<p>")
    assert item["_newsloom"]["document_version"] == 4


def test_the_feed_carries_the_cursor_to_go_on_with() -> None:
    feed = rendered(document(), feed_id="section/мир")
    assert feed["_newsloom"] == {
        "feed_id": "section/мир",
        "cursor": "3:42",
        "events_url": LINKS.events("section/мир"),
    }


def test_while_the_log_is_unknown_there_is_no_cursor_instead_of_a_wrong_one() -> None:
    assert "cursor" not in rendered(cursor=None)["_newsloom"]


def test_the_next_page_has_an_address_and_the_last_has_none() -> None:
    narrow = {"wanted": Filter(language="en"), "asked": PageAsked(limit=7)}
    feed = rendered(document(), more="abc", **narrow)
    assert feed["next_url"] == "https://news.example/v1/feeds/all.json?language=en&limit=7&before=abc"
    assert feed["feed_url"] == "https://news.example/v1/feeds/all.json?language=en"
    assert feed["_newsloom"]["events_url"] == "https://news.example/v1/feeds/all/events?language=en"
    assert "next_url" not in rendered(document())


def test_who_put_a_tag_on_is_told_beside_the_formats_own_list() -> None:
    by_machine = Tag(kind="place", label="Odesa", id="geonames:698740", **MACHINE)
    by_editor = Tag(kind="subject", label="Ports", confidence=1, basis="heuristic", method="hand")
    stored = document(tags=(by_machine,), editor_tags=EditorTags(edit=1, added=(by_editor,)))
    (item,) = rendered(stored)["items"]
    assert item["tags"] == ["Ports", "Odesa"]
    assert [(tag["label"], tag["made_by"]) for tag in item["_newsloom"]["tags"]] == [
        ("Ports", "editor"),
        ("Odesa", "machine"),
    ]


def test_an_empty_feed_is_valid() -> None:
    assert rendered()["items"] == []


def test_a_hostile_title_is_one_harmless_line() -> None:
    clean = publication()
    hostile = clean.content.model_copy(
        update={"headline": HOSTILE, "authors": authors(HOSTILE), "body_html": ""}
    )
    (item,) = rendered(document(publication=clean.model_copy(update={"content": hostile})))["items"]
    assert item["title"] == "a ]]> <script>alert(1)</script> &amp; gnp end"
    assert item["content_text"], "an item without a body still has a content, as the format demands"
