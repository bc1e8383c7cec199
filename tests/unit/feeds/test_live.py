"""The fan-out: one reader of the log, many clients, none of whom can slow or starve the others."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest

from feeds.cursors import LogCursor
from feeds.live import LiveTail, LogNotReached, Mailbox
from feeds.updates import Update
from newsloom_store import MemoryStore
from tests.eventually import eventually
from tests.unit.feeds.documents import document, removed, tombstone, updated
from tests.unit.feeds.fakes import CountingStore, MemoryLog, holding


@asynccontextmanager
async def following(tail: LiveTail, log: MemoryLog) -> AsyncIterator[None]:
    """The tail, reading the log."""
    task = asyncio.create_task(tail.run(log))
    await eventually(lambda: tail.not_ready() is None)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


@contextmanager
def mailbox(limit: int = 10) -> Iterator[Mailbox]:
    yield Mailbox(LogCursor(0, 0), limit)


def an_update(external_id: str = "a", offset: int = 1) -> Update:
    return Update(cursor=LogCursor(0, offset), event=updated(external_id))


async def test_before_the_log_is_reached_there_is_no_cursor_and_nothing_to_attach_to() -> None:
    tail = LiveTail(MemoryStore())
    assert tail.cursor("all") is None
    assert tail.not_ready()
    with pytest.raises(LogNotReached):
        tail.position("all")


async def test_the_tail_begins_at_the_end_and_its_cursor_moves_on_with_the_log() -> None:
    tail, log = LiveTail(MemoryStore()), MemoryLog()
    log.append(updated("a"), updated("b"))
    async with following(tail, log):
        assert tail.cursor("all") == "0:2"
        log.append(updated("c"))
        await eventually(lambda: tail.cursor("all") == "0:3")


async def test_each_client_gets_the_updates_of_its_own_feed() -> None:
    tail, log = LiveTail(MemoryStore()), MemoryLog()
    async with following(tail, log):
        with tail.attach("all") as everything, tail.attach("source/meridian") as one:
            log.append(updated("a"), updated("a", feed="source/meridian"), updated("b"))
            first, second = await everything.take(5), await everything.take(5)
            assert first is not None
            assert second is not None
            assert [str(first.cursor), str(second.cursor)] == ["0:1", "0:2"]
            only = await one.take(5)
            assert only is not None
            assert only.event.feed_id == "source/meridian"
            assert await one.take(0) is None


async def test_a_record_lower_than_the_store_is_never_shown() -> None:
    store, log = MemoryStore(), MemoryLog()
    holding(store, tombstone("killed", version=3), document("alive", version=2))
    tail = LiveTail(store)
    async with following(tail, log):
        with tail.attach("all") as client:
            log.append(updated("killed", version=2, headline="the killed text"), updated("alive", version=2))
            shown = await client.take(5)
            assert shown is not None
            assert shown.event.article_id == document("alive").article_id
            assert await client.take(0) is None


async def test_the_store_is_not_asked_for_feeds_nobody_listens_to() -> None:
    store, log = CountingStore(), MemoryLog()
    tail = LiveTail(store)
    async with following(tail, log):
        log.append(updated("a"))
        await eventually(lambda: tail.cursor("all") == "0:1")
        assert store.asked == 0


async def test_a_client_that_comes_while_the_store_is_asked_is_sent_to_the_log() -> None:
    store, log = CountingStore(), MemoryLog()
    tail = LiveTail(store)
    async with following(tail, log):
        with tail.attach("source/a"):
            store.answer_versions.clear()
            log.append(updated("x", feed="source/a"), updated("y", feed="source/b"))
            await eventually(lambda: store.asked == 1)
            with tail.attach("source/b") as late:
                assert late.since == LogCursor(1, 0)
                store.answer_versions.set()
                await eventually(lambda: late.overrun, what="the late client reads the record itself")


async def test_a_slow_client_loses_its_mailbox_and_the_others_lose_nothing() -> None:
    tail, log = LiveTail(MemoryStore(), mailbox_updates=3), MemoryLog()
    async with following(tail, log):
        with tail.attach("all") as slow, tail.attach("all") as quick:
            for number in range(10):
                log.append(updated(f"story-{number}"))
                taken = await quick.take(5)
                assert taken is not None
                assert taken.cursor.offset == number + 1
            assert slow.overrun
            assert not quick.overrun
            assert await slow.take(0) is None


async def test_a_removal_takes_back_what_still_waits_of_the_article() -> None:
    with mailbox() as box:
        box.offer(an_update("killed", 1))
        box.offer(an_update("other", 2))
        box.offer(Update(cursor=LogCursor(0, 3), event=removed("killed")))
        assert box.takes_back(removed("killed").article_id)
        first, second = await box.take(0), await box.take(0)
        assert first is not None
        assert second is not None
        assert (first.cursor.offset, second.event.action) == (2, "remove")


async def test_a_client_that_leaves_is_forgotten() -> None:
    tail, log = LiveTail(MemoryStore()), MemoryLog()
    async with following(tail, log):
        with tail.attach("all"):
            assert tail.clients == 1
        assert tail.clients == 0


async def test_a_tail_started_again_sends_its_clients_to_the_log() -> None:
    tail, log = LiveTail(MemoryStore()), MemoryLog()
    async with following(tail, log):
        with tail.attach("all") as client:
            async with following(tail, log):
                await eventually(lambda: client.overrun)
