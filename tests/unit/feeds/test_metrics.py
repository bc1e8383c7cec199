"""What feeds counts of its live readers, and how old an article is when they can have it."""

from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry

from feeds.cursors import LogCursor
from feeds.live import LiveTail
from feeds.metrics import FeedsMetrics
from feeds.stream import UpdateStreams
from feeds.updates import Reset
from feeds.window import Window
from newsloom_store import MemoryStore
from tests.eventually import eventually
from tests.factories import MOMENT
from tests.unit.feeds.documents import tombstone, updated
from tests.unit.feeds.fakes import MemoryLog, holding
from tests.unit.feeds.streams import a_log, first, following, take

AGE = timedelta(seconds=3)


class Clock:
    """It is three seconds after the moment."""

    def now(self) -> datetime:
        return MOMENT + AGE


@dataclass
class Room:
    """A tail and its streams, counted."""

    store: MemoryStore = field(default_factory=MemoryStore)
    window: int = 1_000
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        metrics = FeedsMetrics(self.registry)
        window, told = Window(self.window), metrics.ages(Clock())
        self.tail = LiveTail(self.store, window=window, told=told, counts=metrics)
        self.streams = UpdateStreams(self.tail, counts=metrics)

    def count(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(f"newsloom_{name}", labels)


async def test_a_reader_who_missed_something_catches_up_from_the_window_or_from_the_log() -> None:
    room, log = Room(window=2), a_log(3)
    async with following(room.tail, log):
        log.append(*(updated(f"later-{number}") for number in range(4)))
        await eventually(lambda: room.tail.cursor("all") == "0:7")
        for start, expected in ((7, 0), (6, 1), (0, 7)):
            async with aclosing(room.streams.open("all", LogCursor(0, start))) as signals:
                assert len(await take(signals, expected)) == expected
                await first(signals) if expected == 0 else None
    assert room.count("feeds_stream_catch_ups_total", **{"from": "window"}) == 1
    assert room.count("feeds_stream_catch_ups_total", **{"from": "log"}) == 1
    assert room.count("feeds_updates_sent_total") == 8


async def test_a_reader_whom_the_log_has_forgotten_is_reset() -> None:
    room, log = Room(), a_log(10)
    log.forget_below(0, 5)
    async with following(room.tail, log), aclosing(room.streams.open("all", LogCursor(0, 1))) as signals:
        assert [type(await first(signals)) for _ in range(2)][-1] is Reset
    assert room.count("feeds_stream_resets_total", why="log-too-short") == 1


async def test_an_update_that_the_store_has_gone_beyond_is_passed_over() -> None:
    room, log = Room(), MemoryLog()
    holding(room.store, tombstone("killed", version=3))
    async with following(room.tail, log):
        with room.tail.attach("all"):
            log.append(updated("killed", version=2), updated("alive"))
            await eventually(lambda: room.tail.cursor("all") == "0:2")
    assert room.count("feeds_updates_passed_over_total", why="older-than-the-store") == 1


async def test_a_new_revision_has_its_age_once_however_many_feeds_it_is_in() -> None:
    room, log = Room(), MemoryLog()
    new = {"accepted_at": MOMENT, "source_class": "wire"}
    async with following(room.tail, log):
        log.append(
            updated("news").model_copy(update=new),
            updated("news", feed="source/meridian").model_copy(update=new),
            updated("told again"),
        )
        await eventually(lambda: room.tail.cursor("all") == "0:2")
        await eventually(lambda: room.count("article_age_seconds_count", at="feed", source_class="wire"))
    labels = {"at": "feed", "source_class": "wire"}
    assert room.count("article_age_seconds_count", **labels) == 1
    assert room.count("article_age_seconds_sum", **labels) == AGE.total_seconds()
    assert room.count("article_age_seconds_count", at="feed", source_class="desk") is None
