"""A client's stream: what it has not seen from the log, then live, without a gap and in order."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

import pytest

from feeds.cursors import LogCursor
from feeds.live import LiveTail
from feeds.stream import UpdateStreams
from feeds.updates import Beat, Reset, Signal, Update
from newsloom_store import MemoryStore
from tests.eventually import eventually
from tests.unit.feeds.documents import document, removed, tombstone, updated
from tests.unit.feeds.fakes import MemoryLog, holding
from tests.unit.feeds.test_live import following


@dataclass(frozen=True, kw_only=True)
class Live:
    log: MemoryLog
    store: MemoryStore
    tail: LiveTail
    streams: UpdateStreams


@asynccontextmanager
async def live(
    *, log: MemoryLog | None = None, mailbox: int = 100, beat: float = 60, window: int = 4
) -> AsyncIterator[Live]:
    log, store = log or MemoryLog(), MemoryStore()
    tail = LiveTail(store, mailbox_updates=mailbox)
    async with following(tail, log):
        yield Live(
            log=log,
            store=store,
            tail=tail,
            streams=UpdateStreams(tail, store, beat_seconds=beat, window=window),
        )


def a_log(records: int) -> MemoryLog:
    log = MemoryLog()
    log.append(*(updated(f"story-{number}") for number in range(records)))
    return log


async def take(signals: AsyncGenerator[Signal, None], count: int) -> list[Signal]:
    async with asyncio.timeout(5):
        return [await anext(signals) for _ in range(count)]


def offsets(signals: list[Signal]) -> list[int]:
    return [signal.cursor.offset for signal in signals]


async def test_a_stream_begins_with_its_place_so_that_a_client_without_an_event_can_resume() -> None:
    async with live(log=a_log(3)) as parts, aclosing(parts.streams.open("all", None)) as signals:
        assert await take(signals, 1) == [Beat(cursor=LogCursor(0, 3))]


async def test_a_cursor_reads_on_from_the_log_and_then_live_without_gap_or_double() -> None:
    async with live(log=a_log(10)) as parts, aclosing(parts.streams.open("all", LogCursor(0, 4))) as signals:
        caught_up = await take(signals, 7)
        parts.log.append(updated("live-1"), updated("live-2"))
        assert offsets(caught_up + await take(signals, 2)) == [4, 5, 6, 7, 8, 9, 10, 11, 12]


async def test_what_is_written_during_the_catch_up_follows_it() -> None:
    async with live(log=a_log(10)) as parts, aclosing(parts.streams.open("all", LogCursor(0, 0))) as signals:
        begun = await take(signals, 3)
        parts.log.append(*(updated(f"late-{number}") for number in range(5)))
        assert offsets(begun + await take(signals, 13)) == [0, *range(1, 16)]


async def test_a_catch_up_reads_the_log_in_bounded_steps() -> None:
    async with (
        live(log=a_log(10), window=4) as parts,
        aclosing(parts.streams.open("all", LogCursor(0, 0))) as signals,
    ):
        await take(signals, 11)
        assert parts.log.reads == [(0, 0, 4), (0, 4, 8), (0, 8, 10)]


async def test_a_catch_up_gives_only_the_feed_asked_for() -> None:
    log = MemoryLog()
    log.append(updated("a", feed="source/a"), updated("b", feed="source/b"), updated("c", feed="source/a"))
    async with live(log=log) as parts, aclosing(parts.streams.open("source/a", LogCursor(1, 0))) as signals:
        _, first, second = await take(signals, 3)
        assert offsets([first, second]) == [1, 3]


async def test_a_catch_up_never_shows_a_killed_text() -> None:
    log = MemoryLog()
    log.append(updated("killed", headline="the killed text"), updated("kept"), removed("killed", version=2))
    async with live(log=log) as parts:
        holding(parts.store, tombstone("killed", version=2), document("kept"))
        async with aclosing(parts.streams.open("all", LogCursor(0, 0))) as signals:
            _, *shown = await take(signals, 3)
            assert offsets(shown) == [2, 3]


async def test_a_kill_during_the_catch_up_takes_back_the_texts_already_read() -> None:
    log = a_log(2)
    log.append(updated("doomed", headline="the killed text"))
    async with live(log=log) as parts, aclosing(parts.streams.open("all", LogCursor(0, 0))) as signals:
        begun = await take(signals, 2)  # the step is read; "doomed" is in hand and not sent yet
        holding(parts.store, tombstone("doomed", version=2))
        parts.log.append(removed("doomed", version=2))
        assert parts.tail.cursor("all") == "0:3"
        await eventually(lambda: parts.tail.cursor("all") == "0:4")
        rest = await take(signals, 2)
        assert offsets(begun + rest) == [0, 1, 2, 4]


async def test_a_slow_client_catches_up_from_the_log_in_order() -> None:
    async with live(mailbox=3) as parts, aclosing(parts.streams.open("all", None)) as signals:
        await take(signals, 1)
        waiting = asyncio.create_task(anext(signals))
        await asyncio.sleep(0)
        for number in range(50):
            parts.log.append(updated(f"story-{number}"))
            await asyncio.sleep(0)
        await eventually(lambda: parts.tail.cursor("all") == "0:50")
        assert offsets([await waiting, *await take(signals, 49)]) == list(range(1, 51))
        assert parts.log.reads, "the mailbox holds three, so the rest came from the log"


async def test_a_cursor_older_than_the_log_is_told_to_take_a_snapshot_and_goes_on_live() -> None:
    log = a_log(10)
    log.forget_below(0, 5)
    async with live(log=log) as parts, aclosing(parts.streams.open("all", LogCursor(0, 2))) as signals:
        _, told = await take(signals, 2)
        assert told == Reset(cursor=LogCursor(0, 10))
        parts.log.append(updated("after"))
        assert offsets(await take(signals, 1)) == [11]


async def test_a_cursor_at_the_oldest_record_kept_needs_no_snapshot() -> None:
    log = a_log(10)
    log.forget_below(0, 5)
    async with live(log=log) as parts, aclosing(parts.streams.open("all", LogCursor(0, 5))) as signals:
        assert offsets(await take(signals, 6)) == [5, 6, 7, 8, 9, 10]


async def test_a_cursor_beyond_the_end_waits_until_the_log_has_come_there() -> None:
    async with (
        live(log=a_log(2), beat=0.01) as parts,
        aclosing(parts.streams.open("all", LogCursor(0, 4))) as signals,
    ):
        assert set(await take(signals, 3)) == {Beat(cursor=LogCursor(0, 4))}
        parts.log.append(updated("c"), updated("d"), updated("e"))
        seen: list[Signal] = []
        while not any(isinstance(signal, Update) for signal in seen):
            seen += await take(signals, 1)
        assert seen[-1].cursor == LogCursor(0, 5)


async def test_a_quiet_feed_moves_its_cursor_on_with_the_heartbeat() -> None:
    async with live(beat=0.01) as parts, aclosing(parts.streams.open("source/quiet", None)) as signals:
        assert offsets(await take(signals, 1)) == [0]
        parts.log.append(updated("a", feed="source/busy"), updated("b", feed="source/busy"))
        while (await take(signals, 1))[0].cursor.offset != 2:
            pass


async def test_what_is_written_while_the_log_was_away_is_read_when_it_is_back() -> None:
    log, store = MemoryLog(), MemoryStore()
    tail = LiveTail(store)
    async with following(tail, log):
        signals = UpdateStreams(tail, store, beat_seconds=60).open("all", None)
        await take(signals, 1)
        log.append(updated("before"))
        assert offsets(await take(signals, 1)) == [1]
    log.append(updated("meanwhile-1"), updated("meanwhile-2"))
    async with following(tail, log), aclosing(signals):
        log.append(updated("after"))
        assert offsets(await take(signals, 3)) == [2, 3, 4]


async def test_streams_end_when_the_service_stops() -> None:
    async with live() as parts, aclosing(parts.streams.open("all", None)) as signals:
        await take(signals, 1)
        waiting = asyncio.create_task(anext(signals))
        await asyncio.sleep(0)
        parts.tail.close()
        with pytest.raises(StopAsyncIteration):
            await waiting


async def test_a_client_that_leaves_gives_its_place_back() -> None:
    async with live(log=a_log(3)) as parts:
        async with aclosing(parts.streams.open("all", LogCursor(0, 0))) as signals:
            await take(signals, 2)
            assert parts.tail.clients == 1
        assert parts.tail.clients == 0
