"""One feed of one source: asked politely, read safely, its news put on the log."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Literal
from zoneinfo import ZoneInfo

from ingest.accept import accept
from ingest.desk import Desk
from ingest.fetching.port import Fetched
from ingest.importing.news import Old, news_in
from ingest.importing.pace import http_date
from ingest.refusal import REFUSALS, Refused
from ingest.source_profile import SourceProfile
from ingest.sources.dialect import INLINE_BYTES
from ingest.sources.feed import MAX_ITEMS, MEDIA_TYPES, FeedItem, judged, read_feed
from newsloom_schemas.events import ArticleSubmittedV2
from newsloom_schemas.submission import Submission

DIALECT = "feed"
_ACCEPT = ", ".join(dict.fromkeys((*MEDIA_TYPES, "*/*;q=0.1")))
Outcome = Literal["read", "unchanged", "gone", "failed"]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What one reading came to. `headers` and `ttl_s` say when the feed wants to be read again; `why` is for
    people."""

    outcome: Outcome
    headers: Mapping[str, str] = field(default_factory=dict)
    ttl_s: float | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """What a worker needs to read a feed."""

    body: bytes
    headers: Mapping[str, str]
    url: str
    timezone: str


@dataclass(frozen=True, kw_only=True)
class _Item:
    """An item, or why it is none; `mark` is the same as long as the item is."""

    mark: bytes
    said: Submission | Refused


@dataclass(frozen=True, kw_only=True)
class _Feed:
    """What a worker read."""

    items: tuple[_Item, ...]
    changed: datetime | None
    ttl_s: float | None


class FeedReader:
    """Remembers what spares work, and nothing that may not be lost: what is known, the register knows."""

    def __init__(self, desk: Desk, *, source: str, url: str) -> None:
        self._desk = desk
        self._source = source
        self._url = url
        self._validators: Mapping[str, str] = {}
        self._settled: frozenset[bytes] = frozenset()

    async def read(self, profile: SourceProfile) -> Reading:
        """Read the feed once. Raises FetchRefused, FetchFailed, Refused, TransientError and PermanentError;
        then nothing is remembered, and the next reading begins anew."""
        answer = await self._desk.fetcher.get(self._url, headers={"accept": _ACCEPT, **self._validators})
        if answer.status == 304:
            return Reading(outcome="unchanged", headers=answer.headers)
        if answer.status == 410:
            return Reading(outcome="gone", why="its server says that the feed is gone for ever")
        if answer.status != 200:
            return Reading(
                outcome="failed", headers=answer.headers, why=f"its server answers {answer.status}"
            )
        feed = await self._parsed(answer, profile)
        await self._take(feed, profile)
        self._validators = _validators(answer)
        return Reading(outcome="read", headers=answer.headers, ttl_s=feed.ttl_s)

    async def _parsed(self, answer: Fetched, profile: SourceProfile) -> _Feed:
        matter = _Answer(
            body=answer.body, headers=dict(answer.headers), url=self._url, timezone=profile.timezone
        )
        if len(answer.body) > INLINE_BYTES:
            return await self._desk.workers.run(_parsed, matter)
        return _parsed(matter)

    async def _take(self, feed: _Feed, profile: SourceProfile) -> None:
        marks: set[bytes] = set()
        events: list[ArticleSubmittedV2] = []
        for item in feed.items:
            outcome, event = "unchanged", None
            if item.mark not in self._settled:
                outcome, event = await self._news(item.said, feed.changed, profile)
            if event is not None:
                events.append(event)
            else:
                self._count(outcome)
            if outcome != "held-back":
                marks.add(item.mark)
        await accept(self._desk.publisher, *events)
        self._count("accepted", len(events))
        self._settled = frozenset(marks)

    async def _news(
        self, said: Submission | Refused, changed: datetime | None, profile: SourceProfile
    ) -> tuple[str, ArticleSubmittedV2 | None]:
        event_of = partial(self._desk.submitted, source=self._source, dialect=DIALECT, profile=profile)
        try:
            if isinstance(said, Refused):
                raise said
            found = await news_in(said, changed=changed, register=self._desk.register, event_of=event_of)
        except Refused as refused:
            if REFUSALS[refused.code].status >= 500:
                raise  # the whole feed is read again later
            self._desk.audit.refused(refused.code)
            return "refused", None
        return (found.why, None) if isinstance(found, Old) else ("accepted", found)

    def _count(self, outcome: str, items: int = 1) -> None:
        self._desk.metrics.feed_items.labels(outcome).inc(items)


def _parsed(answer: _Answer) -> _Feed:
    """All that may take long about a feed, in a worker when it is long."""
    content_type = answer.headers.get("content-type", "")
    document = read_feed(
        answer.body, content_type=content_type, base=answer.url, zone=ZoneInfo(answer.timezone)
    )
    if len(document.items) > MAX_ITEMS:
        raise Refused("too-large", f"let the feed have at most {MAX_ITEMS} items")
    told = (http_date(answer.headers.get(name, "")) for name in ("last-modified", "date"))
    changed = document.changed or next(filter(None, told), None)
    items = tuple(_Item(mark=_mark(each), said=judged(each, otherwise=changed)) for each in document.items)
    return _Feed(items=items, changed=changed, ttl_s=document.ttl_s)


def _validators(answer: Fetched) -> Mapping[str, str]:
    names = {"if-none-match": "etag", "if-modified-since": "last-modified"}
    told = {ask: answer.headers.get(header, "") for ask, header in names.items()}
    # Other characters may come in an answer and cannot be sent in a request.
    return {ask: value for ask, value in told.items() if value and value.isascii() and value.isprintable()}


def _mark(item: FeedItem) -> bytes:
    return hashlib.sha256(repr(item).encode("utf-8", "replace")).digest()
