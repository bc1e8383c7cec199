"""News in JSON: IPTC ninjs 3.1 (https://iptc.org/standards/ninjs/), an article or a feed of articles."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json

from feeds.formats.clean import authors, headline, names, one_line, printable, summary, uri
from feeds.formats.ninjs_tags import of_tags
from feeds.links import Links
from feeds.ports import Summary
from feeds.reading import FeedPage, LinkedArticle, PublicArticle, TranslatedArticle, changed_at
from newsloom_schemas.article import ArticleContent, Author, Image
from newsloom_schemas.document import StoredTranslation
from newsloom_schemas.enrichment import RelatedLink, shown_tags
from newsloom_schemas.text import plain_text

NAME = "ninjs"
ENDING = ".ninjs"
MEDIA_TYPE = "application/json"
STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#",
}
# IPTC's name for what a trained model wrote, in its vocabulary of digital source types.
MACHINE_MADE = {
    "name": "machine translation",
    "uri": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
}

Item = dict[str, Any]


class NinjsItem(BaseModel):
    """A ninjs item as our API description speaks of it: the rest is in the standard that it names."""

    model_config = ConfigDict(extra="allow")

    standard: dict[str, str]
    uri: str
    type: str


def render_feed(page: FeedPage, links: Links) -> bytes:
    """The page as one composite item, with the articles as what it is made of."""
    feed_id, following = page.address.feed_id, page.next_query
    hrefs = {"self": links.feed(feed_id, ENDING, page.query)}
    if following is not None:
        hrefs["next"] = links.feed(feed_id, ENDING, following)
    item = {
        "standard": STANDARD,
        "uri": links.feed(feed_id, query=page.address.wanted.query),
        "type": "composite",
        "profile": "feed",
        "title": one_line(page.address.title),
        "language": page.address.language,
        "versionCreated": _time(page.changed_at),
        "renditions": [_rendition(name, href, MEDIA_TYPE) for name, href in hrefs.items()],
        "associations": [_line(article, links) for article in page.articles] or None,
    }
    return _written(item)


def _line(article: PublicArticle, links: Links) -> Item:
    """An article of a feed: whole, but for the plain text, which who needs it makes of the other."""
    content = article.publication.content
    item = _article(article, [_html(content.body_html)], _pictures(article), links)
    return {"name": headline(content.headline), "rel": "item", **_present(item)}


def render_article(linked: LinkedArticle, links: Links) -> bytes:
    """The article with its pictures, related links and translations as associations."""
    article = linked.article
    shown = [
        *_pictures(article),
        *_related(linked, links),
        *(_translation(article, stored, links) for stored in linked.texts),
    ]
    bodies = _html_and_plain(article.publication.content.body_html)
    return _written({"standard": STANDARD, **_article(article, bodies, shown, links)})


def render_translation(translated: TranslatedArticle, links: Links) -> bytes:
    """A translation as an item of its own, marked as a machine's work, with its original as association."""
    article, made = translated.article, translated.stored.translation
    article_id, publication = article.document.article_id, article.publication
    original = {
        **_partial(article_id, publication.content.headline, publication.language, links),
        "rel": "original",
    }
    texts = publication.content.model_copy(
        update={"headline": made.headline or publication.content.headline, "lead": made.lead}
    )
    shown = [*_pictures(article), original, *_related(translated.linked, links)]
    item = {
        **_article(article, _html_and_plain(made.body_html or ""), shown, links),
        **_texts(texts),
        "uri": f"{_urn(article_id)}#{made.language}",
        "profile": "translation",
        "language": made.language,
        "digitalSourceType": MACHINE_MADE,
        "versionCreated": _time(made.translated_at or changed_at(article)),
        "edNote": f"Machine translation from {publication.language} by {made.engine or 'an unnamed engine'}",
        "renditions": [_rendition("web", links.article_page(article_id, made.language), "text/html")],
    }
    return _written({"standard": STANDARD, **item})


def _article(article: PublicArticle, bodies: list[Item], associations: list[Item], links: Links) -> Item:
    document, publication = article.document, article.publication
    content = publication.content
    return {
        "uri": _urn(document.article_id),
        "type": "text",
        "representationType": "full",
        "profile": "article",
        "version": str(document.document_version),
        "firstCreated": _time(publication.published_at),
        "versionCreated": _time(changed_at(article)),
        "pubStatus": "usable",
        "urgency": content.urgency,
        "copyrightNotice": one_line(content.rights or "") or None,
        "edNote": one_line(content.note or "") or None,
        "language": publication.language,
        "by": ", ".join(map(_signed, authors(content))) or None,
        **_texts(content),
        "bodies": bodies,
        **of_tags(shown_tags(publication.tags, document.editor_tags), content, document.source),
        "altIds": [
            {"role": "external_id", "value": document.external_id},
            {"role": "revision", "value": str(publication.revision)},
        ],
        "renditions": [
            _rendition("web", links.article_page(document.article_id), "text/html"),
            _rendition("newsloom", links.article(document.article_id), "application/json"),
        ],
        "associations": associations or None,
    }


def _signed(author: Author) -> str:
    return f"{author.name} ({author.role})" if author.role else author.name


def _texts(content: ArticleContent) -> Item:
    lead = summary(content)
    return {
        "headlines": [{"role": "main", "contentType": "text/plain", "value": headline(content.headline)}],
        "descriptions": [{"role": "summary", "contentType": "text/plain", "value": lead}] if lead else None,
    }


def _html(body_html: str) -> Item:
    return {"role": "main", "contentType": "text/html", "value": printable(body_html)}


def _html_and_plain(body_html: str) -> list[Item]:
    text = printable(plain_text(body_html))
    counts = {"charCount": len(text), "wordCount": len(text.split())}
    return [_html(body_html), {"role": "plain", "contentType": "text/plain", **counts, "value": text}]


def _related(linked: LinkedArticle, links: Links) -> list[Item]:
    found = ((link, linked.targets.get(link.article_id)) for link in linked.article.publication.related)
    return [_link(link, target, links) for link, target in found if target is not None]


def _link(link: RelatedLink, target: Summary, links: Links) -> Item:
    reasons = [{"role": "reason", "value": text} for text in names(link.reasons)]
    partial = _partial(link.article_id, target.headline, target.language, links)
    return {**partial, "rel": link.relation, **({"descriptions": reasons} if reasons else {})}


def _translation(article: PublicArticle, stored: StoredTranslation, links: Links) -> Item:
    made, article_id = stored.translation, article.document.article_id
    title = made.headline or article.publication.content.headline
    return {
        **_partial(article_id, title, made.language, links),
        "uri": f"{_urn(article_id)}#{made.language}",
        "rel": "translation",
        "digitalSourceType": MACHINE_MADE,
        "renditions": [
            _rendition("web", links.article_page(article_id, made.language), "text/html"),
            _rendition(NAME, links.translation(article_id, made.language, NAME), MEDIA_TYPE),
        ],
    }


def _partial(article_id: str, title: str, language: str, links: Links) -> Item:
    """Another item, by what a reader needs to find it."""
    return {
        "name": headline(title),
        "uri": _urn(article_id),
        "type": "text",
        "representationType": "partial",
        "language": language,
        "headlines": [{"role": "main", "contentType": "text/plain", "value": headline(title)}],
        "renditions": [
            _rendition("web", links.article_page(article_id), "text/html"),
            _rendition(NAME, links.article(article_id, NAME), MEDIA_TYPE),
        ],
    }


def _pictures(article: PublicArticle) -> list[Item]:
    images = enumerate(article.publication.content.images)
    return [_picture(image, "main picture" if n == 0 else f"picture {n + 1}") for n, image in images]


def _picture(image: Image, name: str) -> Item:
    texts = {"caption": image.caption, "alternative": image.alt}
    told = [{"role": role, "value": text} for role, raw in texts.items() if (text := one_line(raw or ""))]
    rendition = {"name": "main", "href": uri(image.url), "width": image.width, "height": image.height}
    return _present(
        {
            "name": name,
            "rel": "picture",
            "uri": uri(image.url),
            "type": "picture",
            "by": one_line(image.credit or "") or None,
            "descriptions": told or None,
            "renditions": [_present(rendition)],
        }
    )


def _rendition(name: str, href: str, media_type: str) -> Item:
    return {"name": name, "href": href, "contentType": media_type}


def _urn(article_id: str) -> str:
    """The item's identity. It is no address, so it stays when newsloom moves."""
    return f"urn:uuid:{article_id}"


def _time(moment: datetime) -> str:
    return moment.isoformat()


def _present(fields: Item) -> Item:
    return {name: value for name, value in fields.items() if value is not None}


def _written(item: Item) -> bytes:
    return to_json(_present(item))
