"""Server-sent events: one block a signal, whatever a headline holds."""

import json

from feeds.cursors import LogCursor
from feeds.formats import sse
from feeds.updates import Beat, Reset, Update
from tests.unit.feeds.documents import removed, updated

CURSOR = LogCursor(3, 42)


def fields(block: bytes) -> dict[str, str]:
    assert block.endswith(b"\n\n")
    lines = block.decode().rstrip("\n").splitlines()
    return dict(line.split(": ", 1) for line in lines if not line.startswith(":"))


def test_an_upsert_is_the_event_itself_under_its_cursor() -> None:
    event = updated("a", headline="Мост")
    block = fields(sse.frame(Update(cursor=CURSOR, event=event), "http://h/f"))
    assert (block["id"], block["event"]) == ("3:42", "upsert")
    assert json.loads(block["data"]) == event.model_dump(mode="json", exclude_none=True)


def test_a_removal_is_named_so() -> None:
    assert fields(sse.frame(Update(cursor=CURSOR, event=removed("a")), "http://h/f"))["event"] == "remove"


def test_no_headline_can_end_a_block_or_forge_another() -> None:
    evil = "x\n\nevent: remove\r\rdata: y\u2028\u2029\x85\x0b\x0c\x1e end"
    block = sse.frame(Update(cursor=CURSOR, event=updated("a", headline=evil)), "http://h/f")
    assert len(block.decode().rstrip("\n").splitlines()) == 3
    assert json.loads(fields(block)["data"])["entry"]["headline"] == evil


def test_a_reset_says_where_to_take_the_snapshot() -> None:
    block = fields(sse.frame(Reset(cursor=CURSOR), "http://h/v1/feeds/all"))
    assert (block["id"], block["event"]) == ("3:42", "reset")
    assert json.loads(block["data"])["snapshot_url"] == "http://h/v1/feeds/all"


def test_a_heartbeat_is_a_comment_that_moves_the_cursor_and_fires_no_event() -> None:
    block = sse.frame(Beat(cursor=CURSOR), "http://h/f")
    assert block.startswith(b":")
    assert fields(block) == {"id": "3:42"}
