"""What must be true after processes came and went: nothing refused, lost, doubled, or missed by a reader."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from newsloom_schemas.document import StoredArticleV3
from tests.eventually import eventually
from tests.oracle.collectors_http import Frame, LiveStream, Sightings, listed
from tests.oracle.collectors_log import commit_snapshot
from tests.oracle.collectors_store import dump_documents
from tests.oracle.ports import System
from tests.oracle.runner_run import READS
from tests.rolling.newsroom import Newsroom

SETTLED_WITHIN_S = 120.0


@asynccontextmanager
async def reading(system: System, feed: str, readers: int) -> AsyncIterator[Sequence[LiveStream]]:
    """Live readers of a feed who come back with the last id they were given."""
    streams = [LiveStream(system, feed, Sightings()) for _ in range(readers)]
    tasks = [asyncio.create_task(stream.run()) for stream in streams]
    try:
        await eventually(
            lambda: all(stream.last_id for stream in streams), within=60, what="the readers are connected"
        )
        yield streams
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@asynccontextmanager
async def working(newsroom: Newsroom) -> AsyncIterator[None]:
    """The newsroom hands in meanwhile."""
    over = asyncio.Event()
    work = asyncio.create_task(newsroom.work(over))
    try:
        yield
    finally:
        over.set()
        await work


async def settled(newsroom: Newsroom, readers: Sequence[LiveStream]) -> dict[str, StoredArticleV3]:
    """Wait until everything accepted is stored and told; the documents of the newsroom's source."""
    system = newsroom.system
    await eventually(lambda: _no_lag(system), within=SETTLED_WITHIN_S, every=0.5, what="no group lags")
    documents = dict((await dump_documents(system, [newsroom.source])).models)
    versions = {article: document.document_version for article, document in documents.items()}
    await eventually(
        lambda: all(_told(reader.frames) == versions for reader in readers),
        within=30,
        what="every reader has every article's last version",
        every=0.2,
    )
    return documents


async def _no_lag(system: System) -> bool:
    snapshot = await commit_snapshot(system.kafka)
    return all(
        snapshot.committed.get(group, {}).get(place, 0) >= end
        for group, topics in READS.items()
        for place, end in snapshot.ends.items()
        if place[0] in {topic.name for topic in topics} and end > 0
    )


def _told(frames: Sequence[Frame]) -> dict[str, int]:
    """The last version of each article that a reader was told."""
    told: dict[str, int] = {}
    for frame in frames:
        told[frame.article_id] = max(frame.document_version, told.get(frame.article_id, 0))
    return told


async def unlike_the_store(feed: str, newsroom: Newsroom, readers: Sequence[LiveStream]) -> list[str]:
    """What a reader's fold of the updates and the feed do not agree on."""
    shown = set(await listed(newsroom.system, feed))
    return [
        f"reader {number}: {len(fold ^ shown)} articles differ, such as {sorted(fold ^ shown)[:3]}"
        for number, reader in enumerate(readers)
        if (fold := _folded(reader.frames)) != shown
    ]


def _folded(frames: Sequence[Frame]) -> set[str]:
    last: dict[str, Frame] = {}
    for frame in frames:
        known = last.get(frame.article_id)
        if known is None or frame.document_version >= known.document_version:
            last[frame.article_id] = frame
    return {article for article, frame in last.items() if frame.action == "upsert"}


def not_exactly_once(newsroom: Newsroom, documents: dict[str, StoredArticleV3]) -> dict[str, tuple[int, int]]:
    """Articles by id whose stored version is not the number of their accepted changes: both numbers."""
    return {
        article: (documents[article].document_version if article in documents else 0, changes)
        for article, changes in newsroom.accepted.items()
        if article not in documents or documents[article].document_version != changes
    }


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a rollout cost those who used the system meanwhile."""

    requests: int
    refused: int
    answers_ms: tuple[float, float, float]
    ages_s: tuple[float, float, float]
    reconnections: int
    longest_silence_s: float

    def __str__(self) -> str:
        answers = " / ".join(f"{value:.0f}" for value in self.answers_ms)
        ages = " / ".join(f"{value:.2f}" for value in self.ages_s)
        return (
            f"{self.requests} requests, {self.refused} not accepted; median / 99 % / slowest:"
            f" answers {answers} ms, shown to readers after {ages} s;"
            f" readers came back {self.reconnections} times,"
            f" the longest time without news was {self.longest_silence_s:.1f} s"
        )


def figures(newsroom: Newsroom, readers: Sequence[LiveStream]) -> Figures:
    """Over the whole time of the newsroom's work."""
    ages = [age for reader in readers for age in _ages(newsroom, reader.frames)]
    return Figures(
        requests=len(newsroom.answers),
        refused=len(newsroom.refused()),
        answers_ms=_spread([answer.seconds * 1_000 for answer in newsroom.answers]),
        ages_s=_spread(ages),
        reconnections=sum(reader.connections - 1 for reader in readers),
        longest_silence_s=max(_longest_silence(newsroom, reader.frames) for reader in readers),
    )


def _spread(values: Sequence[float]) -> tuple[float, float, float]:
    """The median, the 99th percentile and the highest."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100], ordered[-1]


def _ages(newsroom: Newsroom, frames: Sequence[Frame]) -> list[float]:
    """Seconds from the acceptance of each article until a reader was told of it."""
    told: dict[str, float] = {}
    for frame in frames:
        told.setdefault(frame.article_id, frame.received_at)
    return [told[article] - at for article, at in newsroom.accepted_at.items() if article in told]


def _longest_silence(newsroom: Newsroom, frames: Sequence[Frame]) -> float:
    """The longest time without an update for a reader while articles were being handed in."""
    end = newsroom.answers[-1].asked_at
    moments = [frame.received_at for frame in frames if frame.received_at <= end]
    return max((after - before for before, after in itertools.pairwise(moments)), default=0.0)
