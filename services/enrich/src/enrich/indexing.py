"""Keeps the related index in step with `articles-published`, and answers from it."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from itertools import filterfalse
from typing import Any, Final, Protocol, TypeVar

import structlog

from enrich.analysis import Analysis
from enrich.index.articles import Full
from enrich.index_file import IndexFile, LogState
from enrich.index_keys import Key
from enrich.ports import AnalysisFailed
from enrich.related import IndexedArticle, RelatedIndex, RelatedQuery
from newsloom_runtime.log_reader import LogEntry, LogReader
from newsloom_schemas.article import ArticleContent
from newsloom_schemas.enrichment import Facet, RelatedLink, Tag, shown_tags
from newsloom_schemas.events import ArticleKilledV1, ArticlePublishedV2, ArticleSubmittedV2, ArticleWithheldV1
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.identity import CANARY_SOURCE

METHOD, VERSION = "inverted-index", "2"
# Keys of articles on their way through publish, so that nothing is computed twice.
REMEMBERED: Final = 2_000
# Articles computed at a time: small, because live articles wait for the same workers.
CHUNK: Final = 8
WAIT_FOR_INDEX: Final = 10.0
# Between two writings of the index to disk: what is lost in a crash is read again within a minute or so.
SAVE_EVERY: Final = 600.0
_OK: Final = Facet(status="ok", method=METHOD, version=VERSION)
_LOADING: Final = Facet(
    status="partial",
    method=METHOD,
    version=VERSION,
    reason="the index of published articles was still loading",
)


Result = TypeVar("Result")


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
        file: IndexFile | None = None,
        wait: float = WAIT_FOR_INDEX,
        save_every: float = SAVE_EVERY,
    ) -> None:
        self._keys = keys
        self._open_log = open_log
        self._file = file
        self._wait = wait
        self._save_every = save_every
        self._index = RelatedIndex()
        self._log = ""
        self._offsets: dict[int, int] | None = None
        self._saved: dict[int, int] | None = None
        self._remembered: OrderedDict[tuple[str, int], tuple[Key, ...]] = OrderedDict()
        self._caught_up = asyncio.Event()
        self._working: asyncio.Future[Any] | None = None
        # When waiting for the index ends for good: without Kafka's log articles still go on.
        self._patience: float | None = None

    def __len__(self) -> int:
        return len(self._index)

    def not_ready(self) -> str | None:
        """Why links would be incomplete, or None."""
        return None if self._caught_up.is_set() else "the index of published articles is still loading"

    async def links(
        self, event: ArticleSubmittedV2, analysis: Analysis, *, run: int = 0
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
        """Follow the topic for ever, from its beginning or from where the file on disk ends."""
        if self._working is not None:
            await asyncio.wait({self._working})
        try:
            async with self._open_log() as log, self._open_log() as newest:
                state = LogState(
                    identity=await log.identity(),
                    begins=await log.beginning_offsets(),
                    ends=await log.end_offsets(),
                )
                offsets = await self._begin(state)
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._follow(log.follow(offsets), state.ends))
                    tasks.create_task(self._let_go(newest.follow(state.ends)))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures
        finally:
            # No await: whoever stops a service cancels again when that takes long.
            self._save()

    async def _begin(self, log: LogState) -> dict[int, int]:
        """Where to go on, with an index that holds everything before."""
        if self._offsets is None or log.misfit(self._log, self._offsets):
            found = None if self._file is None else await asyncio.to_thread(self._file.read, log)
            self._index, self._offsets = found or (RelatedIndex(), dict(log.begins))
            self._saved = None if found is None else dict(self._offsets)
        self._log = log.identity
        return dict(self._offsets)

    async def _follow(self, batches: AsyncIterator[Sequence[LogEntry]], end: Mapping[int, int]) -> None:
        assert self._offsets is not None  # noqa: S101 - it was just begun
        save_at = asyncio.get_running_loop().time() + self._save_every
        self._look_up(end, idle=False)
        async for entries in batches:
            await self.apply([entry.event for entry in entries])
            for entry in entries:
                self._offsets[entry.partition] = entry.offset + 1
            just_caught_up = self._look_up(end, idle=not entries)
            if just_caught_up or asyncio.get_running_loop().time() >= save_at:
                await self._save_meanwhile()
                save_at = asyncio.get_running_loop().time() + self._save_every

    def _look_up(self, end: Mapping[int, int], *, idle: bool) -> bool:
        """Notes that everything is read that was there at the start; True when that has just become so.

        An idle second means it too, even if the last records were none of ours.
        """
        offsets = self._offsets or {}
        reached = idle or all(offsets.get(partition, 0) >= offset for partition, offset in end.items())
        if not reached or self._caught_up.is_set():
            return False
        self._caught_up.set()
        return True

    async def _let_go(self, batches: AsyncIterator[Sequence[LogEntry]]) -> None:
        """Remove what is killed or withheld at once, however much there is to read before it.

        What the follower reads later is older and changes nothing: a state is only replaced by a newer one.
        """
        async for entries in batches:
            for event in filterfalse(_is_canary, (entry.event for entry in entries)):
                if isinstance(event, ArticleKilledV1):
                    self._index.kill(event.article_id)
                elif isinstance(event, ArticleWithheldV1):
                    self._index.withhold(event.article_id, event.document_version)

    def _save(self) -> None:
        if self._file is not None and self._offsets is not None and self._offsets != self._saved:
            self._file.write(self._index.packed(), self._log, self._offsets)
            self._saved = dict(self._offsets)

    async def _save_meanwhile(self) -> None:
        """The same off the event loop."""
        if self._file is None or self._offsets is None or self._offsets == self._saved:
            return
        offsets = dict(self._offsets)
        packed = await self._aside(self._index.packed)
        await asyncio.to_thread(self._file.write, packed, self._log, offsets)
        self._saved = offsets

    async def apply(self, events: Sequence[object]) -> None:
        """Bring the index to the state that published events describe. Canaries have no place in it."""
        newest: dict[str, ArticlePublishedV2] = {}
        for event in filterfalse(_is_canary, events):
            if isinstance(event, ArticleKilledV1):
                self._index.kill(event.article_id)
                newest.pop(event.article_id, None)
            elif isinstance(event, ArticleWithheldV1) and self._is_news(event, newest):
                self._index.withhold(event.article_id, event.document_version)
                newest.pop(event.article_id, None)
            elif isinstance(event, ArticlePublishedV2) and self._is_news(event, newest):
                newest[event.article_id] = event
        wanted = list(newest.values())
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            for event, keys in zip(chunk, await self._all_keys(chunk), strict=True):
                self._put(event, keys)
            # Remembered keys come without waiting; others want their turn all the same.
            await asyncio.sleep(0)
            if self._index.untidy:
                await self._aside(self._index.tidy)

    async def _aside(self, work: Callable[[], Result]) -> Result:
        """Run work on the index in a thread; nothing is put meanwhile, but removals go on.

        A thread cannot be cancelled: who begins again waits for it.
        """
        index = self._index
        index.freeze()
        working = asyncio.ensure_future(asyncio.to_thread(work))
        working.add_done_callback(lambda _done: index.thaw())
        self._working = working
        return await asyncio.shield(working)

    def _put(self, event: ArticlePublishedV2, keys: tuple[Key, ...]) -> None:
        try:
            self._index.put(_indexed(event, keys))
        except Full as error:
            structlog.get_logger().error("article_not_indexed", article_id=event.article_id, error=str(error))

    def _is_news(
        self, event: ArticlePublishedV2 | ArticleWithheldV1, newest: dict[str, ArticlePublishedV2]
    ) -> bool:
        seen = newest.get(event.article_id)
        is_newer = seen is None or event.document_version > seen.document_version
        return is_newer and self._index.wants(event.article_id, event.document_version)

    async def _all_keys(self, events: Sequence[ArticlePublishedV2]) -> list[tuple[Key, ...]]:
        return await asyncio.gather(*(self._keys_of(event) for event in events))

    async def _keys_of(self, event: ArticlePublishedV2) -> tuple[Key, ...]:
        known = self._remembered.get((event.submission_event_id, event.run))
        if known is not None and event.editor_tags is None:
            return known
        tags = shown_tags(event.tags, event.editor_tags)
        try:
            keys = await self._keys.index_keys(event.source, event.content, event.language, tags)
        except AnalysisFailed:
            # It stays findable by its address and headline.
            return ()
        if event.editor_tags is None:
            # Translations that arrive make a new state of the same text.
            self._remember((event.submission_event_id, event.run), keys)
        return keys

    def _remember(self, enriched: tuple[str, int], keys: tuple[Key, ...]) -> None:
        """Keys by the submission's event id and the run: another run may find other keys."""
        self._remembered[enriched] = keys
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)


def _is_canary(event: object) -> bool:
    return isinstance(event, ArticleEvent) and event.source == CANARY_SOURCE


def _query(event: ArticleSubmittedV2, analysis: Analysis) -> RelatedQuery:
    return RelatedQuery(
        article_id=event.article_id,
        source=event.source,
        language=analysis.language,
        published_at=event.content.published_at or event.accepted_at,
        at=event.accepted_at,
        keys=analysis.keys,
        earlier=event.content.earlier,
    )


def _indexed(event: ArticlePublishedV2, keys: tuple[Key, ...]) -> IndexedArticle:
    address = event.content.canonical_url
    return IndexedArticle(
        article_id=event.article_id,
        document_version=event.document_version,
        source=event.source,
        headline=event.content.headline,
        language=event.language,
        published_at=event.published_at,
        embargo_until=event.content.embargo_until,
        urls=() if address is None else (address,),
        keys=keys,
    )
