"""The page of an article: honest, self-contained, and harmless whatever stands in the article."""

import json
import re
from html.parser import HTMLParser
from typing import Any

from feeds.formats import article_html, markup
from feeds.reading import TranslatedArticle
from newsloom_schemas.article import Image
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.enrichment import EditorTags, Evidence, Facet, RelatedLink, Tag
from newsloom_store import Summary
from tests.factories import authors, skipped
from tests.unit.feeds.documents import article_id, document, publication, summary, translated
from tests.unit.feeds.pages import HOSTILE, LINKS, linked

MACHINE: Any = {"confidence": 0.834, "basis": "measured", "method": "slovnet"}
VOID = frozenset("meta link br hr img input".split())


class Page(HTMLParser):
    """The elements of a page, and whether each one that opens is closed in its turn."""

    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._open: list[str] = []
        self.text = html.decode()
        self.feed(self.text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "script":
            self.scripts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def alternates(self) -> dict[str | None, str | None]:
        return {link.get("hreflang"): link.get("href") for link in self.all("link") if "hreflang" in link}

    @property
    def json_ld(self) -> dict[str, Any]:
        (script,) = self.scripts
        node: dict[str, Any] = json.loads(script)
        return node


def shown(stored: StoredArticleV3, *targets: Summary) -> Page:
    return Page(article_html.render_article(linked(stored, *targets), LINKS))


def shown_in(language: str, stored: StoredArticleV3) -> Page:
    whole = TranslatedArticle(linked=linked(stored), stored=stored.translations[language])
    return Page(article_html.render_translation(whole, LINKS))


def hostile() -> StoredArticleV3:
    clean = publication()
    picture = Image(url='https://kursor.example/"><script>.jpg').model_copy(
        update={"alt": HOSTILE, "credit": HOSTILE}
    )
    content = clean.content.model_copy(
        update={
            "headline": HOSTILE + "</title></script>\u2028",
            "lead": HOSTILE,
            "authors": authors(HOSTILE),
            "section": HOSTILE,
            "keywords": (HOSTILE + "</script>",),
            "note": HOSTILE,
            "rights": HOSTILE,
            "images": (picture,),
            "canonical_url": "https://kursor.example/'\"><script>alert(1)</script>",
        }
    )
    tag = Tag(
        kind="place",
        label="Odesa<script>",
        evidence=(Evidence(part="lead", start=0, end=1, quote="<script>"),),
        **MACHINE,
    )
    link = RelatedLink(article_id=article_id("b"), relation="topical", score=1, reasons=("<script>",))
    made = clean.model_copy(update={"content": content, "tags": (tag,), "related": (link,)})
    return document("a", publication=made, translations={"es": translated("es", headline="<script>")})


def test_a_reader_finds_the_article_and_where_it_comes_from() -> None:
    page = shown(
        document("a", language="ru", authors=authors("Анна Ко"), note="Имя исправлено", rights="© Kursor")
    )
    assert page.all("html") == [{"lang": "ru"}]
    for text in ("Harbour bridge reopens", "Traffic returns", "Анна Ко", "Имя исправлено", "© Kursor"):
        assert text in page.text
    assert "<p>The bridge over the old harbour" in page.text
    assert "meridian" in page.text


def test_what_a_machine_added_says_so_and_shows_its_evidence() -> None:
    found = Evidence(part="headline", start=0, end=7, quote="Harbour")
    tag = Tag(kind="place", label="Odesa", id="geonames:698740", evidence=(found,), **MACHINE)
    by_editor = Tag(kind="subject", label="Ports", confidence=1, basis="heuristic", method="hand")
    link = RelatedLink(article_id=article_id("b"), relation="earlier", score=1, reasons=("Odesa", "bridge"))
    stored = document(
        tags=(tag,),
        editor_tags=EditorTags(edit=1, added=(by_editor,)),
        related=(link,),
        feeds=("all", "topic/geonames:698740"),
    )
    page = shown(stored, summary("b", "Earlier on"))
    assert "machine, 83 % (measured)" in page.text
    assert '<span class="made">editor</span>' in page.text
    assert '<q lang="en">Harbour</q>' in page.text
    assert "chosen by machine" in page.text
    assert "Because: <bdi>Odesa</bdi>; <bdi>bridge</bdi>" in page.text
    hrefs = {anchor.get("href") for anchor in page.all("a")}
    assert {
        "https://sws.geonames.org/698740/",
        LINKS.feed("topic/geonames:698740"),
        LINKS.article_page(article_id("b")),
    } <= hrefs


def test_a_dead_link_is_not_shown() -> None:
    link = RelatedLink(article_id=article_id("killed"), relation="topical", score=1)
    page = shown(document(related=(link,)))
    assert "Related" not in page.text
    assert article_id("killed") not in page.text


def test_enrichment_that_went_wrong_is_told_at_the_foot() -> None:
    failed = skipped().model_copy(update={"entities": Facet(status="failed", reason="the model is away")})
    assert "Entities: failed (the model is away)" in shown(document(enrichment=failed)).text


def test_every_language_of_the_article_names_all_the_others() -> None:
    stored = document(
        "a",
        language="ru",
        translations={
            "es": translated("es"),
            "de": translated("de", stale=True),
            "en": translated("en", body_html=None, status="unavailable"),
        },
    )
    expected = {
        "ru": LINKS.article_page(stored.article_id),
        "es": LINKS.article_page(stored.article_id, "es"),
        "x-default": LINKS.article_page(stored.article_id),
    }
    assert shown(stored).alternates() == shown_in("es", stored).alternates() == expected
    assert shown(document("b")).alternates() == {}, "one language needs no alternates"


def test_a_translation_is_marked_and_leads_to_its_original() -> None:
    page = shown_in("es", document("a", language="ru", translations={"es": translated("es")}))
    assert page.all("html") == [{"lang": "es"}]
    assert "Machine translation" in page.text
    assert "engine-x" in page.text
    assert "The body in es" in page.text
    assert "Read the original" in page.text
    assert "The bridge over the old harbour" not in page.text


def test_a_subject_is_named_in_the_language_of_the_page_where_its_vocabulary_knows_it() -> None:
    tag = Tag(
        kind="subject",
        label="дипломатия",
        labels={"ru": "дипломатия", "en": "diplomacy", "es": "diplomacia"},
        id="medtop:20000642",
        confidence=0.9,
        basis="heuristic",
        method="iptc-lexicon",
    )
    made = {language: translated(language) for language in ("es", "de")}
    stored = document("a", language="ru", translations=made, tags=(tag,))
    assert ">diplomacia<" in shown_in("es", stored).text
    assert ">дипломатия<" not in shown_in("es", stored).text
    assert ">дипломатия<" in shown_in("de", stored).text, "no German label: the article's own"
    assert ">дипломатия<" in shown(stored).text


def test_the_canonical_address_is_the_sources_own_if_it_has_one() -> None:
    def canonical(page: Page) -> list[str | None]:
        return [link["href"] for link in page.all("link") if link.get("rel") == "canonical"]

    stored = document("a", canonical_url="https://kursor.example/a", translations={"es": translated("es")})
    assert canonical(shown(stored)) == ["https://kursor.example/a"]
    assert canonical(shown_in("es", stored)) == [LINKS.article_page(stored.article_id, "es")]
    assert canonical(shown(document("b"))) == [LINKS.article_page(article_id("b"))]


def test_nothing_is_loaded_and_nothing_runs() -> None:
    stored = document(images=(Image(url="https://kursor.example/a.jpg", caption="The bridge"),))
    page = shown(stored)
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"img", "iframe", "object", "form", "video", "audio", "base"}
    assert {link["rel"] for link in page.all("link")} <= {"canonical", "alternate"}
    assert [script.get("type") for script in page.all("script")] == ["application/ld+json"]
    assert not re.search(r"url\(|@import|\son\w+=|javascript:", page.text)
    assert "https://kursor.example/a.jpg" in page.text, "a picture is a link to its source"


def test_nothing_in_an_article_becomes_markup_or_ends_the_data_in_the_page() -> None:
    stored = hostile()
    for page in (shown(stored, summary("b", "<script>x</script>")), shown_in("es", stored)):
        assert len(page.all("script")) == 1
        assert page.text.count("</script>") == 1
        assert "\u2028" not in page.text
        assert "\u202e" not in page.text
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe]", page.text)
        assert all("<" not in str(anchor.get("href")) for anchor in page.all("a"))


def test_a_translation_cannot_break_out_of_its_place() -> None:
    body = "<p>x</p></div></main><script>alert(1)</script><img src=//t.example><a href='javascript:x'>y</a>"
    page = shown_in("es", document(translations={"es": translated("es", body_html=body)}))
    assert "alert(1)" not in page.text
    assert not page.all("img")
    assert "javascript:" not in page.text


def test_the_page_says_its_language_and_direction() -> None:
    page = shown(document(publication=publication(language="fa")))
    assert page.all("html") == [{"lang": "fa", "dir": "rtl"}]


def test_an_unknown_language_is_said_of_the_article_and_not_of_our_own_words() -> None:
    page = shown(document(publication=publication(language="und")))
    assert page.all("html") == [{"lang": "en"}]
    assert page.all("article") == [{"lang": ""}]


def test_the_style_is_the_one_that_the_policy_names() -> None:
    page = shown(document())
    style = page.text.partition("<style>")[2].partition("</style>")[0]
    policy = markup.security_headers()["Content-Security-Policy"]
    assert markup.style_hash(style) in policy
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_a_picture_that_a_body_may_hold_is_not_loaded_by_the_page() -> None:
    body = (
        '<figure><img src="https://cdn.example/a.jpg" alt="A &gt; B"><figcaption>Boats</figcaption></figure>'
    )
    content = publication().content.model_copy(update={"body_html": f"<p>Open.</p>{body}"})
    page = shown(document(publication=publication().model_copy(update={"content": content})))
    assert "cdn.example" not in page.text
    assert "<figcaption>Boats</figcaption>" in page.text
