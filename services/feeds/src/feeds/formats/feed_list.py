"""The list of feeds as JSON."""

from collections.abc import Sequence

from pydantic import Field

from feeds.links import Links
from newsloom_schemas.base import Value

MEDIA_TYPE = "application/json"


class FeedLine(Value):
    """One feed and where it can be read."""

    id: str = Field(description="such as all, source/kursor, section/world, language/ru, topic/iso3166:UA")
    articles: int = Field(description="how many it holds now")
    json_url: str
    rss_url: str
    atom_url: str
    ninjs_url: str
    events_url: str


class FeedList(Value):
    """The answer of `GET /v1/feeds`."""

    feeds: tuple[FeedLine, ...]


def render(counted: Sequence[tuple[str, int]], links: Links) -> bytes:
    """The feeds that hold articles, as UTF-8 JSON."""
    return FeedList(feeds=tuple(_line(*feed, links) for feed in counted)).model_dump_json().encode()


def _line(feed_id: str, articles: int, links: Links) -> FeedLine:
    return FeedLine(
        id=feed_id,
        articles=articles,
        json_url=links.feed(feed_id, ".json"),
        rss_url=links.feed(feed_id, ".rss"),
        atom_url=links.feed(feed_id, ".atom"),
        ninjs_url=links.feed(feed_id, ".ninjs"),
        events_url=links.events(feed_id),
    )
