"""The news sitemap: the sitemap protocol with Google's news extension, which other engines read too."""

from collections.abc import Sequence
from io import StringIO

from feedgenerator.django.utils.xmlutils import SimplerXMLGenerator

from feeds.formats.clean import headline, shortened
from feeds.links import Links
from feeds.ports import Summary
from newsloom_schemas.languages import primary_language

MEDIA_TYPE = "application/xml"
TITLE_CHARS = 200  # strict readers of sitemaps refuse more
_NAMESPACES = {
    "xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xmlns:news": "http://www.google.com/schemas/sitemap-news/0.9",
}


def render(news: Sequence[Summary], links: Links) -> bytes:
    """The articles as UTF-8 XML, in the order given."""
    text = StringIO()
    xml = SimplerXMLGenerator(text, "utf-8")
    xml.startDocument()
    xml.startElement("urlset", _NAMESPACES)
    for article in news:
        xml.startElement("url", {})
        xml.addQuickElement("loc", links.article_page(article.article_id))
        xml.startElement("news:news", {})
        xml.startElement("news:publication", {})
        xml.addQuickElement("news:name", article.source)
        xml.addQuickElement("news:language", primary_language(article.language))
        xml.endElement("news:publication")
        xml.addQuickElement("news:publication_date", article.published_at.isoformat())
        xml.addQuickElement("news:title", shortened(headline(article.headline), TITLE_CHARS))
        xml.endElement("news:news")
        xml.endElement("url")
    xml.endElement("urlset")
    xml.endDocument()
    return text.getvalue().encode()


def robots(links: Links) -> bytes:
    """What robots may read, and where the sitemap is. A live stream never ends, so it is nothing for them."""
    return f"User-agent: *\nDisallow: /v1/feeds/*/events\n\nSitemap: {links.news_sitemap}\n".encode()
