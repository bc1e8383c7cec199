"""Server-sent events: one block an update, whatever a headline holds."""

import json

import pytest

from feeds.cursors import LogCursor
from feeds.formats import sse
from feeds.updates import update_of
from newsloom_schemas.events import FeedUpdatedV1
from tests.unit.feeds.documents import removed, updated

CURSOR = LogCursor(3, 42)


def fields(block: bytes) -> dict[str, str]:
    assert block.endswith(b"\n\n")
    lines = block.decode().rstrip("\n").splitlines()
    return dict(line.split(": ", 1) for line in lines if not line.startswith(":"))


def frame(event: FeedUpdatedV1) -> bytes:
    return update_of(event, CURSOR).frame


def test_an_upsert_is_the_event_itself_under_its_cursor() -> None:
    event = updated("a", headline="Мост")
    block = fields(frame(event))
    assert (block["id"], block["event"]) == ("3:42", "upsert")
    assert json.loads(block["data"]) == event.model_dump(mode="json", exclude_none=True)


def test_a_removal_is_named_so() -> None:
    assert fields(frame(removed("a")))["event"] == "remove"


def test_no_headline_can_end_a_block_or_forge_another() -> None:
    evil = "x\n\nevent: remove\r\rdata: y\u2028\u2029\x85\x0b\x0c\x1e end"
    block = frame(updated("a", headline=evil))
    assert len(block.decode().rstrip("\n").splitlines()) == 3
    assert json.loads(fields(block)["data"])["entry"]["headline"] == evil


def test_a_reset_says_where_to_take_the_snapshot() -> None:
    block = fields(sse.reset(CURSOR, "http://h/v1/feeds/all"))
    assert (block["id"], block["event"]) == ("3:42", "reset")
    assert json.loads(block["data"])["snapshot_url"] == "http://h/v1/feeds/all"


def test_a_heartbeat_is_a_comment_that_moves_the_cursor_and_fires_no_event() -> None:
    block = sse.beat(CURSOR)
    assert block.startswith(b":")
    assert fields(block) == {"id": "3:42"}


@pytest.mark.parametrize("number", [0, 1, 4_999])
def test_readers_are_told_to_come_back_within_three_seconds(number: int) -> None:
    assert 1_000 <= int(fields(sse.opening(number))["retry"]) < 3_000


def test_readers_are_told_to_come_back_at_different_times() -> None:
    assert len({sse.opening(number) for number in range(1_000)}) == 1_000
