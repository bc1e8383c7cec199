"""A feed as Atom (RFC 4287), in pages as RFC 5005 links them."""

from mimetypes import guess_type
from typing import Any
from urllib.parse import urlsplit

from feedgenerator import Atom1Feed

from feeds.formats.clean import headline, one_line, printable, summary, uri
from feeds.formats.syndication import Category, Paged, about, bylines, categories
from feeds.links import Links
from feeds.reading import FeedPage, PublicArticle, changed_at
from newsloom_schemas.languages import UNDETERMINED

ENDING = ".atom"
MEDIA_TYPE = "application/atom+xml"


class NewsAtom(Paged, Atom1Feed):  # type: ignore[misc]  # feedgenerator ships no types
    """Atom with what the library does not know: paging, all authors, who filed what, the entry's language."""

    LINK = "link"

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]} if item["language"] else {}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for author in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", author.name)
            if author.uri:
                handler.addQuickElement("uri", author.uri)
            handler.endElement("author")
        for link in item["links"]:
            handler.addQuickElement("link", "", link)
        for category in item["filed"]:
            handler.addQuickElement("category", "", _attributes(category))
        if item["summary"]:
            handler.addQuickElement("summary", item["summary"])


def _attributes(category: Category) -> dict[str, str]:
    scheme = {"scheme": category.scheme} if category.scheme else {}
    return {"term": category.term, "label": category.label, **scheme}


def render(page: FeedPage, links: Links) -> bytes:
    """The page as UTF-8 XML. Its id is that of the feed: all pages are parts of one."""
    identity = links.feed(page.address.feed_id, query=page.address.wanted.query)
    feed = NewsAtom(**about(page, ENDING, links), author_name="newsloom", feed_guid=identity)
    for article in page.articles:
        feed.add_item(**_item(article, links))
    return str(feed.writeString("utf-8")).encode()


def _item(article: PublicArticle, links: Links) -> dict[str, Any]:
    document, publication = article.document, article.publication
    content = publication.content
    return {
        "title": headline(content.headline),
        "link": links.article_page(document.article_id),
        "unique_id": f"urn:uuid:{document.article_id}",
        "pubdate": publication.published_at,
        "updateddate": changed_at(article),
        "description": None,  # the library would call plain text HTML
        "summary": summary(content) or headline(content.headline),  # an entry without text has to have one
        "content": printable(content.body_html) or None,
        "item_copyright": one_line(content.rights or "") or None,
        "authors": bylines(article),
        "language": None if publication.language == UNDETERMINED else publication.language,
        "filed": categories(article),
        "links": _links(article, links),
    }


def _links(article: PublicArticle, links: Links) -> list[dict[str, str]]:
    content, article_id = article.publication.content, article.document.article_id
    own = {"rel": "alternate", "type": "application/json", "href": links.article(article_id)}
    via = [{"rel": "via", "href": uri(content.canonical_url)}] if content.canonical_url else []
    pictures = [{"rel": "enclosure", "href": uri(image.url), **_type(image.url)} for image in content.images]
    return [own, *via, *pictures]


def _type(url: str) -> dict[str, str]:
    kind, _ = guess_type(urlsplit(url).path)
    return {"type": kind} if kind else {}
