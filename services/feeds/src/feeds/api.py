"""The HTTP surface of feeds and pages: a request is handed to a use case, and its result to a format."""

import json

from starlette.requests import Request
from starlette.responses import Response

from feeds import live_api, pages
from feeds.addresses import FeedAddress
from feeds.answers import COMMON_HEADERS, Answer, answer, entity_tag
from feeds.asking import EVENTS, feed_asked, page_asked
from feeds.formats import DEFAULT_FORMAT, FEED_FORMATS, FeedFormat, feed_list, sitemap
from feeds.reading import FeedPage, read_feed, read_newest, read_news
from feeds.services import services_of
from newsloom_store import StoreError

NEWEST_AT_HOME = 10


async def home(request: Request) -> Response:
    """The start page. It says so when the store is away, instead of failing."""
    services = services_of(request)
    try:
        feeds = await services.counts.latest()
        newest = await read_newest(NEWEST_AT_HOME, store=services.store, clock=services.clock)
    except StoreError:
        feeds, newest = None, ()
    return pages.home(feeds, newest, services.links)


async def docs(request: Request) -> Response:
    """The list of what the API serves."""
    return pages.docs(request.app.openapi(), services_of(request).links)


async def news_sitemap(request: Request) -> Response:
    """`GET /sitemap-news.xml`."""
    services = services_of(request)
    news = await read_news(store=services.store, clock=services.clock)
    what = Answer(
        etag=entity_tag("news sitemap", [(line.article_id, line.document_version) for line in news]),
        changed=None,
        media_type=sitemap.MEDIA_TYPE,
        body=lambda: sitemap.render(news, services.links),
    )
    return await answer(request, what)


async def description(request: Request) -> Response:
    """`GET /openapi.json`."""
    text = json.dumps(request.app.openapi(), ensure_ascii=False)
    what = Answer(
        etag=entity_tag(f"description {text}", ()),
        changed=None,
        media_type="application/json",
        body=text.encode,
    )
    return await answer(request, what)


async def robots(request: Request) -> Response:
    """`GET /robots.txt`."""
    text = sitemap.robots(services_of(request).links)
    headers = {**COMMON_HEADERS, "Cache-Control": "max-age=3600, must-revalidate"}
    return Response(text, media_type="text/plain; charset=utf-8", headers=headers)


async def feeds(request: Request) -> Response:
    """`GET /v1/feeds`."""
    services = services_of(request)
    counted = await services.counts.latest()
    what = Answer(
        etag=entity_tag("feeds", counted),
        changed=None,
        media_type=feed_list.MEDIA_TYPE,
        body=lambda: feed_list.render(counted, services.links),
    )
    return await answer(request, what)


async def feed(request: Request) -> Response:
    """`GET /v1/feeds/{feed}`, with an ending for the form."""
    address, ending = feed_asked(request)
    if ending == EVENTS:
        return live_api.events(request, address)
    form = next((form for form in FEED_FORMATS if form.ending == ending), DEFAULT_FORMAT)
    return await _feed_page(request, address, form)


async def _feed_page(request: Request, address: FeedAddress, form: FeedFormat) -> Response:
    services = services_of(request)
    page = await read_feed(
        address, page_asked(request), store=services.store, cursors=services.tail, clock=services.clock
    )
    what = Answer(
        etag=_page_tag(page, form),
        changed=min(page.changed_at, page.read_at) if page.articles else None,
        media_type=form.media_type,
        body=lambda: form.render(page, services.links),
    )
    return await answer(request, what)


def _page_tag(page: FeedPage, form: FeedFormat) -> str:
    """Of what is on the page and whether there is another one, in this form and under this address."""
    what = f"{form.ending} {page.address.feed_id} {page.query} {page.next_query}"
    documents = (article.document for article in page.articles)
    return entity_tag(what, [(each.article_id, each.document_version) for each in documents])
