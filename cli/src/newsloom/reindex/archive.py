"""The published articles that are to be enriched again, and what is asked of enrich for each."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from newsloom_schemas.events import ArticleKilledV1, ArticlePublishedV2, ArticleWithheldV1, ReindexRequestedV2
from newsloom_schemas.identity import event_id

if TYPE_CHECKING:
    from newsloom_runtime.log_reader import LogEntry, LogReader

_TEXT: Final = frozenset({"published", "draft"})

Read = Callable[[int, int], None]  # records read, records to read


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which articles are meant. Times are those that readers see as the article's publication."""

    run: int
    since: datetime | None = None
    until: datetime | None = None
    sources: Collection[str] = ()

    def holds(self, article: ArticlePublishedV2) -> bool:
        """Whether the article is of the time and the sources meant; its run is another question."""
        return (
            (self.since is None or article.published_at >= self.since)
            and (self.until is None or article.published_at < self.until)
            and (not self.sources or article.source in self.sources)
        )


@dataclass(slots=True, kw_only=True)
class Counts:
    """What there is. Only `to_do` are asked for; each article counts once.

    `done` have this run or a higher one; `waiting` are asked for already and not yet gone over.
    """

    to_do: int = 0
    done: int = 0
    waiting: int = 0
    outside: int = 0
    withheld: int = 0
    killed: int = 0
    highest_run: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


@dataclass(kw_only=True)
class Archive:
    """The published articles as the compacted topic tells them, partition after partition.

    Each partition is read twice: first for where an article's last word stands, then for what it says. So
    memory holds the ids of one partition, and never the articles.
    """

    log: "LogReader"
    wanted: Wanted
    waiting: Collection[tuple[str, int, int]] = ()
    read: Read = lambda _read, _of: None
    counts: Counts = field(default_factory=Counts)

    async def articles(self) -> AsyncIterator[ArticlePublishedV2]:
        """The articles that are to be enriched again. Raises LogUnavailable."""
        first, ends = await self.log.beginning_offsets(), await self.log.end_offsets()
        of, done = 2 * sum(ends[p] - first[p] for p in ends), 0
        for partition, end in sorted(ends.items()):
            span = end - first[partition]
            last = await self._last_words(partition, first[partition], end)
            self.read(done + span, of)
            async for entries in self.log.read(partition, first[partition], end):
                for article in self._chosen(entries, last):
                    yield article
            done += 2 * span
            self.read(done, of)

    async def _last_words(self, partition: int, start: int, end: int) -> dict[str, int]:
        last: dict[str, int] = {}
        async for entries in self.log.read(partition, start, end):
            last.update((entry.event.subject, entry.offset) for entry in entries)
        return last

    def _chosen(
        self, entries: "Sequence[LogEntry]", last: Mapping[str, int]
    ) -> "Sequence[ArticlePublishedV2]":
        states = [entry.event for entry in entries if last.get(entry.event.subject) == entry.offset]
        self.counts.killed += sum(isinstance(state, ArticleKilledV1) for state in states)
        self.counts.withheld += sum(isinstance(state, ArticleWithheldV1) for state in states)
        return [state for state in states if isinstance(state, ArticlePublishedV2) and self._is_due(state)]

    def _is_due(self, article: ArticlePublishedV2) -> bool:
        self.counts.highest_run = max(self.counts.highest_run, article.run)
        if not self.wanted.holds(article):
            self.counts.outside += 1
        elif article.run >= self.wanted.run:
            self.counts.done += 1
        elif (article.article_id, article.revision, self.wanted.run) in self.waiting:
            self.counts.waiting += 1
        else:
            self.counts.to_do += 1
            return True
        return False


def wish(article: ArticlePublishedV2, run: int, at: datetime) -> ReindexRequestedV2:
    """What enrich is asked. The same article and run are always the same wish."""
    of = f"{article.submission_event_id}\n{run}"
    return ReindexRequestedV2(
        event_id=event_id(article.article_id, article.revision, ReindexRequestedV2.EVENT_TYPE, of),
        article_id=article.article_id,
        source=article.source,
        external_id=article.external_id,
        submission_event_id=article.submission_event_id,
        revision=article.revision,
        run=run,
        accepted_at=article.accepted_at,
        requested_at=at,
        translated=tuple(tag for tag, each in article.translations.items() if each.status in _TEXT),
        content=article.content,
    )
