"""Worker processes may die or hang: the article says so, and the next one is served."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from enrich.ports import AnalysisFailed
from enrich.workers import WorkerPool
from tests.eventually import eventually
from tests.unit.enrich.desk import article

STUB = (sys.executable, "-m", "tests.integration.enrich.stub_worker")
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _from_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@asynccontextmanager
async def pool(
    workers: int = 1, budget: float = 5.0, clock: Callable[[], float] = time.monotonic
) -> AsyncIterator[WorkerPool]:
    async with WorkerPool(
        workers=workers, budget=budget, languages=("en",), command=STUB, clock=clock
    ) as running:
        yield running


async def pid(of: WorkerPool, headline: str = "obey") -> int:
    return int((await of.analyse("s", article(headline))).seconds["pid"])


async def test_a_pool_tells_when_it_is_warm_and_answers_in_processes_of_its_own() -> None:
    async with pool() as running:
        assert running.not_ready() is not None
        first = await pid(running)
        assert running.not_ready() is None
        assert first == await pid(running) != os.getpid()


async def test_a_worker_computes_in_one_thread_so_that_two_workers_share_two_cores() -> None:
    async with pool() as running:
        assert (await running.analyse("s", article("obey"))).seconds["threads"] == 1


async def test_an_article_that_ends_its_worker_twice_fails_and_the_next_is_served() -> None:
    async with pool() as running:
        before = await pid(running)
        with pytest.raises(AnalysisFailed, match="ended the worker process twice"):
            await running.analyse("s", article("die"))
        assert await pid(running) != before


async def test_a_worker_killed_while_idle_costs_no_article() -> None:
    async with pool() as running:
        before = await pid(running)
        os.kill(before, signal.SIGKILL)
        assert await pid(running) != before


async def test_a_hanging_article_is_stopped_after_its_budget_and_its_worker_replaced() -> None:
    async with pool(budget=0.2) as running:
        before = await pid(running)
        started = time.monotonic()
        with pytest.raises(AnalysisFailed, match=r"time budget of 0\.2 s"):
            await running.analyse("s", article("hang"))
        assert time.monotonic() - started < 5
        assert await pid(running) != before
        assert not _is_alive(before)


async def test_a_hanging_article_does_not_hold_the_others() -> None:
    async with pool(workers=2, budget=30) as running:
        hanging = asyncio.create_task(running.analyse("s", article("hang")))
        for _ in range(3):
            await asyncio.wait_for(pid(running), 10)
        hanging.cancel()
        await asyncio.gather(hanging, return_exceptions=True)


async def test_an_answer_nobody_waits_for_any_more_never_meets_the_next_question() -> None:
    async with pool() as running:
        before = await pid(running)
        asked = asyncio.create_task(running.analyse("s", article("hang")))
        await eventually(lambda: running._idle.empty())
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        found = await running.analyse("s", article("obey", language="es"))
        assert found.language == "es"
        assert int(found.seconds["pid"]) != before


async def test_an_exception_inside_the_worker_is_a_reason_and_not_an_end() -> None:
    async with pool() as running:
        before = await pid(running)
        with pytest.raises(AnalysisFailed, match="the analysis failed: KeyError"):
            await running.analyse("s", article("raise"))
        assert await pid(running) == before


@pytest.mark.parametrize("failure", ["raise", "fail inside"])
async def test_a_worker_that_was_interrupted_and_then_fails_is_replaced(failure: str) -> None:
    """An interruption may leave a model half loaded, and every later article would fail on it."""
    async with pool() as running:
        before = await pid(running, "overrun")
        assert await pid(running) == before, "an interruption alone is no reason"
        with suppress(AnalysisFailed):
            await running.analyse("s", article(failure))
        assert await pid(running) != before


async def test_a_failure_without_an_interruption_keeps_the_worker() -> None:
    async with pool() as running:
        before = await pid(running)
        await running.analyse("s", article("fail inside"))
        assert await pid(running) == before


async def test_an_enricher_that_ends_its_worker_is_left_out_of_the_second_try() -> None:
    async with pool() as running:
        found = await running.analyse("s", article("die in slovnet"))
        assert "slovnet" not in found.seconds
        assert running.switched_off() == {}, "once is no habit"


async def test_an_enricher_that_ends_its_worker_again_and_again_is_switched_off_for_a_while() -> None:
    now = 0.0
    async with pool(clock=lambda: now) as running:
        for _ in range(5):
            await running.analyse("s", article("die in slovnet"))
        assert "it ended the worker process" in running.switched_off()["slovnet"]
        assert "slovnet is switched off for a while" in (running.left_out() or "")
        before = await pid(running, "die in slovnet")
        assert await pid(running) == before, "it is not even tried"
        now += 61
        assert running.switched_off() == {}
        found = await running.analyse("s", article("obey"))
        assert "slovnet" in found.seconds


async def test_an_enricher_that_cannot_be_interrupted_is_blamed_for_the_overrun() -> None:
    async with pool(budget=0.1) as running:
        for _ in range(5):
            with pytest.raises(AnalysisFailed, match="time budget"):
                await running.analyse("s", article("hang in slovnet"))
        assert "it could not be interrupted" in running.switched_off()["slovnet"]
        await running.analyse("s", article("hang in slovnet"))


async def test_an_enricher_that_fails_in_five_articles_in_a_row_is_switched_off() -> None:
    async with pool() as running:
        for _ in range(4):
            await running.analyse("s", article("fail in slovnet"))
        await running.analyse("s", article("obey"))
        for _ in range(4):
            await running.analyse("s", article("fail in slovnet"))
        assert running.switched_off() == {}
        await running.analyse("s", article("fail in slovnet"))
        assert running.switched_off().keys() == {"slovnet"}


async def test_a_worker_that_an_installed_enricher_keeps_from_starting_starts_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STUB_WORKER", "starts alone")
    async with pool() as running:
        await eventually(lambda: running.not_ready() is None, within=30, what="a worker")
        await pid(running)
        assert running.left_out() == "the enricher tickers is left out"


async def test_a_pool_whose_workers_do_not_start_says_so_instead_of_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STUB_WORKER", "never starts")
    async with pool() as running:
        with pytest.raises(AnalysisFailed, match="no worker process starts"):
            await running.analyse("s", article("obey"))
        assert "no worker process starts" in (running.not_ready() or "")


async def test_workers_end_with_their_pool() -> None:
    async with pool(workers=1) as running:
        worker = await pid(running)
    assert not _is_alive(worker)


async def test_workers_end_when_the_service_is_killed() -> None:
    service = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _SERVICE, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert service.stdout is not None
    try:
        # The log of the service comes on the same stream.
        lines = [line async for line in until_number(service.stdout)]
    finally:
        service.kill()
        await service.wait()
    worker = int(lines[-1])
    await eventually(lambda: not _is_alive(worker), within=10, what="the worker's end")


async def until_number(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    async for line in stream:
        yield line.decode().strip()
        if line.strip().isdigit():
            return


_SERVICE = """
import asyncio
from tests.integration.enrich.test_workers import pid, pool
async def main():
    async with pool() as running:
        print(await pid(running), flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
