"""The use cases of a reader: one article, one translation, one page of a feed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from feeds.addresses import FeedAddress
from feeds.cursors import page_cursor
from feeds.ports import Clock, Cursors, PagePosition, Store, Summary
from newsloom_schemas.document import Publication, StoredArticleV2, StoredTranslation


class NotThere(LookupError):
    """There is no such public article or translation, or not yet."""


class Withdrawn(LookupError):
    """The article was killed; it never comes back."""

    def __init__(self, killed_at: datetime) -> None:
        super().__init__("the article was withdrawn by its source")
        self.killed_at = killed_at


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicArticle:
    """A document that may be shown now."""

    document: StoredArticleV2
    publication: Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedArticle:
    """An article with what its related links point to at this moment."""

    article: PublicArticle
    targets: Mapping[str, Summary]


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatedArticle:
    """An article with a translation that has a text."""

    article: PublicArticle
    stored: StoredTranslation


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """A page of a feed, newest first. `cursor` is where to go on with live updates, None while unknown."""

    address: FeedAddress
    limit: int
    articles: tuple[PublicArticle, ...]
    next_before: str | None
    cursor: str | None


async def read_article(article_id: str, *, store: Store, clock: Clock) -> LinkedArticle:
    """The article with its related links resolved as of now. Raises NotThere or Withdrawn."""
    article = await _public_article(article_id, store, clock)
    linked = [link.article_id for link in article.publication.related]
    targets = await store.summaries(linked) if linked else {}
    return LinkedArticle(article=article, targets=targets)


async def read_translation(
    article_id: str, language: str, *, store: Store, clock: Clock
) -> TranslatedArticle:
    """One translation. Raises NotThere when there is no text in the language, or Withdrawn."""
    article = await _public_article(article_id, store, clock)
    stored = article.document.translations.get(language)
    if stored is None or stored.stale or stored.translation.body_html is None:
        raise NotThere
    return TranslatedArticle(article=article, stored=stored)


async def read_feed(
    address: FeedAddress,
    *,
    limit: int,
    before: PagePosition | None,
    store: Store,
    cursors: Cursors,
    clock: Clock,
) -> FeedPage:
    """A page of a feed. Reading on from its cursor can repeat an update but never miss one."""
    cursor = cursors.cursor(address.feed_id)  # before the store is read: what that lacks lies above
    found = await store.feed_page(address.feed_id, limit=limit + 1, before=before)
    page, more, now = found[:limit], len(found) > limit, clock.now()
    shown = (_as_public(document, now) for document in page)
    return FeedPage(
        address=address,
        limit=limit,
        articles=tuple(article for article in shown if article is not None),
        next_before=page_cursor(page[-1]) if more else None,
        cursor=cursor,
    )


async def _public_article(article_id: str, store: Store, clock: Clock) -> PublicArticle:
    document = await store.get(article_id)
    if document is not None and document.tombstone is not None:
        raise Withdrawn(document.tombstone.killed_at)
    article = _as_public(document, clock.now())
    if article is None:
        raise NotThere
    return article


def _as_public(document: StoredArticleV2 | None, now: datetime) -> PublicArticle | None:
    """The document if readers may see it: published, not killed, its embargo over by our clock."""
    if document is None or document.killed or document.publication is None:
        return None
    embargo = document.publication.content.embargo_until
    if embargo is not None and embargo > now:
        return None
    return PublicArticle(document=document, publication=document.publication)
