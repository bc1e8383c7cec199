"""What RSS and Atom say alike: what a page is part of, categories, bylines."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from feeds.formats.clean import authors, names, one_line
from feeds.links import Links
from feeds.reading import FeedPage, PublicArticle
from newsloom_schemas.article import Author
from newsloom_schemas.enrichment import Tag, shown_tags

# Who put a category on an article; the source's own words carry no scheme.
SCHEMES = {"editor": "urn:newsloom:tags:editor", "machine": "urn:newsloom:tags:machine"}


class Paged:
    """What the library's feeds lack: the way to the next page, and a time that is not that of writing."""

    LINK: str  # the element
    feed: dict[str, Any]

    def latest_post_date(self) -> datetime:
        changed: datetime = self.feed["changed_at"]
        return changed

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)  # type: ignore[misc]  # the library's class comes next
        if self.feed["next_url"]:
            handler.addQuickElement(self.LINK, None, {"rel": "next", "href": self.feed["next_url"]})


def about(page: FeedPage, ending: str, links: Links) -> dict[str, Any]:
    """What a page says of itself and of its feed, in the library's words."""
    feed_id, following = page.address.feed_id, page.next_query
    return {
        "title": one_line(page.address.title),
        "link": links.home,
        "description": f"The newest articles of the feed {one_line(feed_id)}",
        "language": page.address.language,
        "feed_url": links.feed(feed_id, ending, page.query),
        "next_url": None if following is None else links.feed(feed_id, ending, following),
        "changed_at": page.changed_at,
    }


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


def bylines(article: PublicArticle) -> list[Author]:
    """The authors; of an unsigned article its source, because a feed's item needs somebody."""
    return authors(article.publication.content) or [Author.model_construct(name=article.document.source)]
