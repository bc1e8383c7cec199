"""The window: bounded as a whole, complete above each channel's floor, never with an outdated text."""

import asyncio
import random
from collections.abc import Iterable

from feeds.channel import CHUNK_BYTES, CHUNK_UPDATES, Channel
from feeds.cursors import LogCursor
from feeds.updates import Update, update_of
from feeds.window import Window
from tests.unit.feeds.documents import removed, updated
from tests.unit.feeds.streams import an_update, offsets


def a_window(max_updates: int = 1_000, max_bytes: int = 1_000_000) -> Window:
    window = Window(max_updates, max_bytes)
    window.begin({0: 0, 1: 0})
    return window


def filled(window: Window, *updates: Update) -> Channel:
    window.add(updates, {0: updates[-1].cursor.offset})
    return window.channel("all", 0)


def stories(count: int, *, start: int = 1, headline: str = "News") -> list[Update]:
    return [an_update(updated(f"story-{n}", headline=headline), n) for n in range(start, start + count)]


def test_a_place_gets_what_lies_behind_it() -> None:
    channel = filled(a_window(), *stories(10))
    assert offsets(channel.after(0)) == [*range(1, 11)]
    assert offsets(channel.after(7)) == [8, 9, 10]
    assert channel.after(10) == channel.after(99) == []


def test_a_step_is_bounded() -> None:
    step = filled(a_window(), *stories(CHUNK_UPDATES + 50)).after(0)
    assert offsets(step) == [*range(1, len(step) + 1)]
    assert len(step) <= CHUNK_UPDATES
    assert sum(len(update.frame) for update in step) <= CHUNK_BYTES
    assert len(filled(a_window(), *stories(2, headline="x" * CHUNK_BYTES)).after(0)) == 1


def test_a_removal_overtakes_what_waits_of_the_article() -> None:
    killed = an_update(updated("killed", headline="the killed text"), 1)
    other = an_update(updated("other"), 2)
    channel = filled(a_window(), killed, other, an_update(removed("killed"), 3))
    assert [(u.action, u.cursor.offset) for u in channel.after(0)] == [("upsert", 2), ("remove", 3)]
    assert channel.outdates(killed)
    assert not channel.outdates(other)


def test_a_lower_version_that_comes_late_is_not_taken() -> None:
    channel = filled(a_window(), an_update(removed("killed", version=2), 1), an_update(updated("killed"), 2))
    assert offsets(channel.after(0)) == [1]


def test_the_oldest_goes_first_and_the_floor_tells() -> None:
    window = a_window(max_updates=4)
    channel = filled(window, *stories(10))
    assert (channel.floor, window.floor(0)) == (6, 6)
    assert offsets(channel.after(channel.floor)) == [7, 8, 9, 10]


def test_the_window_is_bounded_by_bytes_too() -> None:
    window = a_window(max_bytes=50_000)
    channel = filled(window, *stories(100, headline="x" * 4_000))
    assert 3 < len(channel.after(channel.floor)) <= 10


def test_a_feed_nobody_reads_is_forgotten_with_its_last_update() -> None:
    window = a_window(max_updates=2)
    window.add([update_of(updated("a", feed="source/a"), LogCursor(1, 1))], {1: 1})
    filled(window, *stories(2))
    assert window.channel("source/a", 1).floor == 1, "a new channel, complete from the partition's floor on"


def test_a_channel_is_complete_above_its_floor_whatever_comes() -> None:
    """Against a list of everything: who holds all up to a place at or above the floor comes to hold all."""
    dice, window, everything = random.Random(4), a_window(max_updates=20), list[Update]()
    for offset in range(1, 400):
        version = dice.randrange(1, 4)
        event = updated(f"story-{dice.randrange(30)}", version=version)
        everything.append(an_update(event, offset))
        channel = filled(window, everything[-1])
        place = dice.randrange(channel.floor, offset + 1)
        known = [u for u in everything if u.cursor.offset <= place]
        assert newest(known + channel.after(place)) == newest(everything)


def newest(updates: Iterable[Update]) -> dict[str, int]:
    """The highest version of each article, which is what readers keep."""
    held: dict[str, int] = {}
    for update in updates:
        held[update.article_id] = max(held.get(update.article_id, 0), update.document_version)
    return held


async def test_who_waits_is_woken_by_the_feeds_own_updates_only() -> None:
    window = a_window()
    channel = window.channel("all", 0)
    waiting = asyncio.create_task(channel.news(60))
    await asyncio.sleep(0)
    window.add([update_of(updated("a", feed="source/a"), LogCursor(1, 1))], {1: 1})
    await asyncio.sleep(0)
    assert not waiting.done()
    filled(window, *stories(1))
    async with asyncio.timeout(5):
        await waiting


async def test_patience_ends() -> None:
    async with asyncio.timeout(5):
        await Channel(0, 0).news(0.01)
