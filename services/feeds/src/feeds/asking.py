"""What a request asks for, read from its path, query and headers, or refused with advice."""

import re

from starlette.requests import Request

from feeds.addresses import FeedAddress, is_source, parse_address
from feeds.cursors import LogCursor, parse_page_cursor
from feeds.filters import Filter
from feeds.formats import FEED_FORMATS
from feeds.ports import PagePosition
from feeds.problems import BAD_CURSOR, NO_ARTICLE, NO_FEED, Refused, bad_parameter
from feeds.reading import DEFAULT_LIMIT, PageAsked
from newsloom_schemas.identity import article_id
from newsloom_schemas.languages import is_language_tag, primary_language
from newsloom_schemas.types import MAX_EXTERNAL_ID_BYTES

EVENTS = "/events"
ENDINGS = (*(form.ending for form in FEED_FORMATS), EVENTS)
MAX_LIMIT = 200

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def article_asked(request: Request) -> str:
    """The id in the path. What is no UUID names no article, and the store is not asked."""
    asked = str(request.path_params["article_id"]).lower()
    if not _UUID.fullmatch(asked):
        raise Refused(NO_ARTICLE)
    return asked


def article_named(request: Request) -> str:
    """The id of the article that `source` and `external_id` name."""
    source = request.query_params.get("source", "")
    external_id = request.query_params.get("external_id", "")
    if not is_source(source):
        raise Refused(
            bad_parameter("source", "Send ?source= with the source's id: lower case, digits, hyphens.")
        )
    if not 0 < len(external_id.encode()) <= MAX_EXTERNAL_ID_BYTES:
        advice = (
            f"Send ?external_id= with the source's id of the article, at most {MAX_EXTERNAL_ID_BYTES} bytes."
        )
        raise Refused(bad_parameter("external_id", advice))
    return article_id(source, external_id)


def feed_asked(request: Request) -> tuple[FeedAddress, str]:
    """The feed in the path with its filter, and the ending that says in which form, which may be absent."""
    address, ending = _path_asked(str(request.path_params["feed"]))
    return address.narrowed(filter_asked(request)), ending


def _path_asked(path: str) -> tuple[FeedAddress, str]:
    for ending in ENDINGS:
        address = parse_address(path.removesuffix(ending)) if path.endswith(ending) else None
        if address is not None:
            return address, ending
    address = parse_address(path)
    if address is None:
        raise Refused(NO_FEED)
    return address, ""


def page_asked(request: Request) -> PageAsked:
    """Which part of a feed: how many items, and after which place; the newest when none is given."""
    before = request.query_params.get("before")
    return PageAsked(limit=_limit_asked(request), before=before, position=_position(before))


def _limit_asked(request: Request) -> int:
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= MAX_LIMIT:
        raise Refused(bad_parameter("limit", f"Send a whole number from 1 to {MAX_LIMIT}."))
    return int(text)


def _position(before: str | None) -> PagePosition | None:
    position = None if before is None else parse_page_cursor(before)
    if before is not None and position is None:
        raise Refused(bad_parameter("before", "Take the address of the next page from next_url, unchanged."))
    return position


def filter_asked(request: Request) -> Filter:
    """Which articles of the feed are wanted: `source` and `language`, each at most once."""
    return Filter(source=_source_wanted(request), language=_language_wanted(request))


def _source_wanted(request: Request) -> str | None:
    sources = request.query_params.getlist("source")
    if not sources:
        return None
    if len(sources) > 1 or not is_source(sources[0]):
        raise Refused(bad_parameter("source", "Send one source's id: lower case, digits, hyphens."))
    return sources[0]


def _language_wanted(request: Request) -> str | None:
    languages = [primary_language(text.lower()) for text in request.query_params.getlist("language")]
    if not languages:
        return None
    if len(languages) > 1 or not is_language_tag(languages[0]):
        raise Refused(
            bad_parameter("language", "Send one language tag, such as en; regions are one with it.")
        )
    return languages[0]


def start_asked(request: Request, here: LogCursor) -> LogCursor | None:
    """Where a live reader goes on; None for one that begins now. `here` is the feed's live position.

    A browser that reconnects sends the address it began with, `since` included: so the header counts first.
    """
    text = request.headers.get("last-event-id") or request.query_params.get("since")
    if text is None:
        return None
    cursor = LogCursor.parse(text)
    if cursor is None or cursor.partition != here.partition:
        raise Refused(BAD_CURSOR)
    return cursor
