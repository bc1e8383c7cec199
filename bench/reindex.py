"""Whether live articles feel it when the archive is enriched again: POST to visible, with and without."""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import islice
from typing import Any

import httpx2

from bench.latency import GIVE_UP_S, P99_LIMIT_MS, WARM_UP, Shot, quantile, shoot
from bench.machine import machine_lines, machine_report, read_machine
from bench.signals import stop_on_sigterm
from bench.system import measured_stack
from bench.texts import SOURCE, read_corpus, submissions
from newsloom.reindex.archive import Wanted
from newsloom.reindex.lane import Lane, Topics
from newsloom.reindex.running import cancelled, reindexed
from newsloom.stack import LocalStack
from newsloom_runtime.log_reader import LogReader

# Between two live articles, the same with and without: an outlet is not one endless burst.
PAUSE_S = 0.2
RUNS = 20
OLD = "2026-01-01T00:00:00Z"  # below all live articles in the feed that is watched
SUBMITTED_AT_ONCE = 16
STORED_WITHIN_S = 300.0
AIM = 1.3


@dataclass(frozen=True, kw_only=True)
class Phase:
    """Live articles, and how many of the archive were gone over in the meantime."""

    shots: Sequence[Shot]
    archive: int
    seconds: float


class Newsroom:
    """A running system, with the live articles that are still to be handed in."""

    def __init__(self, stack: LocalStack, http: httpx2.AsyncClient, articles: int) -> None:
        self._stack = stack
        self._http = http
        self._texts = submissions(read_corpus(), WARM_UP + articles, prefix="live")

    @property
    def kafka(self) -> str:
        return self._stack.addresses().need("kafka")

    @property
    def feeds(self) -> str:
        return self._stack.addresses().need("feeds")

    async def store(self, articles: int) -> None:
        """Fill the archive, and wait until all of it is public."""
        texts = (
            text | {"published_at": OLD} for text in submissions(read_corpus(), articles, prefix="archive")
        )
        while chunk := list(islice(texts, SUBMITTED_AT_ONCE)):
            await asyncio.gather(*map(self._submit, chunk))
        deadline = time.monotonic() + STORED_WITHIN_S
        while await self._public() < articles:
            if time.monotonic() > deadline:
                raise SystemExit("the archive did not become public in time; see the services' logs")
            await asyncio.sleep(0.5)

    async def _submit(self, text: dict[str, Any]) -> None:
        body = json.dumps(text, ensure_ascii=False).encode()
        answer = await self._http.post("/v1/articles", params={"source": SOURCE}, content=body)
        answer.raise_for_status()

    async def _public(self) -> int:
        feeds = (await self._http.get(f"{self.feeds}/v1/feeds")).json()["feeds"]
        counts = {feed["id"]: feed["articles"] for feed in feeds}
        return int(counts.get(f"source/{SOURCE}", 0))

    async def live(self, articles: int, lane: Lane) -> Phase:
        """So many live articles, one after the other."""
        began, before = time.monotonic(), await lane.left()
        shots = []
        for text in islice(self._texts, articles):
            shots.append(await shoot(self._http, text, self.feeds))
            await asyncio.sleep(PAUSE_S)
        return Phase(shots=shots, archive=before - await lane.left(), seconds=time.monotonic() - began)


async def measure(stack: LocalStack, archive: int, articles: int) -> tuple[list[Phase], Phase]:
    """Half of the live articles before, all of them during a reindex, half after it was taken back."""
    key = stack.home.dev_key_file.read_text(encoding="utf-8").strip()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    address = stack.addresses().need("ingest")
    async with AsyncExitStack() as open_:
        http = await open_.enter_async_context(
            httpx2.AsyncClient(base_url=address, headers=headers, timeout=GIVE_UP_S, trust_env=False)
        )
        newsroom = Newsroom(stack, http, 2 * articles)
        topics = Topics()
        wishes = await open_.enter_async_context(LogReader(newsroom.kafka, topics.reindex))
        lane = Lane(bootstrap=newsroom.kafka, log=wishes, topics=topics)
        await newsroom.store(archive)
        await newsroom.live(WARM_UP, lane)
        before = await newsroom.live(articles // 2, lane)
        for run in range(1, RUNS + 1):  # more than the lane can go over meanwhile
            await reindexed(newsroom.kafka, Wanted(run=run), topics, dry_run=False, detach=True)
        during = await newsroom.live(articles, lane)
        await cancelled(newsroom.kafka, topics)
        after = await newsroom.live(articles - articles // 2, lane)
    return [before, after], during


def report(without: Sequence[Phase], during: Phase) -> dict[str, Any]:
    """The figures. `ok`: all were seen, p99 is within the limit of idle systems, and the archive moved on."""
    alone = _figures([shot for phase in without for shot in phase.shots])
    beside = _figures(during.shots)
    limit = P99_LIMIT_MS["on"]
    seen = alone["never_seen"] == beside["never_seen"] == 0
    ratio = round(beside["p99"] / alone["p99"], 2) if alone["p99"] and beside["p99"] else None
    return {
        "scenario": "reindex",
        "what": "POST until on top of its source's JSON Feed, without and beside a reindex, in one run",
        "milliseconds_without": alone,
        "milliseconds_beside": beside,
        "p99_ratio": ratio,
        "p99_ratio_aim": AIM,
        "p99_limit_ms": limit,
        "archive_articles_per_s": round(during.archive / during.seconds, 1),
        "ok": seen and during.archive > 0 and beside["p99"] is not None and beside["p99"] <= limit,
    }


def _figures(shots: Sequence[Shot]) -> dict[str, Any]:
    visible = sorted(shot.visible_ms for shot in shots if shot.visible_ms is not None)
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {
        "articles": len(shots),
        "never_seen": len(shots) - len(visible),
        **{name: quantile(visible, share) for name, share in shares.items()},
    }


def lines(result: dict[str, Any]) -> Iterator[str]:
    """The report for people."""
    yield "reindex: live articles without and beside the archive being enriched again, one run"
    for name in ("without", "beside"):
        times = result[f"milliseconds_{name}"]
        spread = ", ".join(f"{share} {times[share]} ms" for share in ("p50", "p95", "p99", "max"))
        yield f"  {name:<8}{times['articles']} articles: {spread}; never seen: {times['never_seen']}"
    yield f"  the archive meanwhile: {result['archive_articles_per_s']} articles/s"
    verdict = "kept" if result["ok"] else "MISSED"
    yield f"  p99 {result['p99_ratio']} times that without (aim {result['p99_ratio_aim']})"
    yield f"  limit for p99 beside it: {result['p99_limit_ms']:.0f} ms: {verdict}"
    yield from (f"  {line}" for line in machine_lines(result["machine"]))


def main() -> None:
    """Run the scenario. Exit code 0 within the limit, 1 beyond it."""
    stop_on_sigterm()
    parser = argparse.ArgumentParser(prog="bench.reindex", description=__doc__)
    parser.add_argument("--articles", type=int, default=100)
    parser.add_argument("--archive", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    sys.stderr.write("starting a stack of its own\n")
    with measured_stack() as stack:
        before = read_machine()
        without, during = asyncio.run(measure(stack, asked.archive, asked.articles))
        after = read_machine()
    result = {**report(without, during), "machine": machine_report(before, after)}
    print(json.dumps(result, indent=2) if asked.json else "\n".join(lines(result)))
    sys.exit(0 if result["ok"] else 1)


if __name__ == "__main__":
    main()
