"""A feed as JSON Feed 1.1 (jsonfeed.org), with the cursor for live updates as an extension."""

from typing import Any

from pydantic_core import to_json

from feeds.formats.clean import authors, headline, names, one_line, printable, summary, uri
from feeds.formats.syndication import made_by
from feeds.links import Links
from feeds.reading import FeedPage, PublicArticle
from newsloom_schemas.article import Author
from newsloom_schemas.enrichment import Tag, shown_tags

ENDING = ".json"
MEDIA_TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"


def render(page: FeedPage, links: Links) -> bytes:
    """The page as UTF-8 JSON; absent values are left out."""
    feed_id, wanted, following = page.address.feed_id, page.address.wanted, page.next_query
    feed = {
        "version": VERSION,
        "title": one_line(page.address.title),
        "home_page_url": links.home,
        "feed_url": links.feed(feed_id, ENDING, wanted.query),
        "next_url": None if following is None else links.feed(feed_id, ENDING, following),
        "language": page.address.language,
        "_newsloom": _present(
            {
                "feed_id": feed_id,
                "cursor": page.cursor,
                "events_url": links.events(feed_id, wanted.query),
                "filters": dict(wanted.query) or None,
            }
        ),
        "items": [_item(article, links) for article in page.articles],
    }
    return to_json(_present(feed))


def _item(article: PublicArticle, links: Links) -> dict[str, Any]:
    document, publication = article.document, article.publication
    content = publication.content
    tags = shown_tags(publication.tags, document.editor_tags)
    item = {
        "id": document.article_id,
        "url": links.article_page(document.article_id),
        "external_url": uri(content.canonical_url) if content.canonical_url else None,
        "title": headline(content.headline),
        "summary": summary(content) or None,
        "content_html": printable(content.body_html) or None,
        "content_text": None if content.body_html else headline(content.headline),
        "image": uri(content.images[0].url) if content.images else None,
        "date_published": publication.published_at.isoformat(),
        "date_modified": content.modified_at.isoformat() if content.modified_at else None,
        "authors": [_author(author) for author in authors(content)] or None,
        "tags": names(tag.label for tag in tags) or None,
        "language": publication.language,
        "_newsloom": _extension(article, tags, links),
    }
    return _present(item)


def _author(author: Author) -> dict[str, Any]:
    extension = {"role": author.role} if author.role else None
    return _present({"name": author.name, "url": author.uri, "_newsloom": extension})


def _extension(article: PublicArticle, tags: tuple[Tag, ...], links: Links) -> dict[str, Any]:
    """What the format has no place for: above all which of the tags a machine put on."""
    document = article.document
    return _present(
        {
            "article_id": document.article_id,
            "document_version": document.document_version,
            "source": document.source,
            "section": article.publication.content.section,
            "article_url": links.article(document.article_id),
            "tags": [_tag(tag) for tag in tags] or None,
        }
    )


def _tag(tag: Tag) -> dict[str, Any]:
    return _present(
        {
            "label": one_line(tag.label),
            "id": tag.id,
            "kind": tag.kind,
            "role": tag.role,
            "made_by": made_by(tag),
            "confidence": tag.confidence,
            "basis": tag.basis,
        }
    )


def _present(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
