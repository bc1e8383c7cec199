"""Follows every registered feed: a task for each, begun and ended as the file of sources says."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Set
from urllib.parse import urlsplit

import structlog

from ingest.desk import Desk
from ingest.door.audit import Account, account, open_account
from ingest.fetching.port import FetchFailed, FetchRefused
from ingest.importing import pace
from ingest.importing.feed_reader import DIALECT, FeedReader, Reading
from ingest.refusal import Refused
from ingest.source_profile import FeedImport, SourceProfile
from newsloom_runtime.errors import PermanentError, TransientError

LOOKS_EVERY_S = 2.0  # for feeds that were added to the file, or taken out
FIRST_WITHIN_S = 2.0
JITTER = 0.1
Feed = tuple[str, str]  # source and address
Pause = Callable[[float], Awaitable[None]]


class Importer:
    """Several processes may import the same feeds: what both find is the same event."""

    def __init__(self, desk: Desk, *, pause: Pause = asyncio.sleep) -> None:
        self._desk = desk
        self._pause = pause
        self._following: dict[Feed, asyncio.Task[None]] = {}
        self._troubles: dict[Feed, str] = {}

    def note(self) -> str | None:
        """Which feeds cannot be read, and why; None when all can. For people, without whole addresses."""
        if not self._troubles:
            return None
        told = (
            f"{source} at {urlsplit(url).hostname}: {why}" for (source, url), why in self._troubles.items()
        )
        return "feeds that are not imported: " + "; ".join(sorted(told))

    async def run(self) -> None:
        """Until cancelled. A feed that is gone is left alone until it is registered anew."""
        try:
            while True:
                await self._follow_as_registered()
                await self._pause(LOOKS_EVERY_S)
        finally:
            await self._end(set(self._following))

    async def _follow_as_registered(self) -> None:
        wanted = {
            (source, url)
            for source, profile in self._desk.sources.current().items()
            for url in (profile.feeds.urls if profile.feeds else ())
        }
        await self._end(self._following.keys() - wanted)
        for feed in self._fallen():
            del self._following[feed]
        for feed in wanted - self._following.keys():
            self._following[feed] = asyncio.create_task(self._follow(feed), name=f"import {feed[0]}")

    def _fallen(self) -> list[Feed]:
        """Feeds whose task a bug of ours has ended: they are begun again. Those that are gone stay ended."""
        ended = {feed: task for feed, task in self._following.items() if task.done() and not task.cancelled()}
        fallen = [feed for feed, task in ended.items() if task.exception() is not None]
        for feed in fallen:
            structlog.get_logger().error(
                "bug", role="import", source=feed[0], exc_info=ended[feed].exception()
            )
        return fallen

    async def _end(self, feeds: Set[Feed]) -> None:
        tasks = [self._following.pop(feed) for feed in feeds]
        for feed in feeds:
            self._troubles.pop(feed, None)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, feed: Feed) -> None:
        source, url = feed
        reader, failures = FeedReader(self._desk, source=source, url=url), 0
        await self._pause(random.uniform(0, FIRST_WITHIN_S))  # noqa: S311 - spreads load, keeps no secret
        while (habits := self._habits(feed)) is not None:
            profile, feeds = habits
            reading = await self._read(reader, feed, profile)
            if reading.outcome == "gone":
                return
            failures = failures + 1 if reading.outcome == "failed" else 0
            await self._pause(_spread(_wait(reading, feeds.every, failures)))

    def _habits(self, feed: Feed) -> tuple[SourceProfile, FeedImport] | None:
        """What the file says now; None when the feed was taken out."""
        profile = self._desk.sources.current().get(feed[0])
        feeds = profile.feeds if profile else None
        return (profile, feeds) if profile and feeds and feed[1] in feeds.urls else None

    async def _read(self, reader: FeedReader, feed: Feed, profile: SourceProfile) -> Reading:
        open_account(Account(route="import", dialect=DIALECT))
        account().source = feed[0]
        try:
            reading = await reader.read(profile)
        except (FetchRefused, FetchFailed, Refused, TransientError, PermanentError) as error:
            reading = Reading(outcome="failed", why=str(error))
        except Exception as error:  # noqa: BLE001 - what one feed holds must not end the others
            structlog.get_logger().error("bug", role="import", source=feed[0], exc_info=error)
            reading = Reading(outcome="failed", why="newsloom failed on it; the log has the place")
        self._desk.metrics.feed_polls.labels(reading.outcome).inc()
        self._remember(feed, reading)
        return reading

    def _remember(self, feed: Feed, reading: Reading) -> None:
        if not reading.why:
            self._troubles.pop(feed, None)
        elif self._troubles.get(feed) != reading.why:
            self._troubles[feed] = reading.why
            structlog.get_logger().warning(
                "feed_not_imported", source=feed[0], host=urlsplit(feed[1]).hostname, why=reading.why
            )


def _wait(reading: Reading, every: float, failures: int) -> float:
    if failures:
        return pace.after_failure(reading.headers, every=every, failures=failures)
    return pace.after_reading(reading.headers, every=every, ttl_s=reading.ttl_s)


def _spread(seconds: float) -> float:
    """A little longer, so that feeds which were begun together do not stay together."""
    return seconds * random.uniform(1, 1 + JITTER)  # noqa: S311 - spreads load, keeps no secret
