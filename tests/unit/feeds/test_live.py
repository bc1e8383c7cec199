"""The tail: one reader of the log, whose place is the cursor of every snapshot."""

import pytest

from feeds.live import LiveTail, LogNotReached
from newsloom_store import MemoryStore
from tests.eventually import eventually
from tests.unit.feeds.documents import document, tombstone, updated
from tests.unit.feeds.fakes import CountingStore, MemoryLog, holding
from tests.unit.feeds.streams import a_log, following


async def test_before_the_log_is_reached_there_is_no_cursor_and_nothing_to_attach_to() -> None:
    tail = LiveTail(MemoryStore())
    assert tail.cursor("all") is None
    assert tail.not_ready()
    with pytest.raises(LogNotReached):
        tail.position("all")
    with pytest.raises(LogNotReached), tail.attach("all"):
        pass


async def test_the_tail_begins_at_the_end_and_its_cursor_moves_on_with_the_log() -> None:
    tail, log = LiveTail(MemoryStore()), a_log(2)
    async with following(tail, log):
        assert tail.cursor("all") == "0:2"
        log.append(updated("c"))
        await eventually(lambda: tail.cursor("all") == "0:3")


async def test_a_record_lower_than_the_store_is_never_taken_in() -> None:
    store, log = MemoryStore(), MemoryLog()
    holding(store, tombstone("killed", version=3), document("alive", version=2))
    tail = LiveTail(store)
    async with following(tail, log):
        with tail.attach("all") as channel:
            log.append(updated("killed", version=2, headline="the killed text"), updated("alive", version=2))
            await eventually(lambda: tail.cursor("all") == "0:2")
            assert [update.cursor.offset for update in channel.after(0)] == [2]


async def test_the_store_is_asked_once_for_a_batch_however_many_read() -> None:
    store, log = CountingStore(), MemoryLog()
    tail = LiveTail(store)
    async with following(tail, log):
        with tail.attach("all") as one, tail.attach("all") as other:
            log.append(updated("a"), updated("b"))
            await eventually(lambda: one.after(0) and other.after(0))
            assert one is other
        assert store.asked == 1


async def test_the_store_is_not_asked_for_feeds_nobody_listens_to() -> None:
    store, log = CountingStore(), MemoryLog()
    tail = LiveTail(store)
    async with following(tail, log):
        log.append(updated("a"))
        await eventually(lambda: tail.cursor("all") == "0:1")
        assert store.asked == 0


async def test_the_cursor_does_not_move_before_the_store_has_answered() -> None:
    store, log = CountingStore(), MemoryLog()
    tail = LiveTail(store)
    async with following(tail, log):
        with tail.attach("source/a"):
            store.answer_versions.clear()
            log.append(updated("x", feed="source/a"), updated("y", feed="source/b"))
            await eventually(lambda: store.asked == 1)
            with tail.attach("source/b") as late:
                assert tail.cursor("source/b") == "1:0", "what is read and not yet held lies above the cursor"
                store.answer_versions.set()
                await eventually(lambda: late.after(0), what="the late client gets the record")


async def test_a_tail_started_again_holds_nothing_of_before() -> None:
    tail, log = LiveTail(MemoryStore()), MemoryLog()
    async with following(tail, log):
        with tail.attach("all") as channel:
            log.append(updated("a"))
            await eventually(lambda: channel.after(0))
            async with following(tail, log):
                await eventually(lambda: channel.floor == 1)
                assert channel.after(0) == []
