"""What the collectors keep of what passes by."""

from pathlib import Path

from tests.oracle.collectors_http import LiveStream, Sightings, markers_in
from tests.oracle.generator import marker
from tests.oracle.ports import System

WORD = marker("a word")
SYSTEM = System(
    kafka="", mongo="", database="", ingest="", feeds="http://feeds", key="", log_folder=Path("/nowhere")
)


def frame(offset: int, action: str = "upsert", data: str = "") -> bytes:
    body = (
        data or f'{{"feed_id":"all","article_id":"a","document_version":3,"entry":{{"headline":"{WORD}"}}}}'
    )
    return f"id: 2:{offset}\nevent: {action}\ndata: {body}".encode()


def test_a_marker_is_found_in_any_bytes() -> None:
    assert markers_in(b"\x00\xff" + WORD.encode() + b"\xd0") == {WORD}
    assert markers_in(b"mk, and mk12 are no markers") == set()


def test_the_first_and_the_last_sighting_count() -> None:
    sightings = Sightings()
    for asked, received in ((10.0, 11.0), (20.0, 21.0)):
        sightings.note("http", WORD.encode(), where=f"/{asked}", asked_at=asked, received_at=received)
    sightings.note("sse", WORD.encode(), where="all", asked_at=15.0, received_at=15.0)
    http = next(each for each in sightings.all() if each.surface == "http")
    assert (http.first_at, http.last_asked, http.where) == (11.0, 20.0, "/20.0")
    assert len(sightings.all()) == 2


def test_a_stream_goes_on_from_the_last_id_that_it_was_given() -> None:
    stream = LiveStream(SYSTEM, "all", Sightings())
    stream._take(frame(7))
    stream._take(b": still here\nid: 2:9")
    assert (stream.last_id, stream.offset) == ("2:9", 9)
    assert [(each.document_version, each.headline) for each in stream.frames] == [(3, WORD)]


def test_a_removal_has_no_headline_and_a_reset_is_counted() -> None:
    stream = LiveStream(SYSTEM, "all", Sightings())
    stream._take(frame(8, "remove", '{"feed_id":"all","article_id":"a","document_version":4}'))
    stream._take(frame(9, "reset", '{"reason":"too old"}'))
    assert [(each.action, each.headline) for each in stream.frames] == [("remove", None)]
    assert stream.resets == 1


def test_what_a_stream_brings_is_a_sighting() -> None:
    stream = LiveStream(SYSTEM, "all", Sightings())
    stream._take(frame(7))
    assert {(each.surface, each.marker) for each in stream.sightings.all()} == {("sse", WORD)}
