"""The parts that the routes work with, hung on the application by whoever runs it."""

from dataclasses import dataclass

from starlette.requests import Request

from feeds.feed_counts import FeedCounts
from feeds.links import Links
from feeds.live import LiveTail
from feeds.ports import Clock, Store
from feeds.stream import UpdateStreams


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the routes work with."""

    store: Store
    counts: FeedCounts
    tail: LiveTail
    streams: UpdateStreams
    links: Links
    clock: Clock
    max_streams: int = 5_000


def services_of(request: Request) -> Services:
    """The parts of the application that was asked."""
    services: Services = request.app.state.services
    return services
