"""A feed as RSS 2.0, as the RSS Advisory Board's profile recommends it."""

from html import escape
from typing import Any

from feedgenerator import Rss201rev2Feed

from feeds.formats.clean import one_line, summary, xml_text
from feeds.links import Links
from feeds.reading import FeedPage, PublicArticle

ENDING = ".rss"
MEDIA_TYPE = "application/rss+xml"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"


class NewsRss(Rss201rev2Feed):  # type: ignore[misc]  # feedgenerator ships no types
    """RSS with every author of a byline; the library knows one."""

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:dc": DUBLIN_CORE}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name in item["creators"]:
            handler.addQuickElement("dc:creator", name)


def render(page: FeedPage, links: Links) -> bytes:
    """The page as UTF-8 XML."""
    feed_id = page.address.feed_id
    feed = NewsRss(
        title=one_line(page.address.title),
        link=links.feed(feed_id),
        description=f"The newest articles of the feed {one_line(feed_id)}",
        feed_url=links.feed(feed_id, ENDING),
    )
    for article in page.articles:
        feed.add_item(**_item(article, links))
    return str(feed.writeString("utf-8")).encode()


def _item(article: PublicArticle, links: Links) -> dict[str, Any]:
    document, publication = article.document, article.publication
    content = publication.content
    categories = [content.section, *content.keywords] if content.section else content.keywords
    return {
        "title": one_line(content.headline),
        "link": links.article(document.article_id),
        # Readers take a description for HTML, so plain text is escaped once for them and once for XML.
        "description": escape(xml_text(summary(content)), quote=False),
        "unique_id": document.article_id,
        "unique_id_is_permalink": False,
        "pubdate": publication.published_at,
        "creators": [one_line(name) for name in content.authors],
        "categories": [one_line(name) for name in dict.fromkeys(categories)],
    }
