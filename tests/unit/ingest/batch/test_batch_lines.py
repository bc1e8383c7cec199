"""How a stream falls into lines: wherever the chunks are cut, whatever a line holds, in bounded memory."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.batch.lines import WINDOW_LINES, Line, LineSplitter, Patience, windows
from ingest.refusal import Refused

LONG = Patience(line_s=60, idle_s=60)


def cut(*chunks: bytes, max_bytes: int = 100, quoted: bool = False) -> list[Line]:
    splitter = LineSplitter(max_bytes=max_bytes, quoted=quoted)
    found = [line for chunk in chunks for line in splitter.feed(chunk)]
    return [*found, *splitter.end()]


def bodies(lines: list[Line]) -> list[bytes | None]:
    return [line.body for line in lines]


def test_blank_lines_count_but_say_nothing_and_the_last_needs_no_line_break() -> None:
    lines = cut(b"a\r\n\n  \nb")
    assert [(line.number, line.after, line.body) for line in lines] == [(1, 2, b"a"), (4, 4, b"b")]


def test_a_line_that_is_too_long_is_one_line_and_hides_no_other() -> None:
    assert bodies(cut(b"a\n" + b"x" * 60, b"x" * 60 + b"\nb\n")) == [b"a", None, b"b"]


def test_the_rest_of_a_line_that_is_too_long_is_not_held() -> None:
    splitter = LineSplitter(max_bytes=100, quoted=False)
    for _ in range(1000):
        assert list(splitter.feed(b"x" * 1000)) == []
    assert sum(map(len, splitter._parts)) <= 100


def test_a_row_may_have_line_breaks_between_quotes() -> None:
    table = b'id,text\n1,"two\nlines, ""quoted"""\n2,one\n'
    lines = cut(table, quoted=True)
    assert [(line.number, line.after) for line in lines] == [(1, 2), (2, 4), (4, 5)]
    assert lines[1].body == b'1,"two\nlines, ""quoted"""'
    assert len(cut(table)) == 4


def test_a_quote_that_is_never_closed_costs_what_follows_it_and_no_memory() -> None:
    assert bodies(cut(b'a\n"b\n' + b"c\n" * 200, quoted=True)) == [b"a", None]


@given(st.binary(max_size=400), st.lists(st.integers(min_value=0, max_value=400)), st.booleans())
def test_where_the_chunks_are_cut_changes_nothing(raw: bytes, cuts: list[int], quoted: bool) -> None:
    edges = [0, *sorted(cuts), len(raw)]
    chunks = [raw[start:end] for start, end in pairwise(edges)]
    assert cut(*chunks, max_bytes=50, quoted=quoted) == cut(raw, max_bytes=50, quoted=quoted)


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def test_what_has_arrived_is_handed_on_at_once_in_windows_of_bounded_size() -> None:
    splitter = LineSplitter(max_bytes=100, quoted=False)
    found = [len(each) async for each in windows(stream(b"a\n" * 300, b"b\n", b"c"), splitter, LONG)]
    assert found == [WINDOW_LINES, WINDOW_LINES, 300 - 2 * WINDOW_LINES, 1, 1]


async def test_what_is_in_memory_is_told_and_no_more() -> None:
    kept: list[int] = []
    splitter = LineSplitter(max_bytes=100, quoted=False)
    chunks = stream(b"a\nbcd", b"e\n", b"x" * 90, b"x" * 90, b"\n")
    async for _ in windows(chunks, splitter, LONG, kept.append):
        pass
    assert kept == [5, 5, 90, 180, 1, 0]


@pytest.mark.parametrize("begun", [b"", b"half a line"])
async def test_a_stream_that_stands_still_is_refused(begun: bytes) -> None:
    async def still() -> AsyncIterator[bytes]:
        yield begun
        await asyncio.Event().wait()

    patience = Patience(line_s=0.01 if begun else 60, idle_s=60 if begun else 0.01)
    splitter = LineSplitter(max_bytes=100, quoted=False)
    with pytest.raises(Refused) as refused:
        async with asyncio.timeout(30):
            _ = [each async for each in windows(still(), splitter, patience)]
    assert refused.value.code == "body-timeout"


async def test_a_line_that_drips_has_one_time_limit_for_all_its_pieces() -> None:
    async def dripping() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.002)

    splitter = LineSplitter(max_bytes=1 << 30, quoted=False)
    with pytest.raises(Refused):
        async with asyncio.timeout(30):
            _ = [each async for each in windows(dripping(), splitter, Patience(line_s=0.05, idle_s=60))]
