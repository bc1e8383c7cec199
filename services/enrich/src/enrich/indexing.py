"""Keeps the related index in step with `articles-published`, and answers from it."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from typing import Final, Protocol

from enrich.analysis import Analysis
from enrich.index_keys import Key
from enrich.ports import AnalysisFailed
from enrich.related import IndexedArticle, RelatedIndex, RelatedQuery
from newsloom_runtime.log_reader import LogEntry, LogReader
from newsloom_schemas.article import ArticleContent
from newsloom_schemas.enrichment import Facet, RelatedLink, Tag, shown_tags
from newsloom_schemas.events import ArticleKilledV1, ArticlePublishedV1, ArticleSubmittedV1, ArticleWithheldV1

METHOD, VERSION = "inverted-index", "1"
# Keys of articles on their way through publish, so that nothing is computed twice.
REMEMBERED: Final = 2_000
# Articles computed at a time: small, because live articles wait for the same workers.
CHUNK: Final = 8
WAIT_FOR_INDEX: Final = 10.0
_OK: Final = Facet(status="ok", method=METHOD, version=VERSION)
_LOADING: Final = Facet(
    status="partial",
    method=METHOD,
    version=VERSION,
    reason="the index of published articles was still loading",
)


class KeyMaker(Protocol):
    """Computes the index keys of an article off the event loop."""

    async def index_keys(
        self, source: str, content: ArticleContent, language: str, tags: tuple[Tag, ...]
    ) -> tuple[Key, ...]: ...


class PublishedIndex:
    """The related index with its follower; `run` is an endless task of the chassis."""

    def __init__(
        self,
        keys: KeyMaker,
        open_log: Callable[[], AbstractAsyncContextManager[LogReader]],
        *,
        wait: float = WAIT_FOR_INDEX,
    ) -> None:
        self._keys = keys
        self._open_log = open_log
        self._wait = wait
        self._index = RelatedIndex()
        self._remembered: OrderedDict[tuple[str, int], tuple[Key, ...]] = OrderedDict()
        self._caught_up = asyncio.Event()
        # When waiting for the index ends for good: without Kafka's log articles still go on.
        self._patience: float | None = None

    def __len__(self) -> int:
        return len(self._index)

    def not_ready(self) -> str | None:
        """Why links would be incomplete, or None."""
        return None if self._caught_up.is_set() else "the index of published articles is still loading"

    async def links(
        self, event: ArticleSubmittedV1, analysis: Analysis, *, run: int = 0
    ) -> tuple[tuple[RelatedLink, ...], Facet]:
        """Links of a new article. A service that has just started waits a little for its index, once."""
        if self._patience is None:
            self._patience = asyncio.get_running_loop().time() + self._wait
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._patience):
                await self._caught_up.wait()
        self._remember((event.event_id, run), analysis.keys)
        found = self._index.query(_query(event, analysis))
        return found, _OK if self._caught_up.is_set() else _LOADING

    async def run(self) -> None:
        """Follow the topic from its beginning, for ever."""
        async with self._open_log() as log:
            await self._follow(log.follow("beginning"), await log.end_offsets())

    async def _follow(self, batches: AsyncIterator[Sequence[LogEntry]], end: dict[int, int]) -> None:
        missing = {partition for partition, offset in end.items() if offset > 0}
        if not missing:
            self._caught_up.set()
        async for entries in batches:
            await self.apply([entry.event for entry in entries])
            missing -= {entry.partition for entry in entries if entry.offset + 1 >= end[entry.partition]}
            # An idle second means the end was reached, even if its last records were none of ours.
            if not missing or not entries:
                self._caught_up.set()

    async def apply(self, events: Sequence[object]) -> None:
        """Bring the index to the state that published events describe."""
        newest: dict[str, ArticlePublishedV1] = {}
        for event in events:
            if isinstance(event, ArticleKilledV1):
                self._index.kill(event.article_id)
                newest.pop(event.article_id, None)
            elif isinstance(event, ArticleWithheldV1) and self._is_news(event, newest):
                self._index.withhold(event.article_id, event.document_version)
                newest.pop(event.article_id, None)
            elif isinstance(event, ArticlePublishedV1) and self._is_news(event, newest):
                newest[event.article_id] = event
        wanted = list(newest.values())
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            for event, keys in zip(chunk, await self._all_keys(chunk), strict=True):
                self._index.put(_indexed(event, keys))

    def _is_news(
        self, event: ArticlePublishedV1 | ArticleWithheldV1, newest: dict[str, ArticlePublishedV1]
    ) -> bool:
        seen = newest.get(event.article_id)
        is_newer = seen is None or event.document_version > seen.document_version
        return is_newer and self._index.wants(event.article_id, event.document_version)

    async def _all_keys(self, events: Sequence[ArticlePublishedV1]) -> list[tuple[Key, ...]]:
        return await asyncio.gather(*(self._keys_of(event) for event in events))

    async def _keys_of(self, event: ArticlePublishedV1) -> tuple[Key, ...]:
        known = self._remembered.get((event.submission_event_id, event.run))
        if known is not None and event.editor_tags is None:
            return known
        tags = shown_tags(event.tags, event.editor_tags)
        try:
            return await self._keys.index_keys(event.source, event.content, event.language, tags)
        except AnalysisFailed:
            # It stays findable by its address and headline.
            return ()

    def _remember(self, enriched: tuple[str, int], keys: tuple[Key, ...]) -> None:
        """Keys by the submission's event id and the run: another run may find other keys."""
        self._remembered[enriched] = keys
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)


def _query(event: ArticleSubmittedV1, analysis: Analysis) -> RelatedQuery:
    return RelatedQuery(
        article_id=event.article_id,
        source=event.source,
        language=analysis.language,
        published_at=event.content.published_at or event.accepted_at,
        at=event.accepted_at,
        keys=analysis.keys,
        earlier=event.content.earlier,
    )


def _indexed(event: ArticlePublishedV1, keys: tuple[Key, ...]) -> IndexedArticle:
    addresses = (event.content.canonical_url, event.url)
    return IndexedArticle(
        article_id=event.article_id,
        document_version=event.document_version,
        source=event.source,
        headline=event.content.headline,
        language=event.language,
        published_at=event.published_at,
        embargo_until=event.content.embargo_until,
        urls=tuple(address for address in addresses if address is not None),
        keys=keys,
    )
