"""Worker processes: whatever a text does to the one that reads it, the service and the next text go on."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ingest.refusal import Refused
from ingest.workers.pool import WorkerPool, WorkFailed
from tests.eventually import eventually
from tests.integration.ingest import pieces_of_work as works

BUDGET_S = 0.5


@pytest.fixture(scope="module")
async def pool() -> AsyncIterator[WorkerPool]:
    async with WorkerPool(loaded=(), workers=1, budget_s=BUDGET_S) as pool:
        yield pool


async def test_work_comes_back_whatever_a_library_says_meanwhile(pool: WorkerPool) -> None:
    assert await pool.run(works.doubled, "мост") == "мостмост"
    assert await pool.run(works.loud, "x" * 1_000_000) == "x" * 1_000_000


async def test_one_process_does_one_piece_after_another(pool: WorkerPool) -> None:
    pids = {await pool.run(works.whose, "") for _ in range(5)}
    assert len(pids) == 1
    assert os.getpid() not in pids


async def test_what_reads_the_texts_of_strangers_knows_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGEST_KEYS", "a key")
    async with WorkerPool(workers=1) as started_now:
        assert await started_now.run(works.known, "INGEST_KEYS") is None
        assert await started_now.run(works.known, "PATH") == os.environ["PATH"]


async def test_a_refusal_keeps_its_fields_on_the_way(pool: WorkerPool) -> None:
    with pytest.raises(Refused) as found:
        await pool.run(works.refused, "/body_html")
    assert [(error.pointer, error.code) for error in found.value.errors] == [("/body_html", "empty")]
    with pytest.raises(Refused, match="send a page"):
        await pool.run(works.odd_refusal, "")


async def test_a_bug_is_told_without_what_was_sent(pool: WorkerPool) -> None:
    with pytest.raises(WorkFailed, match="KeyError") as failed:
        await pool.run(works.broken, "")
    assert "stranger" not in str(failed.value)


@pytest.mark.parametrize("work", [works.endless, works.greedy, works.deadly])
async def test_work_that_never_ends_or_takes_its_process_along_is_too_complex_and_the_next_goes_on(
    pool: WorkerPool, work: object
) -> None:
    with pytest.raises(Refused) as found:
        await pool.run(work, "")  # type: ignore[arg-type]  # each is a piece of work
    assert found.value.code == "too-complex"
    assert await pool.run(works.doubled, "ab") == "abab"


async def test_a_worker_that_dies_by_chance_is_replaced_and_asked_again(
    pool: WorkerPool, tmp_path: Path
) -> None:
    assert await pool.run(works.deadly_once, str(tmp_path / "died")) == "alive"


async def test_workers_that_do_not_start_are_no_fault_of_the_text() -> None:
    async with WorkerPool(loaded=("ingest.no_such_module",), workers=1) as broken:
        with pytest.raises(Refused) as found:
            await broken.run(works.doubled, "")
    assert found.value.code == "overloaded"


async def test_a_worker_that_died_while_idle_is_replaced(pool: WorkerPool) -> None:
    os.kill(await pool.run(works.whose, ""), 9)
    assert await pool.run(works.doubled, "ab") == "abab"


async def test_only_so_much_waits_and_only_so_long(tmp_path: Path) -> None:
    marker = tmp_path / "go"
    async with WorkerPool(loaded=(), workers=1, waiting=1, wait_s=0.2) as pool:
        first = asyncio.create_task(pool.run(works.until_there, str(marker)))
        await eventually(lambda: pool.busy == 1, within=10, what="the first piece in work")
        second = asyncio.create_task(pool.run(works.doubled, ""))
        await eventually(lambda: pool.waiting == 1 or second.done(), within=10, what="the second waiting")
        with pytest.raises(Refused) as found:
            await pool.run(works.doubled, "")
        assert found.value.code == "overloaded"
        with pytest.raises(Refused) as late:
            await second
        assert late.value.code == "overloaded"
        marker.touch()
        assert await first == "there"


async def test_who_gives_up_waiting_for_an_answer_leaves_none_for_the_next(tmp_path: Path) -> None:
    async with WorkerPool(loaded=(), workers=1) as pool:
        first = asyncio.create_task(pool.run(works.until_there, str(tmp_path / "go")))
        await eventually(lambda: pool.busy == 1, within=10, what="the piece in work")
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert await pool.run(works.doubled, "ab") == "abab"


async def test_the_processes_end_with_the_pool() -> None:
    async with WorkerPool(loaded=(), workers=2) as pool:
        pids = set(await asyncio.gather(*(pool.run(works.whose, "") for _ in range(2))))
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
