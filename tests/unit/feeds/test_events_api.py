"""The live stream over HTTP: resuming, refusing bad cursors, ending cleanly."""

import pytest

from tests.eventually import eventually
from tests.unit.feeds.documents import removed, updated
from tests.unit.feeds.fakes import MemoryLog
from tests.unit.feeds.surface import connected, surface


def a_log(records: int) -> MemoryLog:
    log = MemoryLog()
    log.append(*(updated(f"story-{number}", headline=f"headline-{number}") for number in range(records)))
    return log


async def test_a_reader_without_a_cursor_begins_now() -> None:
    async with surface(log=a_log(3)) as feeds, connected(feeds.app, "/v1/feeds/all/events") as stream:
        await eventually(lambda: stream.has("retry: ", "id: 0:3"))
        feeds.log.append(updated("new", headline="brand new"), removed("story-1"))
        await eventually(
            lambda: stream.has("id: 0:4\nevent: upsert\ndata: ", "brand new", "id: 0:5\nevent: remove")
        )
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["access-control-allow-origin"] == "*"
        assert stream.headers["cache-control"] == "no-store"
        assert "content-length" not in stream.headers
        assert not stream.has("headline-0")


async def test_a_reader_with_a_last_event_id_gets_what_came_after_it() -> None:
    async with (
        surface(log=a_log(5)) as feeds,
        connected(feeds.app, "/v1/feeds/all/events", last_event_id="0:3") as stream,
    ):
        await eventually(lambda: stream.has("headline-3", "headline-4"))
        assert not stream.has("headline-2")


async def test_the_last_event_id_counts_before_since() -> None:
    async with surface(log=a_log(5)) as feeds:
        path = "/v1/feeds/all/events"
        async with connected(feeds.app, path, query="since=0:0", last_event_id="0:4") as stream:
            await eventually(lambda: stream.has("headline-4"))
            assert not stream.has("headline-0")


async def test_the_cursor_of_a_snapshot_is_where_the_stream_goes_on() -> None:
    async with surface(log=a_log(2)) as feeds:
        cursor = (await feeds.get("/v1/feeds/all")).json()["_newsloom"]["cursor"]
        feeds.log.append(updated("after", headline="after the snapshot"))
        async with connected(feeds.app, "/v1/feeds/all/events", query=f"since={cursor}") as stream:
            await eventually(lambda: stream.has("after the snapshot"))
            assert not stream.has("headline-1")


async def test_a_cursor_that_the_log_has_forgotten_is_answered_with_a_reset() -> None:
    log = a_log(5)
    log.forget_below(0, 3)
    async with (
        surface(log=log) as feeds,
        connected(feeds.app, "/v1/feeds/all/events", last_event_id="0:1") as stream,
    ):
        await eventually(lambda: stream.has("id: 0:5\nevent: reset\ndata: "))


@pytest.mark.parametrize(
    "cursor", ["x", "-1:0", "0:-1", "0", "1:0", "7:0", "0:1:2", "0:9999999999999999999999"]
)
async def test_a_cursor_that_is_none_or_of_another_partition_is_refused(cursor: str) -> None:
    async with surface(log=a_log(1)) as feeds:
        for headers, query in (({"last_event_id": cursor}, ""), ({}, f"?since={cursor}")):
            response = await feeds.get(f"/v1/feeds/all/events{query}", **headers)
            assert response.status_code == 422
            assert response.json()["type"] == "urn:newsloom:problem:bad-cursor"


async def test_a_reader_that_hangs_up_is_let_go_at_once() -> None:
    async with surface() as feeds:
        async with connected(feeds.app, "/v1/feeds/all/events") as stream:
            await eventually(lambda: stream.has("id: 0:0"))
            assert feeds.streams.clients == 1
        assert feeds.streams.clients == 0


async def test_a_stopping_service_ends_its_streams() -> None:
    async with surface() as feeds, connected(feeds.app, "/v1/feeds/all/events") as stream:
        await eventually(lambda: stream.has("id: 0:0"))
        feeds.tail.close()
        await eventually(lambda: feeds.streams.clients == 0)


async def test_one_reader_too_many_is_asked_to_come_back_and_the_others_stay() -> None:
    async with surface(max_streams=1) as feeds, connected(feeds.app, "/v1/feeds/all/events") as stream:
        await eventually(lambda: stream.has("id: 0:0"))
        refused = await feeds.get("/v1/feeds/all/events")
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        assert refused.json()["type"] == "urn:newsloom:problem:too-many-streams"
        feeds.log.append(updated("a", headline="still served"))
        await eventually(lambda: stream.has("still served"))


async def test_a_reader_may_want_one_language_or_source_only() -> None:
    async with (
        surface() as feeds,
        connected(feeds.app, "/v1/feeds/all/events", query="language=ru") as russian,
        connected(feeds.app, "/v1/feeds/all/events", query="source=meridian&language=en") as english,
    ):
        await eventually(lambda: russian.has("id: 0:0") and english.has("id: 0:0"))
        feeds.log.append(updated("a", version=2, headline="in English"), removed("b"))
        await eventually(lambda: russian.has("id: 0:1\nevent: remove", "id: 0:2\nevent: remove"))
        await eventually(lambda: english.has("id: 0:1\nevent: upsert", "in English", "id: 0:2"))
        assert not russian.has("in English")


@pytest.mark.parametrize("query", ["language=nowhere", "source=No+Such", "language=en&language=ru"])
async def test_a_filter_that_cannot_be_read_is_refused(query: str) -> None:
    async with surface() as feeds:
        response = await feeds.get(f"/v1/feeds/all/events?{query}")
        assert response.status_code == 422
        assert response.json()["type"] == "urn:newsloom:problem:bad-parameter"


async def test_a_reset_points_to_the_snapshot_under_the_same_filter() -> None:
    log = a_log(5)
    log.forget_below(0, 3)
    path, query = "/v1/feeds/all/events", "language=en"
    async with (
        surface(log=log) as feeds,
        connected(feeds.app, path, query=query, last_event_id="0:1") as stream,
    ):
        await eventually(lambda: stream.has("event: reset\ndata: ", "/v1/feeds/all?language=en"))
