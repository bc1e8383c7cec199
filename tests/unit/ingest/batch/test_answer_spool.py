"""Answers wait for their reader without holding memory, and come out as they went in."""

import asyncio

from ingest.batch.answer_spool import AnswerSpool


async def all_of(spool: AnswerSpool) -> bytes:
    found = b""
    while piece := await spool.take():
        found += piece
    return found


async def test_what_was_put_in_comes_out_in_its_order_from_memory_or_from_the_file() -> None:
    for in_memory in (10, 1 << 20):
        spool = AnswerSpool(in_memory=in_memory)
        for number in range(50_000):
            spool.put(b"%d\n" % number)
        spool.end()
        assert await all_of(spool) == b"".join(b"%d\n" % number for number in range(50_000))
        spool.close()


async def test_a_reader_waits_for_what_is_still_to_come() -> None:
    spool = AnswerSpool()
    reading = asyncio.create_task(all_of(spool))
    for word in (b"a", b"b", b"c"):
        spool.put(word)
        await asyncio.sleep(0)
    assert not reading.done()
    spool.end()
    assert await reading == b"abc"


async def test_what_was_read_gives_its_place_back() -> None:
    spool = AnswerSpool(in_memory=10, most=100)
    for _ in range(100):
        spool.put(b"x" * 90)
        assert not spool.is_full
        assert await spool.take() == b"x" * 90
    assert spool._file.tell() == 0
    spool.put(b"x" * 101)
    assert spool.is_full
