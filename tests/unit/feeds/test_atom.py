"""Atom: what a stranger's parser and a strict XML parser make of it."""

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import feedparser

from feeds.filters import Filter
from feeds.formats import atom
from feeds.reading import PageAsked
from newsloom_schemas.article import Image
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.enrichment import EditorTags, Tag
from tests.factories import MOMENT, authors
from tests.unit.feeds.documents import document, publication
from tests.unit.feeds.pages import HOSTILE, LINKS, page

PREFIX = "{http://www.w3.org/2005/Atom}"


def parsed(*documents: StoredArticleV3, **fields: Any) -> Any:
    feed = feedparser.parse(atom.render(page(*documents, **fields), LINKS))
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def links_of(part: Any) -> dict[str, str]:
    return {link.rel: link.href for link in part.links if link.get("type") != "application/json"}


def test_a_reader_finds_every_field_of_an_entry() -> None:
    stored = document(
        "a",
        headline="Мост открыт & свободен",
        language="ru",
        authors=authors("Анна Ко", "Bo Li"),
        modified_at=MOMENT + timedelta(hours=1),
        canonical_url="https://kursor.example/a",
        images=(Image(url="https://kursor.example/a.jpg"),),
        rights="© Kursor",
    )
    (entry,) = parsed(stored).entries
    assert entry.title == "Мост открыт & свободен"
    assert entry.id == f"urn:uuid:{stored.article_id}"
    assert [author.name for author in entry.authors] == ["Анна Ко", "Bo Li"]
    assert (entry.published, entry.updated) == ("2026-11-05T09:30:00+00:00", "2026-11-05T10:30:00+00:00")
    assert entry.summary == "Traffic returns after two years."
    assert entry.content[0].value.startswith("<p>The bridge")
    assert entry.rights == "© Kursor"
    assert links_of(entry) == {
        "alternate": LINKS.article_page(stored.article_id),
        "via": "https://kursor.example/a",
        "enclosure": "https://kursor.example/a.jpg",
    }


def test_an_article_of_a_headline_alone_still_has_a_text() -> None:
    (entry,) = parsed(document(lead=None, body_html="")).entries
    assert entry.summary == "Harbour bridge reopens"


def test_an_unsigned_article_has_its_source_for_author() -> None:
    (entry,) = parsed(document(authors=())).entries
    assert [author.name for author in entry.authors] == ["meridian"]


def test_a_change_before_publication_is_none() -> None:
    (entry,) = parsed(document(modified_at=MOMENT - timedelta(days=1))).entries
    assert entry.updated == entry.published


def test_who_filed_an_entry_under_what_is_told() -> None:
    by_machine = Tag(
        kind="place", label="Odesa", id="geonames:698740", confidence=0.8, basis="measured", method="x"
    )
    by_editor = Tag(kind="subject", label="Ports", confidence=1, basis="heuristic", method="hand")
    tags: dict[str, Any] = {"tags": (by_machine,), "editor_tags": EditorTags(edit=1, added=(by_editor,))}
    (entry,) = parsed(document(section="City", keywords=("bridge", "odesa "), **tags)).entries
    assert [(tag.label, tag.term, tag.scheme) for tag in entry.tags] == [
        ("City", "City", None),
        ("bridge", "bridge", None),
        ("odesa", "odesa", None),
        ("Ports", "Ports", "urn:newsloom:tags:editor"),
    ], "a word the source gave is not told again as a machine's"


def test_pages_are_linked_and_name_one_feed() -> None:
    wanted, asked = Filter(language="en", source="meridian"), PageAsked(limit=7, before="abc")
    feed = parsed(document(), wanted=wanted, asked=asked, more="def").feed
    address = "https://news.example/v1/feeds/all.atom?language=en&source=meridian&limit=7"
    assert links_of(feed)["self"] == f"{address}&before=abc"
    assert links_of(feed)["next"] == f"{address}&before=def"
    assert feed.id == "https://news.example/v1/feeds/all?language=en&source=meridian"
    assert "next" not in links_of(parsed(document()).feed)


def test_an_empty_feed_is_valid_and_says_when_it_was_read() -> None:
    feed = parsed()
    assert feed.entries == []
    assert feed.feed.updated == "2026-11-05T09:30:00+00:00"


def test_nothing_hostile_breaks_the_xml_or_becomes_markup() -> None:
    clean = publication()
    hostile = clean.content.model_copy(
        update={"headline": HOSTILE, "lead": HOSTILE, "authors": authors(HOSTILE), "section": HOSTILE}
    )
    written = atom.render(page(document(publication=clean.model_copy(update={"content": hostile}))), LINKS)
    assert b"<script" not in written
    entry = ElementTree.fromstring(written).find(f"{PREFIX}entry")
    assert entry is not None
    assert entry.findtext(f"{PREFIX}title") == "a ]]> <script>alert(1)</script> &amp; gnp end"
    summary = entry.find(f"{PREFIX}summary")
    assert summary is not None
    assert summary.get("type", "text") == "text", "so that no reader takes it for HTML"
