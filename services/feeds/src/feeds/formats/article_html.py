"""An article as a page for people: it loads nothing, runs nothing, and marks what a machine added."""

from collections.abc import Collection, Iterable
from typing import Any

from markupsafe import Markup

from feeds.formats import json_ld, markup, ninjs
from feeds.formats.clean import authors, headline, one_line, summary, uri
from feeds.links import Links
from feeds.ports import Summary
from feeds.reading import LinkedArticle, PublicArticle, TranslatedArticle, changed_at
from newsloom_schemas.enrichment import Facet, RelatedLink, Tag, shown_tags
from newsloom_schemas.identity import topic_feed
from newsloom_schemas.languages import UNDETERMINED

NAME = "html"
MEDIA_TYPE = markup.MEDIA_TYPE
RELATIONS = {
    "earlier": "Earlier on this",
    "update": "Update",
    "duplicate": "The same report elsewhere",
    "same-story": "The same story",
    "topical": "On the same topic",
    "translation-of": "In another language",
}
_SAID_ENOUGH = ("ok", "skipped")  # the statuses of a facet that a reader need not be told


def render_article(linked: LinkedArticle, links: Links) -> bytes:
    """The article in its own language."""
    article = linked.article
    article_id, publication = article.document.article_id, article.publication
    content = publication.content
    own = links.article_page(article_id)
    return markup.page(
        "article.html",
        **_shared(linked, links),
        language=publication.language,
        title=headline(content.headline),
        description=summary(content),
        lead=content.lead,
        body=markup.without_pictures(content.body_html),
        canonical=uri(content.canonical_url) if content.canonical_url else own,
        translation=None,
        original=own,
        other_languages=_languages(linked, links)[1:],
        forms=_forms(links.article(article_id), links.article(article_id, ninjs.NAME)),
        json_ld=Markup(json_ld.in_page(json_ld.of_article(linked, links))),  # noqa: S704  # escaped there
    )


def render_translation(translated: TranslatedArticle, links: Links) -> bytes:
    """The article in another language, which says at its top that a machine made it."""
    linked, made = translated.linked, translated.stored.translation
    article_id, content = linked.article.document.article_id, linked.article.publication.content
    others = [line for line in _languages(linked, links) if line[0] != made.language]
    return markup.page(
        "article.html",
        **_shared(linked, links),
        language=made.language,
        title=headline(made.headline or content.headline),
        description=one_line(made.lead or ""),
        lead=made.lead,
        body=markup.cleaned(made.body_html or ""),
        canonical=links.article_page(article_id, made.language),
        translation=made,
        original=links.article_page(article_id),
        other_languages=others,
        forms=_forms(
            links.translation(article_id, made.language),
            links.translation(article_id, made.language, ninjs.NAME),
        ),
        json_ld=Markup(  # noqa: S704  # escaped there
            json_ld.in_page(json_ld.of_translation(translated, links))
        ),
    )


def _shared(linked: LinkedArticle, links: Links) -> dict[str, Any]:
    """What the page says of an article in whatever language."""
    article = linked.article
    document, publication = article.document, article.publication
    tags = [tag for tag in shown_tags(publication.tags, document.editor_tags) if one_line(tag.label)]
    return {
        "links": links,
        "article_id": document.article_id,
        "source": document.source,
        "version": document.document_version,
        "publication": publication,
        "content": publication.content,
        "authors": authors(publication.content),
        "changed_at": changed_at(article),
        "alternates": _alternates(linked, links),
        "related": _related(linked),
        "relations": RELATIONS,
        "tags": tags,
        "topics": _topics(tags, document.feeds, links),
        "unfinished": _unfinished(article),
    }


def _languages(linked: LinkedArticle, links: Links) -> list[tuple[str, str, bool]]:
    """Language, address and whether a machine made it: the original first."""
    article_id, language = linked.article.document.article_id, linked.article.publication.language
    made = (stored.translation.language for stored in linked.texts)
    translations = [(tag, links.article_page(article_id, tag), True) for tag in made]
    return [(language, links.article_page(article_id), False), *translations]


def _alternates(linked: LinkedArticle, links: Links) -> list[tuple[str, str]]:
    """For `hreflang`: all languages of the article, on the page of each, and the one for the rest."""
    languages = _languages(linked, links)
    if len(languages) == 1:
        return []
    known = [(language, address) for language, address, _ in languages if language != UNDETERMINED]
    return [*known, ("x-default", languages[0][1])]


def _forms(own: str, in_ninjs: str) -> list[tuple[str, str, str]]:
    return [("JSON", "application/json", own), ("ninjs", ninjs.MEDIA_TYPE, in_ninjs)]


def _related(linked: LinkedArticle) -> list[tuple[RelatedLink, Summary]]:
    found = ((link, linked.targets.get(link.article_id)) for link in linked.article.publication.related)
    return [(link, target) for link, target in found if target is not None]


def _topics(tags: Iterable[Tag], feeds: Collection[str], links: Links) -> dict[str, str]:
    """Where a tag's articles are listed, for the tags in whose feeds the article is."""
    named = ((tag.id, topic_feed(tag.id)) for tag in tags if tag.id)
    return {tag_id: links.feed(feed) for tag_id, feed in named if feed and feed in feeds}


def _unfinished(article: PublicArticle) -> list[tuple[str, Facet]]:
    """The facets of the enrichment that did not go as they should, for an honest footnote."""
    enrichment = article.publication.enrichment
    facets = [(name, getattr(enrichment, name)) for name in type(enrichment).model_fields]
    return [(name, facet) for name, facet in facets if facet.status not in _SAID_ENOUGH]
