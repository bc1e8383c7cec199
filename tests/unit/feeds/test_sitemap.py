"""The news sitemap: what is new, for search engines."""

from xml.etree import ElementTree

from feeds.formats import sitemap
from newsloom_store import Summary
from tests.unit.feeds.documents import article_id, summary
from tests.unit.feeds.pages import HOSTILE, LINKS

NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}


def urls(*news: Summary) -> list[ElementTree.Element]:
    return ElementTree.fromstring(sitemap.render(news, LINKS)).findall("s:url", NAMES)


def test_an_article_is_named_with_its_publication_language_date_and_title() -> None:
    (url,) = urls(summary("a", "Мост & порт"))
    assert url.findtext("s:loc", namespaces=NAMES) == LINKS.article_page(article_id("a"))
    news = url.find("n:news", NAMES)
    assert news is not None
    assert news.findtext("n:publication/n:name", namespaces=NAMES) == "kursor"
    assert news.findtext("n:publication/n:language", namespaces=NAMES) == "ru"
    assert news.findtext("n:publication_date", namespaces=NAMES) == "2026-11-05T09:30:00+00:00"
    assert news.findtext("n:title", namespaces=NAMES) == "Мост & порт"


def test_a_hostile_title_breaks_nothing() -> None:
    assert len(urls(summary("a", HOSTILE))) == 1


def test_a_title_is_no_longer_than_strict_readers_take() -> None:
    (url,) = urls(summary("a", "word " * 90))
    title = url.findtext("n:news/n:title", namespaces=NAMES)
    assert title is not None
    assert len(title) <= 200
    assert title.endswith("word…")


def test_without_news_the_sitemap_is_empty_and_valid() -> None:
    assert urls() == []


def test_robots_are_told_where_the_sitemap_is() -> None:
    assert b"Sitemap: https://news.example/sitemap-news.xml" in sitemap.robots(LINKS)
