"""Answers wait for their reader without holding memory, and come out as they went in."""

import asyncio
from os import SEEK_END

from ingest.batch.answer_spool import PIECE_BYTES, AnswerSpool, SpoolRoom


async def all_of(spool: AnswerSpool) -> bytes:
    found = b""
    while piece := await spool.take():
        found += piece
    return found


async def test_what_was_put_in_comes_out_in_its_order_from_memory_or_from_the_file() -> None:
    for in_memory, file_bytes in ((10, 1_000), (10, 1 << 28), (1 << 20, 1 << 28)):
        spool = AnswerSpool(SpoolRoom(), in_memory=in_memory, file_bytes=file_bytes)
        for number in range(50_000):
            spool.put(b"%d\n" % number)
        spool.end()
        assert await all_of(spool) == b"".join(b"%d\n" % number for number in range(50_000))
        spool.close()


async def test_a_reader_waits_for_what_is_still_to_come() -> None:
    spool = AnswerSpool(SpoolRoom())
    reading = asyncio.create_task(all_of(spool))
    for word in (b"a", b"b", b"c"):
        spool.put(word)
        await asyncio.sleep(0)
    assert not reading.done()
    spool.end()
    assert await reading == b"abc"


async def test_what_was_read_gives_its_place_back() -> None:
    spool = AnswerSpool(SpoolRoom(most=100), in_memory=10)
    for _ in range(100):
        spool.put(b"x" * 90)
        assert not spool.is_full
        assert await spool.take() == b"x" * 90
    assert [file.tell() for file in spool._files] == [0]
    spool.put(b"x" * 101)
    assert spool.is_full


async def test_a_reader_who_is_always_behind_makes_nothing_grow() -> None:
    piece = b"x" * PIECE_BYTES
    spool = AnswerSpool(SpoolRoom(), in_memory=1 << 28, file_bytes=2 * PIECE_BYTES)
    spool.put(piece)
    for _ in range(100):
        spool.put(piece)
        assert not spool.is_full
        assert await spool.take() == piece
        assert sum(file.seek(0, SEEK_END) for file in spool._files) <= 4 * PIECE_BYTES
    spool.close()


async def test_while_all_together_hold_too_much_those_who_read_go_on() -> None:
    room = SpoolRoom(most=100)
    reading, idle = AnswerSpool(room, in_memory=20), AnswerSpool(room, in_memory=20)
    idle.put(b"x" * 101)
    reading.put(b"x" * 20)
    assert idle.is_full
    assert not reading.is_full
    reading.put(b"x")
    assert reading.is_full
    await reading.take()
    assert not reading.is_full
    idle.close()
    reading.close()
    assert room.used == 0
