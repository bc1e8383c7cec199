"""Which addresses name a feed, and which cursors name a place."""

import pytest

from feeds.addresses import parse_address
from feeds.cursors import LogCursor, page_cursor, parse_page_cursor
from feeds.links import Links
from newsloom_schemas.identity import section_feed
from tests.unit.feeds.documents import document


@pytest.mark.parametrize(
    ("address", "feed_id"),
    [
        ("all", "all"),
        ("canary", "canary"),
        ("source/kursor", "source/kursor"),
        ("section/мировые-новости", section_feed("Мировые новости")),
        ("section/Мировые новости", section_feed("Мировые новости")),
        ("section/events", "section/events"),
        ("language/ru", "language/ru"),
        ("language/PT-br", "language/pt"),
        ("source/nobody-ever", "source/nobody-ever"),
    ],
)
def test_a_known_kind_with_any_value_is_a_feed(address: str, feed_id: str) -> None:
    parsed = parse_address(address)
    assert parsed is not None
    assert parsed.feed_id == feed_id


@pytest.mark.parametrize(
    "address",
    [
        "",
        "everything",
        "all/of/it",
        "topic",
        "source",
        "source/",
        "source/Has Capitals",
        "source/a/b",
        "section/",
        "section/a/b",
        "section/a.atom",
        "section/nul\x00",
        "section/" + "x" * 201,
        "language/xx",
        "language/russian-language",
        '{"$ne": null}',
        "source/{$ne:1}",
    ],
)
def test_what_can_be_no_feed_is_refused_before_the_store_is_asked(address: str) -> None:
    assert parse_address(address) is None


def test_a_page_cursor_names_the_place_of_the_last_article() -> None:
    last = document("last", minutes=7)
    assert last.publication is not None
    assert parse_page_cursor(page_cursor(last)) == (last.publication.published_at, last.article_id)


@pytest.mark.parametrize("text", ["", "x", "%%%", "ы", "MTox", page_cursor(document())[:-2], "A" * 5000])
def test_a_spoilt_page_cursor_is_recognised(text: str) -> None:
    assert parse_page_cursor(text) is None


def test_a_page_cursor_outside_the_calendar_is_recognised() -> None:
    assert parse_page_cursor("OTk5OTk5OTk5OTk5OTk5LzAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMA") is None


@pytest.mark.parametrize("text", ["3:17", "0:0"])
def test_a_log_cursor_reads_back_as_it_was_written(text: str) -> None:
    assert str(LogCursor.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "3", "3:", ":3", "-1:3", "3:-1", "a:b", "3:1:2", " 3:1", "3:1\n", "٣:١", "1:" + "9" * 30]
)
def test_a_spoilt_log_cursor_is_recognised(text: str) -> None:
    assert LogCursor.parse(text) is None


def test_links_escape_what_people_named() -> None:
    assert (
        Links("http://h/").feed("section/мир", ".rss") == "http://h/v1/feeds/section/%D0%BC%D0%B8%D1%80.rss"
    )
