"""Tags in ninjs: each is a subject there, with who put it on and how surely; names stand in lists too."""

from collections.abc import Iterable
from typing import Any

from feeds.formats.clean import authors, names, one_line
from feeds.formats.syndication import made_by
from feeds.formats.vocabularies import uri_of
from newsloom_schemas.article import ArticleContent, Author
from newsloom_schemas.enrichment import Tag

_LISTS = {"person": "people", "place": "places", "organisation": "organisations"}

Named = dict[str, Any]


def of_tags(tags: Iterable[Tag], content: ArticleContent, source: str) -> dict[str, Any]:
    """The properties `subjects`, `people`, `places`, `organisations` and `infoSources` of an item.

    Only `subjects` can say that a machine made a tag and how sure it was, so each tag stands there; who reads
    ninjs for names alone finds people, places and organisations in their own lists as well.
    """
    shown = [tag for tag in tags if one_line(tag.label)]
    lists: dict[str, list[Named]] = {
        "subjects": [*_own(content), *(_subject(tag) for tag in shown if tag.role != "author")]
    }
    for tag in shown:
        if tag.kind in _LISTS and tag.role == "subject":
            lists.setdefault(_LISTS[tag.kind], []).append(_named(tag, "mentions"))
    quoted = [_named(tag, None) | {"role": "quoted"} for tag in shown if tag.role == "source"]
    provider = {"name": source, "role": "provider", "literal": source}
    lists["infoSources"] = [provider, *map(_author, authors(content)), *quoted]
    return {name: held for name, held in lists.items() if held}


def _own(content: ArticleContent) -> list[Named]:
    section = [{"name": one_line(content.section), "rel": "section"}] if content.section else []
    return [*section, *({"name": name, "rel": "keyword"} for name in names(content.keywords))]


def _author(author: Author) -> Named:
    """Who originated the content; in the source's own word for what they did, where it has one."""
    address = {"uri": author.uri} if author.uri else {}
    return {"name": author.name, "role": author.role or "author", **address}


def _subject(tag: Tag) -> Named:
    by_editor = made_by(tag) == "editor"
    return {
        **_named(tag, "about" if tag.kind == "subject" else "mentions"),
        "creator": "editor" if by_editor else f"machine: {tag.method}",
        "confidence": round(tag.confidence * 100),
    }


def _named(tag: Tag, relation: str | None) -> Named:
    address = uri_of(tag.id)
    named = {"name": one_line(tag.label), "rel": relation, "uri": address}
    literal = {"literal": tag.id} if tag.id and not address else {}
    return {name: value for name, value in named.items() if value is not None} | literal
