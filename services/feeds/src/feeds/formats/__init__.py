"""The formats of a feed: one file each, listed here once."""

from collections.abc import Callable
from dataclasses import dataclass

from feeds.formats import jsonfeed, rss
from feeds.links import Links
from feeds.reading import FeedPage


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFormat:
    """How a page of a feed is written, and the ending of the address that asks for it."""

    ending: str
    media_type: str
    render: Callable[[FeedPage, Links], bytes]


FEED_FORMATS: tuple[FeedFormat, ...] = (
    FeedFormat(ending=jsonfeed.ENDING, media_type=jsonfeed.MEDIA_TYPE, render=jsonfeed.render),
    FeedFormat(ending=rss.ENDING, media_type=rss.MEDIA_TYPE, render=rss.render),
)
DEFAULT_FORMAT = FEED_FORMATS[0]
