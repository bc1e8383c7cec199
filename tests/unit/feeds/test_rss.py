"""RSS: what a stranger's parser and a strict XML parser make of it."""

from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest

from feeds.formats import rss
from newsloom_schemas.document import StoredArticleV3
from tests.factories import authors, content
from tests.unit.feeds.documents import document, publication
from tests.unit.feeds.pages import HOSTILE, LINKS, page


def parsed(*documents: StoredArticleV3, feed_id: str = "all") -> Any:
    return feedparser.parse(rss.render(page(*documents, feed_id=feed_id), LINKS))


def test_a_reader_finds_every_field_of_an_item() -> None:
    stored = document(
        "a",
        minutes=3,
        headline="Мост открыт & свободен",
        authors=authors("Анна Ко", "Bo Li"),
        keywords=("мост",),
        section="Город",
    )
    feed = parsed(stored)
    assert not feed.bozo, feed.get("bozo_exception")
    (item,) = feed.entries
    assert item.title == "Мост открыт & свободен"
    assert item.id == stored.article_id
    assert item.guidislink is False
    assert item.link == LINKS.article_page(stored.article_id)
    assert [author.name for author in item.authors] == ["Анна Ко", "Bo Li"]
    assert [tag.term for tag in item.tags] == ["Город", "мост"]
    assert item.published_parsed[:5] == (2026, 11, 5, 9, 33)
    assert item.summary == "Traffic returns after two years."


def test_the_channel_names_its_own_address() -> None:
    feed = parsed(document(), feed_id="section/мир")
    (own,) = (link for link in feed.feed.links if link.rel == "self")
    assert own.href == LINKS.feed("section/мир", ".rss")


def test_an_empty_feed_is_valid() -> None:
    feed = parsed()
    assert not feed.bozo
    assert feed.entries == []


@pytest.mark.parametrize(
    "character", [chr(code) for code in (*range(32), 0x7F, 0x85, 0x2028, 0xFFFE, 0xFFFF, 0xD800)]
)
def test_no_character_breaks_the_xml(character: str) -> None:
    hostile = f"before{character}after"
    stored = document(publication=publication().model_copy(update={"content": _content(hostile)}))
    root = ElementTree.fromstring(rss.render(page(stored), LINKS))
    assert root.find("channel/item/title") is not None


def test_markup_in_a_title_is_text_for_readers_and_markup_nowhere() -> None:
    stored = document(publication=publication().model_copy(update={"content": _content(HOSTILE)}))
    written = rss.render(page(stored), LINKS)
    item = ElementTree.fromstring(written).find("channel/item")
    assert item is not None
    assert item.findtext("title") == "a ]]> <script>alert(1)</script> &amp; gnp end"
    assert "<script" not in (item.findtext("description") or ""), "readers take the description for HTML"
    assert b"<script" not in written


def _content(text: str) -> Any:
    clean = content()
    return clean.model_copy(
        update={
            "headline": text,
            "lead": text,
            "authors": authors(text),
            "section": text,
            "keywords": (text,),
        }
    )


def test_without_a_lead_the_description_is_the_start_of_the_body_cut_at_a_word() -> None:
    (item,) = parsed(document(lead=None, body_html="<p>" + "Longword " * 2000 + "</p>")).entries
    assert item.summary.endswith("Longword…")
    assert len(item.summary) <= 201
