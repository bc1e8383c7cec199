"""One `newsloom reindex` from what is wanted to what came of it."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from newsloom.reindex.archive import Archive, Counts, Wanted
from newsloom.reindex.lane import Lane, Topics, ask
from newsloom_runtime.clock import SystemClock
from newsloom_runtime.cluster import Cluster
from newsloom_runtime.forgetting import forget
from newsloom_runtime.log_reader import LogReader
from newsloom_runtime.metrics import PublisherMetrics, new_registry
from newsloom_runtime.publisher import EventPublisher

LOOK_EVERY_S: Final = 1.0
SAY_EVERY_S: Final = 5.0
WORDS: Final = {
    "to_do": "to be enriched again",
    "done": "have this run already",
    "waiting": "wait on the lane already",
    "outside": "outside of what is asked for",
    "withheld": "under embargo",
    "killed": "killed",
}


class Saying:
    """Progress on stderr, a line now and then."""

    def __init__(self, every_s: float = SAY_EVERY_S) -> None:
        self._every_s = every_s
        self._said = time.monotonic()
        self._began: tuple[float, int] | None = None

    def read(self, done: int, of: int) -> None:
        """How many records of the archive have been read."""
        self._now_and_then(f"read {done:,} of {of:,} records")

    def asked(self, sent: int) -> None:
        """How many articles have been asked for."""
        self._now_and_then(f"asked for {sent:,} articles")

    def gone_over(self, done: int, of: int) -> None:
        """How many of them enrich has gone over."""
        now = time.monotonic()
        began, at = self._began = self._began or (now, done)
        rate = (done - at) / (now - began) if now > began else 0.0
        rest = f", {(of - done) / rate / 60:,.0f} min left" if rate and done < of else ""
        self._now_and_then(f"enriched {done:,} of {of:,} articles, {rate:.1f}/s{rest}", always=done == of)

    def _now_and_then(self, text: str, *, always: bool = False) -> None:
        now = time.monotonic()
        if always or now - self._said >= self._every_s:
            self._said = now
            _say(text)


async def reindexed(
    bootstrap: Cluster, wanted: Wanted, topics: Topics, dry_run: bool, detach: bool
) -> dict[str, Any]:
    """Ask for what is wanted and watch it being done, and tell of both. Raises TransientError."""
    async with (
        LogReader(bootstrap, topics.published) as published,
        LogReader(bootstrap, topics.reindex) as wishes,
    ):
        lane = Lane(bootstrap=bootstrap, log=wishes, topics=topics)
        saying = Saying()
        archive = Archive(log=published, wanted=wanted, waiting=await lane.waiting(), read=saying.read)
        if dry_run:
            async for _ in archive.articles():
                pass
        else:
            await _ask(bootstrap, archive, topics, saying)
        _tell(archive.counts, wanted, dry_run)
        if not dry_run and not detach:
            await watch(lane, saying)
    return {"run": wanted.run, "dry_run": dry_run, **archive.counts.as_dict()}


async def _ask(bootstrap: Cluster, archive: Archive, topics: Topics, saying: Saying) -> None:
    async with _publisher(bootstrap) as publisher:
        await ask(archive, publisher, SystemClock(), topics, saying.asked)


@asynccontextmanager
async def _publisher(bootstrap: Cluster) -> AsyncIterator[EventPublisher]:
    publisher = EventPublisher(
        service="reindex", bootstrap=bootstrap, clock=SystemClock(), metrics=PublisherMetrics(new_registry())
    )
    running = asyncio.create_task(publisher.run())
    try:
        yield publisher
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def watch(lane: Lane, saying: Saying, *, every_s: float = LOOK_EVERY_S) -> None:
    """Return when everything that waits now has been gone over. Raises LogUnavailable."""
    up_to = {partition: end for partition, (_, end) in (await lane.bounds()).items()}
    of = left = await lane.left(up_to)
    while left:
        await asyncio.sleep(every_s)
        left = await lane.left(up_to)
        saying.gone_over(of - left, of)


async def cancelled(bootstrap: Cluster, topics: Topics) -> dict[str, Any]:
    """Take back every wish that waits. Raises LogUnavailable."""
    async with LogReader(bootstrap, topics.reindex) as wishes:
        lane = Lane(bootstrap=bootstrap, log=wishes, topics=topics)
        bounds = await lane.bounds()
        left = sum(end - start for start, end in bounds.values())
        await forget(bootstrap, topics.reindex.name, {p: end for p, (_, end) in bounds.items()})
    _say(f"{left} taken back; a handful may be in work")
    return {"cancelled": left}


def _tell(counts: Counts, wanted: Wanted, dry_run: bool) -> None:
    facts = counts.as_dict()
    for name, words in WORDS.items():
        if facts[name] or name == "to_do":
            _say(f"{facts[name]:>9,} {words}")
    if dry_run:
        _say(f"nothing was asked for; the highest run so far is {counts.highest_run}")
    elif wanted.run <= counts.highest_run and counts.done:
        _say(f"articles of run {counts.highest_run} stay as they are")


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
