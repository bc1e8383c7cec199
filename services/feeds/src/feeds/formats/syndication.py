"""What RSS and Atom say alike: categories, bylines, and a text between tags that no reader mistakes."""

from dataclasses import dataclass

from feeds.formats.clean import names, one_line
from feeds.reading import PublicArticle
from newsloom_schemas.enrichment import Tag, shown_tags

# Who put a category on an article; the source's own words carry no scheme.
SCHEMES = {"editor": "urn:newsloom:tags:editor", "machine": "urn:newsloom:tags:machine"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A word that an article is filed under. `scheme` tells whose it is, if not the source's own."""

    term: str
    label: str
    scheme: str | None = None


def categories(article: PublicArticle) -> list[Category]:
    """Section and keywords as the source gave them, then the tags that are shown; each word once."""
    content = article.publication.content
    own = names([content.section or "", *content.keywords])
    tags = shown_tags(article.publication.tags, article.document.editor_tags)
    filed = [Category(term=name, label=name) for name in own]
    filed += [_of_tag(tag) for tag in tags if tag.role != "author" and one_line(tag.label)]
    firsts: dict[str, Category] = {}
    for category in filed:
        firsts.setdefault(category.label.casefold(), category)
    return list(firsts.values())


def _of_tag(tag: Tag) -> Category:
    label = one_line(tag.label)
    return Category(term=one_line(tag.id or "") or label, label=label, scheme=SCHEMES[made_by(tag)])


def made_by(tag: Tag) -> str:
    """Who put the tag on: `editor` or `machine`."""
    return "editor" if tag.basis == "editor" else "machine"


def bylines(article: PublicArticle) -> list[str]:
    """The authors; of an unsigned article its source, because a feed's item needs somebody."""
    return names(article.publication.content.authors) or [article.document.source]
