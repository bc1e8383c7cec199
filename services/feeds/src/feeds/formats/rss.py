"""A feed as RSS 2.0, as the RSS Advisory Board's profile recommends it."""

from html import escape
from typing import Any

from feedgenerator import Rss201rev2Feed

from feeds.formats.clean import headline, names, one_line, printable, summary, uri
from feeds.formats.syndication import Category, Paged, about, categories
from feeds.links import Links
from feeds.reading import FeedPage, PublicArticle
from newsloom_schemas.article import Image
from newsloom_schemas.languages import UNDETERMINED

ENDING = ".rss"
MEDIA_TYPE = "application/rss+xml"
_NAMESPACES = {
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:media": "http://search.yahoo.com/mrss/",
}


class NewsRss(Paged, Rss201rev2Feed):  # type: ignore[misc]  # feedgenerator ships no types
    """RSS with what the library does not know: paging, whole texts, all authors, who filed what, pictures."""

    LINK = "atom:link"

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), **_NAMESPACES}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name in item["creators"]:
            handler.addQuickElement("dc:creator", name)
        if item["language"]:
            handler.addQuickElement("dc:language", item["language"])
        for category in item["filed"]:
            handler.addQuickElement("category", category.label, _domain(category))
        if item["whole"]:
            handler.addQuickElement("content:encoded", item["whole"])
        for image in item["images"]:
            _add_image(handler, image)


def _domain(category: Category) -> dict[str, str]:
    return {"domain": category.scheme} if category.scheme else {}


def _add_image(handler: Any, image: Image) -> None:
    size = {"width": image.width, "height": image.height}
    known = {name: str(pixels) for name, pixels in size.items() if pixels}
    handler.startElement("media:content", {"url": uri(image.url), "medium": "image", **known})
    if credit := one_line(image.credit or ""):
        handler.addQuickElement("media:credit", credit)
    if text := one_line(image.caption or image.alt or ""):
        handler.addQuickElement("media:description", text, {"type": "plain"})
    handler.endElement("media:content")


def render(page: FeedPage, links: Links) -> bytes:
    """The page as UTF-8 XML."""
    feed = NewsRss(**about(page, ENDING, links))
    for article in page.articles:
        feed.add_item(**_item(article, links))
    return _escaped_as_profiled(feed.writeString("utf-8")).encode()


def _escaped_as_profiled(xml: str) -> str:
    """The same XML, with & and < as the profile writes them, because some readers take titles for HTML."""
    return xml.replace("&amp;", "&#x26;").replace("&lt;", "&#x3C;")


def _item(article: PublicArticle, links: Links) -> dict[str, Any]:
    document, publication = article.document, article.publication
    content = publication.content
    return {
        "title": headline(content.headline),
        "link": links.article_page(document.article_id),
        # Readers take a description for HTML, so plain text is escaped once for them and once for XML.
        "description": escape(printable(summary(content)), quote=False),
        "whole": printable(content.body_html),
        "unique_id": document.article_id,
        "unique_id_is_permalink": False,
        "pubdate": publication.published_at,
        "creators": names(content.author_names),
        "language": None if publication.language == UNDETERMINED else publication.language,
        "filed": categories(article),
        "images": content.images,
    }
