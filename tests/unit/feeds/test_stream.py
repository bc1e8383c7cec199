"""A client's stream: what it has not seen from the log, then live, without a gap and in order."""

import asyncio
from contextlib import aclosing

import pytest

from feeds.cursors import LogCursor
from feeds.updates import Batch, Beat, Reset, Signal
from tests.eventually import eventually
from tests.unit.feeds.documents import document, removed, tombstone, updated
from tests.unit.feeds.fakes import CountingStore, MemoryLog, holding
from tests.unit.feeds.streams import a_log, first, following, live, offsets, take


async def test_a_stream_begins_with_its_place_so_that_a_client_without_an_event_can_resume() -> None:
    async with live(log=a_log(3)) as parts, aclosing(parts.streams.open("all", None)) as signals:
        assert await first(signals) == Beat(cursor=LogCursor(0, 3))


async def test_a_cursor_reads_on_from_the_log_and_then_live_without_gap_or_double() -> None:
    async with live(log=a_log(10)) as parts, aclosing(parts.streams.open("all", LogCursor(0, 4))) as signals:
        caught_up = await take(signals, 6)
        parts.log.append(updated("live-1"), updated("live-2"))
        assert offsets(caught_up + await take(signals, 2)) == [5, 6, 7, 8, 9, 10, 11, 12]


async def test_the_cursor_of_a_batch_is_that_of_its_last_update() -> None:
    async with live(log=a_log(10)) as parts, aclosing(parts.streams.open("all", LogCursor(0, 0))) as signals:
        await first(signals)
        batch = await first(signals)
        assert isinstance(batch, Batch)
        assert batch.cursor == batch.updates[-1].cursor


async def test_what_is_written_during_the_catch_up_follows_it() -> None:
    async with live(log=a_log(450)) as parts, aclosing(parts.streams.open("all", LogCursor(0, 0))) as signals:
        begun = await take(signals, 1)
        assert len(begun) < 450, "a catch-up goes out in bounded steps"
        parts.log.append(*(updated(f"late-{number}") for number in range(5)))
        assert offsets(begun + await take(signals, 455 - len(begun))) == [*range(1, 456)]


async def test_a_step_of_large_updates_is_bounded_by_its_bytes() -> None:
    async with (
        live(log=a_log(40, headline="x" * 4_000)) as parts,
        aclosing(parts.streams.open("all", LogCursor(0, 0))) as signals,
    ):
        assert len(await take(signals, 1)) < 20


async def test_what_the_window_holds_is_not_read_from_the_log() -> None:
    async with live(log=a_log(10)) as parts:
        parts.log.append(*(updated(f"late-{number}") for number in range(10)))
        await eventually(lambda: parts.tail.cursor("all") == "0:20")
        async with aclosing(parts.streams.open("all", LogCursor(0, 12))) as signals:
            assert offsets(await take(signals, 8)) == [*range(13, 21)]
        assert parts.log.pages == []


async def test_a_hundred_readers_who_are_behind_share_what_is_read_of_the_log() -> None:
    log = a_log(1_200)
    async with live(log=log) as parts:
        log.readable.clear()
        streams = [parts.streams.open("all", LogCursor(0, start)) for start in range(0, 1_000, 10)]
        readers = [asyncio.create_task(take(one, 1_200 - 10 * n)) for n, one in enumerate(streams)]
        await eventually(
            lambda: len(log.pages) == 2, what="two pages, the grid's first and second, asked for"
        )
        log.readable.set()
        for start, seen in zip(range(0, 1_000, 10), await asyncio.gather(*readers), strict=True):
            assert offsets(seen) == [*range(start + 1, 1_201)]
        assert sorted(log.pages) == [(0, 0, 500), (0, 500, 1_000), (0, 1_000, 1_200)]
        for stream in streams:
            await stream.aclose()


async def test_readers_who_are_behind_share_what_is_asked_of_the_store() -> None:
    store = CountingStore()
    async with live(log=a_log(100), store=store) as parts:
        streams = [parts.streams.open("all", LogCursor(0, 0)) for _ in range(50)]
        await asyncio.gather(*(take(one, 100) for one in streams))
        assert store.asked <= 2
        for stream in streams:
            await stream.aclose()


async def test_a_reader_who_leaves_takes_no_page_away_from_the_others() -> None:
    log = a_log(10)
    async with live(log=log) as parts:
        log.readable.clear()
        leaving, staying = (parts.streams.open("all", LogCursor(0, 0)) for _ in range(2))
        gone, stays = (asyncio.create_task(take(one, 10)) for one in (leaving, staying))
        await eventually(lambda: log.pages)
        gone.cancel()
        await asyncio.wait({gone})
        log.readable.set()
        assert len(await stays) == 10
        await staying.aclose()


async def test_a_catch_up_gives_only_the_feed_asked_for() -> None:
    log = MemoryLog()
    log.append(updated("a", feed="source/a"), updated("b", feed="source/b"), updated("c", feed="source/a"))
    async with live(log=log) as parts, aclosing(parts.streams.open("source/a", LogCursor(1, 0))) as signals:
        assert offsets(await take(signals, 2)) == [1, 3]


async def test_a_catch_up_never_shows_a_killed_text() -> None:
    log = MemoryLog()
    log.append(updated("killed", headline="the killed text"), updated("kept"), removed("killed", version=2))
    async with live(log=log) as parts:
        holding(parts.store, tombstone("killed", version=2), document("kept"))
        async with aclosing(parts.streams.open("all", LogCursor(0, 0))) as signals:
            assert offsets(await take(signals, 2)) == [2, 3]


async def test_a_text_in_the_window_is_not_shown_after_the_store_has_gone_beyond_it() -> None:
    async with live() as parts:
        parts.log.append(updated("killed", headline="the killed text"), updated("kept"))
        await eventually(lambda: parts.tail.cursor("all") == "0:2")
        holding(parts.store, tombstone("killed", version=2), document("kept"))
        async with aclosing(parts.streams.open("all", LogCursor(0, 0))) as signals:
            assert offsets(await take(signals, 1)) == [2]


async def test_a_kill_during_the_catch_up_takes_back_the_texts_already_read() -> None:
    log = a_log(250)
    log.append(updated("doomed", headline="the killed text"))
    async with live(log=log) as parts, aclosing(parts.streams.open("all", LogCursor(0, 0))) as signals:
        begun = await take(signals, 1)  # the page is read; "doomed" is in hand and not sent yet
        assert len(begun) < 250
        parts.log.append(removed("doomed", version=2))
        await eventually(lambda: parts.tail.cursor("all") == "0:252")
        rest = await take(signals, 251 - len(begun))
        assert offsets(begun + rest) == [*range(1, 251), 252]


async def test_a_slow_client_catches_up_from_the_log_in_order() -> None:
    async with live(window=3) as parts, aclosing(parts.streams.open("all", None)) as signals:
        await first(signals)
        for number in range(50):
            parts.log.append(updated(f"story-{number}"))
        await eventually(lambda: parts.tail.cursor("all") == "0:50")
        assert offsets(await take(signals, 50)) == [*range(1, 51)]
        assert parts.log.pages, "the window holds three, so the rest came from the log"


async def test_a_slow_client_loses_the_window_and_the_others_lose_nothing() -> None:
    async with (
        live(window=3) as parts,
        aclosing(parts.streams.open("all", None)) as slow,
        aclosing(parts.streams.open("all", None)) as quick,
    ):
        await first(slow)
        await first(quick)
        for number in range(20):
            parts.log.append(updated(f"story-{number}"))
            assert offsets(await take(quick, 1)) == [number + 1]
        assert parts.log.pages == []
        assert offsets(await take(slow, 20)) == [*range(1, 21)]


async def test_a_cursor_older_than_the_log_is_told_to_take_a_snapshot_and_goes_on_live() -> None:
    log = a_log(10)
    log.forget_below(0, 5)
    async with live(log=log) as parts, aclosing(parts.streams.open("all", LogCursor(0, 2))) as signals:
        await first(signals)
        assert await first(signals) == Reset(cursor=LogCursor(0, 10))
        parts.log.append(updated("after"))
        assert offsets(await take(signals, 1)) == [11]


async def test_a_log_that_forgets_while_a_slow_client_is_away_resets_it_instead_of_leaving_a_gap() -> None:
    async with live(window=3) as parts, aclosing(parts.streams.open("all", None)) as signals:
        await first(signals)
        parts.log.append(*(updated(f"story-{number}") for number in range(50)))
        await eventually(lambda: parts.tail.cursor("all") == "0:50")
        parts.log.forget_below(0, 20)
        assert await first(signals) == Reset(cursor=LogCursor(0, 50))


async def test_a_cursor_at_the_oldest_record_kept_needs_no_snapshot() -> None:
    log = a_log(10)
    log.forget_below(0, 5)
    async with live(log=log) as parts, aclosing(parts.streams.open("all", LogCursor(0, 5))) as signals:
        assert offsets(await take(signals, 5)) == [6, 7, 8, 9, 10]


async def test_a_cursor_beyond_the_end_waits_until_the_log_has_come_there() -> None:
    async with (
        live(log=a_log(2), beat=0.01) as parts,
        aclosing(parts.streams.open("all", LogCursor(0, 4))) as signals,
    ):
        assert {await first(signals) for _ in range(3)} == {Beat(cursor=LogCursor(0, 4))}
        parts.log.append(updated("c"), updated("d"), updated("e"))
        assert offsets(await take(signals, 1)) == [5]


async def test_a_quiet_feed_moves_its_cursor_on_with_the_heartbeat() -> None:
    async with live(beat=0.01) as parts, aclosing(parts.streams.open("source/quiet", None)) as signals:
        assert (await first(signals)).cursor.offset == 0
        parts.log.append(updated("a", feed="source/busy"), updated("b", feed="source/busy"))
        while (await first(signals)).cursor.offset != 2:
            pass


async def test_a_quiet_reader_is_not_sent_to_the_log_when_other_feeds_fill_the_window() -> None:
    async with live(window=3) as parts, aclosing(parts.streams.open("source/quiet", None)) as signals:
        await first(signals)
        parts.log.append(*(updated(f"story-{n}", feed="source/busy") for n in range(10)))
        await eventually(lambda: parts.tail.cursor("source/quiet") == "1:10")
        parts.log.append(updated("mine", feed="source/quiet"))
        assert offsets(await take(signals, 1)) == [11]
        assert parts.log.pages == []


async def test_what_is_written_while_the_log_was_away_is_read_when_it_is_back() -> None:
    async with live() as parts:
        signals = parts.streams.open("all", None)
        await first(signals)
        parts.log.append(updated("before"))
        assert offsets(await take(signals, 1)) == [1]
    parts.log.append(updated("meanwhile-1"), updated("meanwhile-2"))
    async with following(parts.tail, parts.log), aclosing(signals):
        parts.log.append(updated("after"))
        assert offsets(await take(signals, 3)) == [2, 3, 4]


async def test_streams_end_when_the_service_stops() -> None:
    async with live() as parts, aclosing(parts.streams.open("all", None)) as signals:
        await first(signals)
        waiting: asyncio.Task[Signal] = asyncio.create_task(first(signals))
        await asyncio.sleep(0)
        parts.tail.close()
        with pytest.raises(StopAsyncIteration):
            await waiting


async def test_a_stream_that_is_behind_ends_too_when_the_service_stops() -> None:
    async with live(log=a_log(900)) as parts, aclosing(parts.streams.open("all", LogCursor(0, 0))) as signals:
        seen = await take(signals, 1)
        parts.tail.close()
        seen += [update async for signal in signals if isinstance(signal, Batch) for update in signal.updates]
        assert offsets(seen) == [*range(1, len(seen) + 1)]
        assert len(seen) < 900


async def test_a_client_that_leaves_leaves_nothing_behind() -> None:
    store = CountingStore()
    async with live(store=store) as parts:
        async with aclosing(parts.streams.open("all", None)) as signals:
            await first(signals)
        parts.log.append(updated("a"))
        await eventually(lambda: parts.tail.cursor("all") == "0:1")
        assert store.asked == 0, "nobody reads the feed any more"
