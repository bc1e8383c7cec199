"""The use cases of a reader: one article, one translation, one page of a feed, the newest of all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from feeds.addresses import FeedAddress
from feeds.cursors import page_cursor
from feeds.ports import Clock, Cursors, PagePosition, Store, Summary
from newsloom_schemas.document import Publication, StoredArticleV3, StoredTranslation
from newsloom_schemas.identity import FEED_ALL

DEFAULT_LIMIT = 50
# What search engines take for news, and how much of it in one sitemap (Google's rules for news sitemaps).
NEWS_AGE = timedelta(hours=48)
NEWS_LIMIT = 1000


class NotThere(LookupError):
    """There is no such public article or translation, or not yet."""


class Withheld(LookupError):
    """The article is under embargo: that is all there is to say of it."""


class Withdrawn(LookupError):
    """The article was killed; it never comes back."""

    def __init__(self, killed_at: datetime) -> None:
        super().__init__("the article was withdrawn by its source")
        self.killed_at = killed_at


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicArticle:
    """A document that may be shown now."""

    document: StoredArticleV3
    publication: Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedArticle:
    """An article with what its related links point to at this moment."""

    article: PublicArticle
    targets: Mapping[str, Summary]

    @property
    def texts(self) -> tuple[StoredTranslation, ...]:
        """The translations that a reader can be shown: of this revision, with a text, by language."""
        stored = self.article.document.translations
        return tuple(stored[language] for language in sorted(stored) if _has_text(stored[language]))


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatedArticle:
    """An article with a translation that has a text."""

    linked: LinkedArticle
    stored: StoredTranslation

    @property
    def article(self) -> PublicArticle:
        return self.linked.article


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAsked:
    """Which part of a feed a reader asks for. `before` is the text of `position`, the place before it."""

    limit: int = DEFAULT_LIMIT
    before: str | None = None
    position: PagePosition | None = None

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """As parameters of an address; what goes without saying is not said."""
        limit = () if self.limit == DEFAULT_LIMIT else (("limit", str(self.limit)),)
        return (*limit, ("before", self.before)) if self.before else limit


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """A page of a feed, newest first. `cursor` is where to go on with live updates, None while unknown."""

    address: FeedAddress
    asked: PageAsked
    articles: tuple[PublicArticle, ...]
    next_before: str | None
    cursor: str | None
    read_at: datetime

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The parameters of this very page."""
        return (*self.address.wanted.query, *self.asked.query)

    @property
    def next_query(self) -> tuple[tuple[str, str], ...] | None:
        """The parameters of the next page; None on the last."""
        if self.next_before is None:
            return None
        following = PageAsked(limit=self.asked.limit, before=self.next_before)
        return (*self.address.wanted.query, *following.query)

    @property
    def changed_at(self) -> datetime:
        """The latest time that one of its articles gives; of an empty page, when it was read."""
        return max((changed_at(article) for article in self.articles), default=self.read_at)


def changed_at(article: PublicArticle) -> datetime:
    """When the source says that it last changed the article, never before it was published."""
    publication = article.publication
    return max(publication.content.modified_at or publication.published_at, publication.published_at)


async def read_article(article_id: str, *, store: Store) -> LinkedArticle:
    """The article with its related links resolved as of now. Raises NotThere, Withheld or Withdrawn."""
    article = _shown(await store.get(article_id))
    linked = [link.article_id for link in article.publication.related]
    targets = await store.summaries(linked) if linked else {}
    return LinkedArticle(article=article, targets=targets)


async def read_translation(article_id: str, language: str, *, store: Store) -> TranslatedArticle:
    """One translation. Raises NotThere when there is no text in the language, Withheld or Withdrawn."""
    linked = await read_article(article_id, store=store)
    stored = linked.article.document.translations.get(language)
    if stored is None or not _has_text(stored):
        raise NotThere
    return TranslatedArticle(linked=linked, stored=stored)


async def read_feed(
    address: FeedAddress, asked: PageAsked, *, store: Store, cursors: Cursors, clock: Clock
) -> FeedPage:
    """A page of a feed. Reading on from its cursor can repeat an update but never miss one."""
    cursor = cursors.cursor(address.feed_id)  # before the store is read: what that lacks lies above
    found = await store.feed_page(
        address.feed_id, limit=asked.limit + 1, before=asked.position, within=address.wanted.feed_ids
    )
    page, more = found[: asked.limit], len(found) > asked.limit
    shown = (_as_public(document) for document in page)
    return FeedPage(
        address=address,
        asked=asked,
        articles=tuple(article for article in shown if article is not None),
        next_before=page_cursor(page[-1]) if more else None,
        cursor=cursor,
        read_at=clock.now(),
    )


async def read_news(*, store: Store, clock: Clock) -> Sequence[Summary]:
    """What was published in the last two days, newest first."""
    now = clock.now()
    return await store.newest(FEED_ALL, since=now - NEWS_AGE, until=now, limit=NEWS_LIMIT)


async def read_newest(limit: int, *, store: Store, clock: Clock) -> Sequence[Summary]:
    """The newest articles of all, however old; none that a source dates into the future."""
    since = datetime.min.replace(tzinfo=UTC)
    return await store.newest(FEED_ALL, since=since, until=clock.now(), limit=limit)


def _shown(document: StoredArticleV3 | None) -> PublicArticle:
    if document is not None and document.tombstone is not None:
        raise Withdrawn(document.tombstone.killed_at)
    if document is not None and document.withheld:
        raise Withheld
    article = _as_public(document)
    if article is None:
        raise NotThere
    return article


def _as_public(document: StoredArticleV3 | None) -> PublicArticle | None:
    """The document if readers may see it. Its stored state says so: no clock of this process is asked."""
    if document is None or document.killed or document.withheld or document.publication is None:
        return None
    return PublicArticle(document=document, publication=document.publication)


def _has_text(stored: StoredTranslation) -> bool:
    return not stored.stale and stored.translation.body_html is not None
