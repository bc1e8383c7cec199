"""Language work in worker processes: time for one article, articles a second, memory. No stack is started."""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psutil
import structlog

from bench.latency import quantile
from bench.machine import machine_lines, machine_report, read_machine
from bench.signals import stop_on_sigterm
from bench.system import ROOT
from bench.texts import everything_russian, submissions
from enrich.workers import ONE_THREAD, WorkerPool
from newsloom_schemas.article import ArticleContent

LANGUAGES = ("ru", "uk", "en", "es", "de", "fr", "pl")
ALONE = 60
TURNS = 3
P95_LIMIT_MS, RATE_LIMIT, RATE_AIM = 400.0, 15.0, 25.0
MEMORY_LIMIT_MB = 800
# Two processes share caches and memory bandwidth, and on most machines also a core's arithmetic units.
RATIO_LIMIT = 1.5


@dataclass(frozen=True, kw_only=True)
class Drained:
    """So many articles through so many workers. `memory_mb` is of the largest worker, afterwards."""

    workers: int
    articles_per_s: float
    cpu_ms: float
    memory_mb: int


def contents(count: int, prefix: str) -> list[ArticleContent]:
    """Articles as enrich gets them."""
    texts = submissions(everything_russian(), count, prefix=prefix)
    return [
        ArticleContent(
            headline=text["headline"],
            lead=text["lead"],
            body_html="".join(f"<p>{paragraph}</p>" for paragraph in text["body_text"].split("\n\n")),
            section=text["section"],
        )
        for text in texts
    ]


async def one_by_one(articles: Sequence[ArticleContent]) -> list[float]:
    """Milliseconds of each, in one worker that has just started: its memory of words fills on the way."""
    async with pool(1) as running:
        await warm(running, 1)
        took = []
        for article in articles:
            began = time.perf_counter()
            await running.analyse("bench", article)
            took.append(1000 * (time.perf_counter() - began))
        return took


async def compared(articles: Sequence[ArticleContent]) -> tuple[Drained, Drained]:
    """One worker and two on the same articles, in turns; of each its best turn, so that a neighbour's burst
    of work on this machine spoils one turn and not the comparison."""
    async with pool(1) as one, pool(2) as two:
        await asyncio.gather(warm(one, 1), warm(two, 2))
        await drained(one, 1, articles[:ALONE])
        await drained(two, 2, articles[:ALONE])
        turns = [(await drained(one, 1, articles), await drained(two, 2, articles)) for _ in range(TURNS)]
    alone, both = zip(*turns, strict=True)
    return max(alone, key=_rate), max(both, key=_rate)


async def drained(running: WorkerPool, workers: int, articles: Sequence[ArticleContent]) -> Drained:
    """All of them, with an article waiting for every worker at any time."""
    before, began = processor_seconds(), time.perf_counter()
    await asyncio.gather(*(running.analyse("bench", article) for article in articles))
    seconds = time.perf_counter() - began
    return Drained(
        workers=workers,
        articles_per_s=round(len(articles) / seconds, 1),
        cpu_ms=round(1000 * (processor_seconds() - before) / len(articles), 1),
        memory_mb=max(worker.memory_info().rss for worker in worker_processes()) // 2**20,
    )


def _rate(turn: Drained) -> float:
    return turn.articles_per_s


def pool(workers: int) -> WorkerPool:
    return WorkerPool(workers=workers, budget=30.0, languages=LANGUAGES)


async def warm(running: WorkerPool, workers: int) -> None:
    """Until all workers have loaded their models."""
    while running.warm < workers:  # noqa: ASYNC110 - a pool tells how warm it is and not when
        await asyncio.sleep(0.05)


def worker_processes() -> list[psutil.Process]:
    return psutil.Process().children()


def processor_seconds() -> float:
    return sum(sum(worker.cpu_times()[:2]) for worker in worker_processes())


def forward_pass() -> dict[str, int]:
    """Words a second of processor time, by how many sentences are tagged at once."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.forward_pass"],
        cwd=ROOT,
        env={**os.environ, **ONE_THREAD},
        stdout=subprocess.PIPE,
        check=True,
    )
    figures: dict[str, int] = json.loads(done.stdout)
    return figures


def report(took: Sequence[float], one: Drained, two: Drained, passes: dict[str, int]) -> dict[str, Any]:
    """The figures. `ok`: every limit is kept."""
    ordered = sorted(took)
    p95 = quantile(ordered, 0.95)
    ratio = round(two.articles_per_s / one.articles_per_s, 2)
    memory = max(one.memory_mb, two.memory_mb)
    return {
        "scenario": "enrich",
        "what": "Russian articles of 3,400 characters through worker processes, without translation",
        "alone_ms": {"p50": quantile(ordered, 0.5), "p95": p95, "max": quantile(ordered, 1.0)},
        "p95_limit_ms": P95_LIMIT_MS,
        "articles_per_s": {"one worker": one.articles_per_s, "two workers": two.articles_per_s},
        "rate_limit": RATE_LIMIT,
        "rate_aim": RATE_AIM,
        "two_to_one": ratio,
        "cpu_ms_per_article": {"one worker": one.cpu_ms, "two workers": two.cpu_ms},
        "worker_memory_mb": memory,
        "memory_limit_mb": MEMORY_LIMIT_MB,
        "words_per_cpu_s": passes,
        "ok": p95 is not None
        and p95 < P95_LIMIT_MS
        and two.articles_per_s >= RATE_LIMIT
        and ratio >= RATIO_LIMIT
        and memory < MEMORY_LIMIT_MB,
    }


def lines(result: dict[str, Any]) -> list[str]:
    """The report for people."""
    alone, rates, cpu = result["alone_ms"], result["articles_per_s"], result["cpu_ms_per_article"]
    slowest = min(result["words_per_cpu_s"].values())
    return [
        "enrich, Russian articles of 3,400 characters, without translation",
        f"  one at a time: p50 {alone['p50']} ms, p95 {alone['p95']} ms, max {alone['max']} ms "
        f"(limit for p95 {result['p95_limit_ms']:.0f} ms)",
        f"  one worker: {rates['one worker']} articles/s, {cpu['one worker']} ms of processor time each",
        f"  two workers: {rates['two workers']} articles/s, {cpu['two workers']} ms of processor time each "
        f"(limit {result['rate_limit']:.0f}, aim {result['rate_aim']:.0f})",
        f"  two workers are {result['two_to_one']} times as fast as one (limit {RATIO_LIMIT})",
        f"  memory of a worker: {result['worker_memory_mb']} MB (limit {result['memory_limit_mb']} MB)",
        "  forward pass of one tagger, words a second of processor time:",
        *(
            f"    {way}: {figure:,} ({figure / slowest:.1f}x)"
            for way, figure in result["words_per_cpu_s"].items()
        ),
        f"  limits: {'kept' if result['ok'] else 'MISSED'}",
        *(f"  {line}" for line in machine_lines(result["machine"])),
    ]


async def measured(articles: int) -> dict[str, Any]:
    """One after the other: nothing else of ours runs meanwhile."""
    _say("one article at a time, in one worker")
    took = await one_by_one(contents(min(ALONE, articles), "alone"))
    _say(f"{articles} articles through one worker, then through two, {TURNS} times")
    one, two = await compared(contents(articles, "drain"))
    _say("the forward pass by itself")
    return report(took, one, two, forward_pass())


def _say(what: str) -> None:
    sys.stderr.write(what + "\n")


def main() -> None:
    """Run the scenario. Exit code 0 within the limits, 1 beyond one of them."""
    stop_on_sigterm()
    parser = argparse.ArgumentParser(prog="bench.enrich", description=__doc__)
    parser.add_argument("--articles", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    before = read_machine()
    result = asyncio.run(measured(asked.articles))
    result["machine"] = machine_report(before, read_machine())
    print(json.dumps(result, indent=2) if asked.json else "\n".join(lines(result)))
    sys.exit(0 if result["ok"] else 1)


if __name__ == "__main__":
    main()
