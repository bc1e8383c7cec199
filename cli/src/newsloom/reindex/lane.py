"""The archive's lane as it looks from outside of enrich: what waits, and what more is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from newsloom.reindex.archive import Archive, wish
from newsloom_schemas.catalog import ARTICLES_PUBLISHED, ARTICLES_REINDEX, Topic
from newsloom_schemas.events import ReindexRequestedV2

if TYPE_CHECKING:
    from newsloom_runtime.clock import Clock
    from newsloom_runtime.cluster import Cluster
    from newsloom_runtime.log_reader import LogReader
    from newsloom_runtime.publisher import EventPublisher

GROUP: Final = "enrich-archive"
ASKED_AT_ONCE: Final = 100


@dataclass(frozen=True, kw_only=True)
class Topics:
    """The two topics and the group of the lane; tests give them other names."""

    published: Topic = ARTICLES_PUBLISHED
    reindex: Topic = ARTICLES_REINDEX
    group: str = GROUP


@dataclass(frozen=True, kw_only=True)
class Lane:
    """What waits on the lane, asked from outside of enrich."""

    bootstrap: "Cluster"
    log: "LogReader"
    topics: Topics

    async def bounds(self) -> dict[int, tuple[int, int]]:
        """By partition: the first record that is not gone over, and the end. Raises LogUnavailable."""
        from newsloom_runtime.group_offsets import committed_offsets

        at = await committed_offsets(self.bootstrap, self.topics.group, self.topics.reindex.name)
        first, ends = await self.log.beginning_offsets(), await self.log.end_offsets()
        return {p: (max(at.get(p, 0), first[p]), end) for p, end in ends.items()}

    async def left(self, up_to: Mapping[int, int] | None = None) -> int:
        """How many wishes wait; with `up_to` only those before these offsets."""
        bounds = await self.bounds()
        ends = {p: end for p, (_, end) in bounds.items()} if up_to is None else up_to
        return sum(max(0, ends.get(p, 0) - start) for p, (start, _) in bounds.items())

    async def waiting(self) -> frozenset[tuple[str, int, int]]:
        """Article, revision and run of each wish that waits, so that none is asked for twice."""
        found: set[tuple[str, int, int]] = set()
        for partition, (start, end) in (await self.bounds()).items():
            async for entries in self.log.read(partition, start, end):
                wishes = (entry.event for entry in entries)
                found.update(
                    (each.article_id, each.revision, each.run)
                    for each in wishes
                    if isinstance(each, ReindexRequestedV2)
                )
        return frozenset(found)


async def ask(
    archive: Archive,
    publisher: "EventPublisher",
    clock: "Clock",
    topics: Topics,
    asked: Callable[[int], None],
) -> None:
    """Ask for every article that is due; `asked` is told how many are on the log so far.

    Raises LogUnavailable and PublishFailed. What was asked for is on the log then, and asked for once more it
    is skipped.
    """
    batch: list[ReindexRequestedV2] = []
    sent = 0

    async def send() -> None:
        nonlocal sent
        await publisher.publish([(topics.reindex, each) for each in batch])
        sent += len(batch)
        batch.clear()
        asked(sent)

    async for article in archive.articles():
        batch.append(wish(article, archive.wanted.run, clock.now()))
        if len(batch) == ASKED_AT_ONCE:
            await send()
    if batch:
        await send()
