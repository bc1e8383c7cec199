"""The HTTP surface: a request is handed to a use case, and its result to a format."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

import structlog
from starlette.requests import Request
from starlette.responses import Response

from feeds import pages
from feeds.addresses import FeedAddress
from feeds.answers import STREAM_HEADERS, EventStream, answer, entity_tag
from feeds.asking import (
    EVENTS,
    article_asked,
    article_named,
    before_asked,
    feed_asked,
    limit_asked,
    start_asked,
)
from feeds.formats import DEFAULT_FORMAT, FEED_FORMATS, FeedFormat, article_json, feed_list, sse
from feeds.links import Links
from feeds.live import LiveTail
from feeds.ports import Clock, Store
from feeds.problems import TOO_MANY_STREAMS, Refused
from feeds.reading import FeedPage, PublicArticle, read_article, read_feed, read_translation
from feeds.stream import UpdateStreams
from feeds.updates import Signal
from newsloom_runtime.errors import TransientError
from newsloom_store import StoreError


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the routes work with."""

    store: Store
    tail: LiveTail
    streams: UpdateStreams
    links: Links
    clock: Clock
    max_streams: int = 5_000


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


async def home(request: Request) -> Response:
    """The start page. It says so when the store is away, instead of failing."""
    services = _services(request)
    try:
        feeds = await services.store.feed_ids()
    except StoreError:
        feeds = None
    return pages.home(feeds, services.links)


async def docs(request: Request) -> Response:
    """The list of what the API serves."""
    return pages.docs(request.app.openapi())


async def article(request: Request) -> Response:
    """`GET /v1/articles/{article_id}`."""
    return await _article(request, article_asked(request))


async def article_by_source(request: Request) -> Response:
    """`GET /v1/articles?source=&external_id=`."""
    return await _article(request, article_named(request))


async def _article(request: Request, article_id: str) -> Response:
    services = _services(request)
    linked = await read_article(article_id, store=services.store, clock=services.clock)
    targets = ((target, summary.document_version) for target, summary in sorted(linked.targets.items()))
    return answer(
        request,
        etag=entity_tag("article", [_version(linked.article), *targets]),
        changed=_changed([linked.article], services.clock),
        media_type=article_json.MEDIA_TYPE,
        body=lambda: article_json.render_article(linked, services.links),
    )


async def translation(request: Request) -> Response:
    """`GET /v1/articles/{article_id}/translations/{language}`."""
    services, language = _services(request), str(request.path_params["language"])
    translated = await read_translation(
        article_asked(request), language, store=services.store, clock=services.clock
    )
    return answer(
        request,
        etag=entity_tag(f"translation {language}", [_version(translated.article)]),
        changed=translated.stored.translation.translated_at,
        media_type=article_json.MEDIA_TYPE,
        body=lambda: article_json.render_translation(translated, services.links),
    )


async def feeds(request: Request) -> Response:
    """`GET /v1/feeds`."""
    services = _services(request)
    counted = await services.store.feed_ids()
    return answer(
        request,
        etag=entity_tag("feeds", counted),
        changed=None,
        media_type=feed_list.MEDIA_TYPE,
        body=lambda: feed_list.render(counted, services.links),
    )


async def feed(request: Request) -> Response:
    """`GET /v1/feeds/{feed}`, with an ending for the form."""
    address, ending = feed_asked(request)
    if ending == EVENTS:
        return _events(request, address)
    form = next((form for form in FEED_FORMATS if form.ending == ending), DEFAULT_FORMAT)
    return await _feed_page(request, address, form)


async def _feed_page(request: Request, address: FeedAddress, form: FeedFormat) -> Response:
    services = _services(request)
    page = await read_feed(
        address,
        limit=limit_asked(request),
        before=before_asked(request),
        store=services.store,
        cursors=services.tail,
        clock=services.clock,
    )
    return answer(
        request,
        etag=_page_tag(page, form),
        changed=_changed(page.articles, services.clock),
        media_type=form.media_type,
        body=lambda: form.render(page, services.links),
    )


def _page_tag(page: FeedPage, form: FeedFormat) -> str:
    what = f"{form.ending} {page.address.feed_id} {page.limit} {page.next_before}"
    return entity_tag(what, [_version(article) for article in page.articles])


def _version(article: PublicArticle) -> tuple[str, int]:
    return article.document.article_id, article.document.document_version


def _changed(articles: tuple[PublicArticle, ...] | list[PublicArticle], clock: Clock) -> datetime | None:
    """The latest time a source gives; a source's clock may be ahead, an answer must not be."""
    times = [a.publication.content.modified_at or a.publication.published_at for a in articles]
    return min(max(times), clock.now()) if times else None


def _events(request: Request, address: FeedAddress) -> Response:
    services = _services(request)
    start = start_asked(request, services.tail.position(address.feed_id))
    if services.tail.clients >= services.max_streams:
        raise Refused(TOO_MANY_STREAMS)
    if request.method == "HEAD":
        return Response(headers=STREAM_HEADERS, media_type=sse.MEDIA_TYPE)
    signals = services.streams.open(address.feed_id, start)
    return EventStream(_frames(signals, services.links.feed(address.feed_id)), sse.MEDIA_TYPE)


async def _frames(signals: AsyncGenerator[Signal, None], snapshot_url: str) -> AsyncGenerator[bytes, None]:
    yield sse.OPENING
    try:
        async with aclosing(signals):
            async for signal in signals:
                yield sse.frame(signal, snapshot_url)
    except (StoreError, TransientError) as error:
        # The client reconnects with its cursor and misses nothing; it cannot be told more in mid-stream.
        structlog.get_logger().warning("stream_ended", error=f"{type(error).__name__}: {error}")
