"""A feed as JSON Feed 1.1 (jsonfeed.org), with the cursor for live updates as an extension."""

import json
from typing import Any

from feeds.formats.clean import one_line, summary
from feeds.links import Links
from feeds.reading import FeedPage, PublicArticle
from newsloom_schemas.enrichment import shown_tags

ENDING = ".json"
MEDIA_TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"


def render(page: FeedPage, links: Links) -> bytes:
    """The page as UTF-8 JSON; absent values are left out."""
    feed_id = page.address.feed_id
    feed = {
        "version": VERSION,
        "title": one_line(page.address.title),
        "home_page_url": links.home,
        "feed_url": links.feed(feed_id, ENDING),
        "next_url": _next_url(page, links),
        "_newsloom": _present(
            {"feed_id": feed_id, "cursor": page.cursor, "events_url": links.events(feed_id)}
        ),
        "items": [_item(article, links) for article in page.articles],
    }
    return json.dumps(_present(feed), ensure_ascii=False).encode()


def _next_url(page: FeedPage, links: Links) -> str | None:
    if page.next_before is None:
        return None
    return links.page(page.address.feed_id, ENDING, limit=page.limit, before=page.next_before)


def _item(article: PublicArticle, links: Links) -> dict[str, Any]:
    document, publication = article.document, article.publication
    content = publication.content
    tags = shown_tags(publication.tags, document.editor_tags)
    item = {
        "id": document.article_id,
        "url": links.article(document.article_id),
        "external_url": content.canonical_url,
        "title": one_line(content.headline),
        "summary": summary(content) or None,
        "content_html": content.body_html or None,
        "content_text": None if content.body_html else one_line(content.headline),
        "image": content.images[0].url if content.images else None,
        "date_published": publication.published_at.isoformat(),
        "date_modified": content.modified_at.isoformat() if content.modified_at else None,
        "authors": [{"name": one_line(name)} for name in content.authors] or None,
        "tags": list(dict.fromkeys(one_line(tag.label) for tag in tags)) or None,
        "language": publication.language,
        "_newsloom": {
            "article_id": document.article_id,
            "document_version": document.document_version,
            "source": document.source,
            "section": content.section,
        },
    }
    return _present(item)


def _present(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
