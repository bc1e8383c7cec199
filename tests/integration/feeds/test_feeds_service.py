"""What publish writes and tells is what readers see: on a real Kafka and a real mongod, over HTTP."""

import asyncio

import feedparser

from newsloom_schemas.document import StoredArticleV3
from tests.conftest import Stack
from tests.eventually import eventually
from tests.integration.feeds.newsroom import Newsroom, newsroom, serving
from tests.integration.feeds.sse_client import ServerEvent, listening
from tests.unit.feeds.documents import article_id, document, removed, tombstone, updated

EVENTS = "/v1/feeds/all/events"


async def publish(room: Newsroom, external_id: str, *, version: int = 1, minutes: int = 0) -> StoredArticleV3:
    """Store a version of an article and tell the feed `all`."""
    stored = document(external_id, version=version, minutes=minutes)
    await room.write(stored, replaces=version - 1 or None)
    await room.emit(updated(external_id, version=version, headline=f"{external_id} v{version}"))
    return stored


def told(events: list[ServerEvent]) -> list[tuple[str, str, int]]:
    return [(event.name, event.data["article_id"], event.data["document_version"]) for event in events]


async def test_what_is_in_the_store_is_in_every_form_of_the_feed(stack: Stack) -> None:
    async with newsroom(stack) as room:
        for minutes, name in enumerate(("first", "second", "third")):
            await publish(room, name, minutes=minutes)
        expected = [article_id(name) for name in ("third", "second", "first")]
        page = (await room.http.get("/v1/feeds/all?limit=2")).json()
        rest = (await room.http.get(f"/v1/feeds/all?{page['next_url'].split('?')[1]}")).json()
        assert [item["id"] for item in page["items"] + rest["items"]] == expected
        rss = feedparser.parse((await room.http.get("/v1/feeds/source/meridian.rss")).content)
        assert [entry.id for entry in rss.entries] == expected
        counted = (await room.http.get("/v1/feeds")).json()["feeds"]
        assert {line["id"]: line["articles"] for line in counted} == {"all": 3, "source/meridian": 3}
        found = await room.http.get("/v1/articles", params={"source": "meridian", "external_id": "first"})
        assert found.json()["article_id"] == article_id("first")


async def test_a_kill_reaches_every_address_and_the_live_readers(stack: Stack) -> None:
    async with newsroom(stack) as room, listening(room.http, EVENTS) as reader:
        await reader.opened()
        await publish(room, "doomed")
        assert told([await reader.next()]) == [("upsert", article_id("doomed"), 1)]
        await room.write(tombstone("doomed", version=2), replaces=1)
        await room.emit(
            updated("doomed", version=1, headline="by a publisher long replaced"), removed("doomed")
        )
        assert told([await reader.next()]) == [("remove", article_id("doomed"), 2)]
        assert (await room.http.get(f"/v1/articles/{article_id('doomed')}")).status_code == 410
        assert (await room.http.get("/v1/feeds/all")).json()["items"] == []


async def test_a_reader_that_reconnects_gets_everything_once_and_in_order(stack: Stack) -> None:
    async with newsroom(stack) as room:
        async with listening(room.http, EVENTS) as reader:
            await reader.opened()
            for number in range(5):
                await publish(room, f"story-{number}")
            seen = await reader.several(3)
        for number in range(5, 20):
            await publish(room, f"story-{number}")
        async with listening(room.http, EVENTS, reader.last_event_id) as again:
            seen += await again.several(15)
            for number in range(20, 25):
                await publish(room, f"story-{number}")
            seen += await again.several(7)
        assert told(seen) == [("upsert", article_id(f"story-{n}"), 1) for n in range(25)]


async def test_a_snapshot_and_its_cursor_give_the_same_as_the_store(stack: Stack) -> None:
    async with newsroom(stack) as room:
        writing = asyncio.create_task(_keep_writing(room))
        await asyncio.wait({writing}, timeout=0.3)
        page = (await room.http.get("/v1/feeds/all?limit=200")).json()
        held = {item["id"]: item["_newsloom"]["document_version"] for item in page["items"]}
        await writing
        expected = await _held_by_the_store(room)
        async with listening(room.http, f"{EVENTS}?since={page['_newsloom']['cursor']}") as reader:
            while held != expected:
                _fold(held, await reader.next())


async def _keep_writing(room: Newsroom) -> None:
    """Every third article is corrected, every fifth killed."""
    for number in range(60):
        name, version = f"story-{number}", 1
        await publish(room, name)
        if number % 3 == 2:
            version = 2
            await publish(room, name, version=version)
        if number % 5 == 4:
            await room.write(tombstone(name, version=version + 1), replaces=version)
            await room.emit(removed(name, version=version + 1))


async def _held_by_the_store(room: Newsroom) -> dict[str, int]:
    page = await room.store.feed_page("all", limit=200)
    return {stored.article_id: stored.document_version for stored in page}


def _fold(held: dict[str, int], event: ServerEvent) -> None:
    """What every reader is told to do: keep the highest version, drop what is removed."""
    told_id, version = event.data["article_id"], event.data["document_version"]
    if version < held.get(told_id, 0):
        return
    if event.name == "remove":
        held.pop(told_id, None)
    else:
        held[told_id] = version


async def test_a_stalled_reader_catches_up_in_order_and_holds_up_nobody(stack: Stack) -> None:
    async with newsroom(stack) as room:
        async with listening(room.http, EVENTS) as stalled, listening(room.http, EVENTS) as quick:
            await stalled.opened()
            await quick.opened()
            for start in range(0, 4_000, 200):
                await room.emit(
                    *(updated(f"story-{n}", headline="x" * 4_000) for n in range(start, start + 200))
                )
                await quick.several(200)
            events = await stalled.several(4_000)
        assert [event.data["article_id"] for event in events] == [
            article_id(f"story-{n}") for n in range(4_000)
        ]


async def test_cursors_at_the_edges_of_the_log(stack: Stack) -> None:
    async with newsroom(stack) as room:
        for number in range(3):
            await publish(room, f"story-{number}")
        partition = (await room.http.get("/v1/feeds/all")).json()["_newsloom"]["cursor"].split(":")[0]
        async with listening(room.http, EVENTS, f"{partition}:0") as from_the_start:
            assert len(told(await from_the_start.several(3))) == 3
        async with listening(room.http, EVENTS, f"{partition}:4") as ahead:
            await ahead.opened()
            for number in range(3, 6):
                await publish(room, f"story-{number}")
            assert told(await ahead.several(2)) == [("upsert", article_id(f"story-{n}"), 1) for n in (4, 5)]
        for bad in ("x", "-1:0", f"{partition}:-1", f"{int(partition) + 1}:0"):
            assert (await room.http.get(EVENTS, headers={"Last-Event-ID": bad})).status_code == 422


async def test_a_cursor_below_the_oldest_record_is_reset_and_the_stream_goes_on(stack: Stack) -> None:
    async with newsroom(stack) as room:
        for number in range(4):
            await publish(room, f"story-{number}")

        async def cursor_behind_all_four() -> str | None:
            cursor: str = (await room.http.get("/v1/feeds/all")).json()["_newsloom"]["cursor"]
            return cursor if cursor.endswith(":4") else None

        partition = (await eventually(cursor_behind_all_four, what="the tail behind all four")).split(":")[0]
        await room.forget_below(int(partition), 3)
        async with listening(room.http, EVENTS, f"{partition}:2") as remembered:
            assert told(await remembered.several(2)) == [
                ("upsert", article_id(f"story-{n}"), 1) for n in (2, 3)
            ]
        async with serving(room.settings, room.updates) as later:  # it never saw the four go by
            async with listening(later, EVENTS, f"{partition}:2") as expired:
                told_so = await expired.next()
                assert (told_so.name, told_so.cursor) == ("reset", f"{partition}:4")
                await publish(room, "after")
                assert told([await expired.next()]) == [("upsert", article_id("after"), 1)]
            async with listening(later, EVENTS, f"{partition}:3") as kept:
                assert told(await kept.several(1)) == [("upsert", article_id("story-3"), 1)]
