"""The formats of feeds and articles: one file each, listed here once."""

from collections.abc import Callable
from dataclasses import dataclass

from feeds.formats import article_html, article_json, atom, jsonfeed, ninjs, rss
from feeds.links import Links
from feeds.reading import FeedPage, LinkedArticle, TranslatedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFormat:
    """How a page of a feed is written, and the ending of the address that asks for it."""

    ending: str
    title: str
    media_type: str
    render: Callable[[FeedPage, Links], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFormat:
    """How an article and its translations are written, and what `?format=` asks for it."""

    name: str
    title: str
    media_type: str
    render: Callable[[LinkedArticle, Links], bytes]
    render_translation: Callable[[TranslatedArticle, Links], bytes]


FEED_FORMATS: tuple[FeedFormat, ...] = (
    FeedFormat(
        ending=jsonfeed.ENDING,
        title="JSON Feed 1.1",
        media_type=jsonfeed.MEDIA_TYPE,
        render=jsonfeed.render,
    ),
    FeedFormat(ending=rss.ENDING, title="RSS 2.0", media_type=rss.MEDIA_TYPE, render=rss.render),
    FeedFormat(ending=atom.ENDING, title="Atom", media_type=atom.MEDIA_TYPE, render=atom.render),
    FeedFormat(ending=ninjs.ENDING, title="ninjs 3.1", media_type=ninjs.MEDIA_TYPE, render=ninjs.render_feed),
)
DEFAULT_FORMAT = FEED_FORMATS[0]

ARTICLE_FORMATS: tuple[ArticleFormat, ...] = (
    ArticleFormat(
        name=article_json.NAME,
        title="newsloom's own JSON",
        media_type=article_json.MEDIA_TYPE,
        render=article_json.render_article,
        render_translation=article_json.render_translation,
    ),
    ArticleFormat(
        name=ninjs.NAME,
        title="ninjs 3.1",
        media_type=ninjs.MEDIA_TYPE,
        render=ninjs.render_article,
        render_translation=ninjs.render_translation,
    ),
    ArticleFormat(
        name=article_html.NAME,
        title="a page for people, with NewsArticle JSON-LD",
        media_type=article_html.MEDIA_TYPE,
        render=article_html.render_article,
        render_translation=article_html.render_translation,
    ),
)
ARTICLE_PAGE = ARTICLE_FORMATS[-1]
