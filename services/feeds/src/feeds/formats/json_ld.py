"""An article as schema.org NewsArticle in JSON-LD, to stand inside a page."""

import json
from collections.abc import Iterable
from typing import Any

from feeds.formats.clean import authors, headline, names, one_line, summary, uri
from feeds.formats.syndication import made_by
from feeds.formats.vocabularies import uri_of
from feeds.links import Links
from feeds.reading import LinkedArticle, PublicArticle, TranslatedArticle, changed_at
from newsloom_schemas.article import ArticleContent, Author
from newsloom_schemas.document import StoredTranslation
from newsloom_schemas.enrichment import Tag, shown_tags
from newsloom_schemas.languages import UNDETERMINED

_TYPES = {
    "person": "Person",
    "place": "Place",
    "organisation": "Organization",
    "subject": "DefinedTerm",
    "keyphrase": "DefinedTerm",
}
MACHINE_MADE = "https://schema.org/TrainedAlgorithmicMediaDigitalSource"

Node = dict[str, Any]


def of_article(linked: LinkedArticle, links: Links) -> Node:
    """The article itself, naming its translations."""
    article = linked.article
    page = links.article_page(article.document.article_id)
    translations = [_translation_node(article, stored, links) for stored in linked.texts]
    return _present(_news_article(article, page, links) | {"workTranslation": translations or None})


def of_translation(translated: TranslatedArticle, links: Links) -> Node:
    """A translation: a work of its own, marked as a machine's, that names its original."""
    article, made = translated.article, translated.stored.translation
    article_id, publication = article.document.article_id, article.publication
    page = links.article_page(article_id, made.language)
    original = links.article_page(article_id)
    node = _news_article(article, page, links) | {
        "headline": headline(made.headline or publication.content.headline),
        "description": one_line(made.lead or "") or None,
        "inLanguage": made.language,
        "translationOfWork": _present(
            {"@type": "NewsArticle", "@id": original, "inLanguage": _known(publication.language)}
        ),
        "isBasedOn": original,
        **_machine_made(made.engine),
    }
    return _present(node)


def _translation_node(article: PublicArticle, stored: StoredTranslation, links: Links) -> Node:
    made = stored.translation
    page = links.article_page(article.document.article_id, made.language)
    return _present(
        {
            "@type": "NewsArticle",
            "@id": page,
            "url": page,
            "headline": headline(made.headline or article.publication.content.headline),
            "inLanguage": made.language,
            **_machine_made(made.engine),
        }
    )


def _machine_made(engine: str | None) -> Node:
    return {
        "creditText": f"Machine translation by {engine or 'an unnamed engine'}",
        "digitalSourceType": MACHINE_MADE,
    }


def _news_article(article: PublicArticle, page: str, links: Links) -> Node:
    document, publication = article.document, article.publication
    content = publication.content
    publisher = {
        "@type": "Organization",
        "name": document.source,
        "url": links.feed(f"source/{document.source}"),
    }
    tags = shown_tags(publication.tags, document.editor_tags)
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": page,
        "url": page,
        "mainEntityOfPage": page,
        "identifier": f"urn:uuid:{document.article_id}",
        "version": document.document_version,
        "headline": headline(content.headline),
        "description": summary(content) or None,
        "inLanguage": _known(publication.language),
        "datePublished": publication.published_at.isoformat(),
        "dateModified": changed_at(article).isoformat(),
        "author": [_person(author) for author in authors(content)] or [publisher],
        "publisher": publisher,
        "articleSection": one_line(content.section or "") or None,
        "keywords": [*names(content.keywords), *_things(tags, "subject", of_kinds={"keyphrase"})] or None,
        "about": _things(tags, "subject", but_kinds={"keyphrase"}) or None,
        "mentions": _things(tags, "source") or None,
        "image": [uri(image.url) for image in content.images] or None,
        "isBasedOn": uri(content.canonical_url) if content.canonical_url else None,
        "copyrightNotice": one_line(content.rights or "") or None,
        "correction": _correction(content),
    }


def _person(author: Author) -> Node:
    return _present({"@type": "Person", "name": author.name, "jobTitle": author.role, "url": author.uri})


def _correction(content: ArticleContent) -> Node | None:
    text = one_line(content.note or "")
    if not text:
        return None
    dated = {"datePublished": content.modified_at.isoformat()} if content.modified_at else {}
    return {"@type": "CorrectionComment", "text": text, **dated}


def _things(
    tags: Iterable[Tag],
    role: str,
    *,
    of_kinds: set[str] | None = None,
    but_kinds: frozenset[str] | set[str] = frozenset(),
) -> list[Node]:
    return [
        _thing(tag)
        for tag in tags
        if tag.role == role
        and tag.kind not in but_kinds
        and (of_kinds is None or tag.kind in of_kinds)
        and one_line(tag.label)
    ]


def _thing(tag: Tag) -> Node:
    by_machine = made_by(tag) == "machine"
    return _present(
        {
            "@type": _TYPES.get(tag.kind, "Thing"),
            "name": one_line(tag.label),
            "sameAs": uri_of(tag.id),
            "identifier": tag.id,
            "description": f"Tag added by a machine ({tag.method}), confidence {tag.confidence:.2f}"
            if by_machine
            else "Tag added by an editor",
        }
    )


def _known(language: str) -> str | None:
    return None if language == UNDETERMINED else language


def in_page(node: Node) -> str:
    """The node as text that stands in a page's script element without ending it or its lines."""
    text = json.dumps(node, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _present(fields: Node) -> Node:
    return {name: value for name, value in fields.items() if value is not None}
