"""The related index with a large archive: build, memory, time of a question, start from disk."""

import argparse
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import psutil

from bench.archive import articles, asked
from bench.latency import quantile
from bench.machine import machine_lines, machine_report, read_machine
from bench.peers.naive_related import NaiveRelated
from bench.signals import stop_on_sigterm
from enrich.index.library import IndexedArticle
from enrich.index.snapshot import Snapshot, read_snapshot, write_snapshot
from enrich.related import RelatedIndex, RelatedQuery

PEER_ARTICLES = 20_000
QUESTIONS = 1_000
COPIES = 100
TOLD_EVERY = 50_000
# What one question may take of the event loop.
P95_LIMIT_MS = 5.0
P50_AIM_MS = 0.5
Result = TypeVar("Result")


def resident() -> int:
    """Bytes of memory of this process."""
    gc.collect()
    return int(psutil.Process().memory_info().rss)


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """What the work gives, and the seconds that it took."""
    began = time.perf_counter()
    return work(), time.perf_counter() - began


def build(archive: Iterable[IndexedArticle], total: int) -> tuple[RelatedIndex, dict[str, Any]]:
    """The index, and what putting and merging took without making the articles."""
    index, before = RelatedIndex(), resident()
    putting = merging = longest_put = longest_merge = 0.0
    for number, article in enumerate(archive, start=1):
        began = time.perf_counter()
        index.put(article)
        put = time.perf_counter() - began
        merge = timed(index.tidy)[1] if index.untidy else 0.0
        putting, longest_put = putting + put, max(longest_put, put)
        merging, longest_merge = merging + merge, max(longest_merge, merge)
        if number % TOLD_EVERY == 0:
            sys.stderr.write(f"  {number:,} of {total:,} articles\n")
    figures = {
        "articles_per_s": round(len(index) / (putting + merging)),
        "put_us": round(1e6 * putting / len(index)),
        "longest_put_ms": round(1000 * longest_put, 1),
        "longest_merge_ms": round(1000 * longest_merge, 1),
        "array_mb": round(index.nbytes / 1e6, 1),
        "resident_mb": round((resident() - before) / 1e6, 1),
        "bytes_per_article": round(index.nbytes / len(index)),
    }
    return index, figures


def questions(
    query: Callable[[RelatedQuery], object], wanted: Iterable[RelatedQuery]
) -> dict[str, dict[str, float | None]]:
    """Milliseconds of a question by the clock and by the processor, each asked alone as in the service."""
    clock, processor = [], []
    for one in wanted:
        began, used = time.perf_counter(), time.thread_time()
        query(one)
        clock.append(1000 * (time.perf_counter() - began))
        processor.append(1000 * (time.thread_time() - used))
    return {"clock": _shares(clock), "processor": _shares(processor)}


def _shares(took: list[float]) -> dict[str, float | None]:
    shares = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
    return {name: _fine(sorted(took), share) for name, share in shares}


def _fine(ordered: list[float], share: float) -> float | None:
    """Thousandths of a millisecond matter here."""
    value = quantile([1000 * one for one in ordered], share)
    return None if value is None else round(value / 1000, 3)


def strangers() -> Iterator[RelatedQuery]:
    """Questions about articles that the archive does not hold."""
    for number, article in enumerate(articles(QUESTIONS, "strangers")):
        yield asked(article, f"stranger-{number}")


def copies_found(index: RelatedIndex, held: list[IndexedArticle]) -> int:
    """Of copies under another id: how many find their original first, as a duplicate."""
    answers = ((one, index.query(asked(one, f"copy-{at}"))) for at, one in enumerate(held))
    return sum(
        bool(links) and (links[0].article_id, links[0].relation) == (one.article_id, "duplicate")
        for one, links in answers
    )


def kill(index: RelatedIndex, articles: Iterable[IndexedArticle]) -> None:
    for one in articles:
        index.kill(one.article_id)


def on_disk(index: RelatedIndex) -> dict[str, Any]:
    """Seconds and size of a snapshot; `same` says that the loaded index answers alike."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        packed, copying = timed(index.packed)
        writing = timed(partial(write_snapshot, path, Snapshot(log="bench", offsets={}, packed=packed)))[1]
        size = path.stat().st_size
        del packed  # it shall not stand beside the loaded one
        loaded, loading = timed(lambda: RelatedIndex(read_snapshot(path).packed))
    some = list(islice(strangers(), COPIES))
    return {
        "copy_s": round(copying, 2),
        "write_s": round(writing, 2),
        "load_s": round(loading, 2),
        "size_mb": round(size / 1e6, 1),
        "same": [loaded.query(one) for one in some] == [index.query(one) for one in some],
    }


def peer(count: int) -> dict[str, Any]:
    """A dictionary of sets with a part of the archive; it grows with the archive in memory and in time."""
    naive, before = NaiveRelated(), resident()
    for article in articles(count, "archive"):
        naive.put(article)
    return {
        "what": "a dictionary of sets, every term of every article",
        "articles": count,
        "bytes_per_article": round((resident() - before) / count),
        "milliseconds": questions(naive.query, islice(strangers(), COPIES)),
    }


def measure(count: int) -> dict[str, Any]:
    """The whole scenario in this process; the peer first, on as many articles at most as it can bear."""
    beside = peer(min(count, PEER_ARTICLES))
    small, _ = build(articles(beside["articles"], "archive"), beside["articles"])
    beside["ours_milliseconds"] = questions(small.query, islice(strangers(), COPIES))
    del small
    index, figures = build(articles(count, "archive"), count)
    held = list(islice(articles(count, "archive"), min(COPIES, count)))
    times = questions(index.query, strangers())
    found = copies_found(index, held)
    disk = on_disk(index)
    _, killing = timed(lambda: kill(index, held))
    gone = copies_found(index, held) == 0
    return {
        "scenario": "related",
        "what": "an archive in the related index of one process",
        "articles": count,
        "build": figures,
        "milliseconds": times,
        "p95_limit_ms": P95_LIMIT_MS,
        "p50_aim_ms": P50_AIM_MS,
        "copies": {"asked": len(held), "found": found},
        "disk": disk,
        "kills": {"each_us": round(1e6 * killing / len(held)), "gone": gone},
        "peer": beside,
        "ok": bool(
            gone and disk["same"] and found == len(held) and (times["processor"]["p95"] or 0) <= P95_LIMIT_MS
        ),
    }


def lines(result: dict[str, Any]) -> list[str]:
    """The report for people."""
    built, disk, beside, copies = (result[part] for part in ("build", "disk", "peer", "copies"))
    return [
        f"related, {result['articles']:,} articles",
        f"  build: {built['articles_per_s']:,} articles/s; one put {built['put_us']} us, longest "
        f"{built['longest_put_ms']} ms; longest merge (in a thread) {built['longest_merge_ms']} ms",
        f"  memory: {built['bytes_per_article']} bytes an article, {built['array_mb']} MB in arrays, "
        f"{built['resident_mb']} MB resident",
        f"  one question: {_spread(result['milliseconds'], 'processor')} of the processor; "
        f"by the clock {_spread(result['milliseconds'])}",
        f"  limit for p95 of the processor's time: {P95_LIMIT_MS} ms, aim for p50: {P50_AIM_MS} ms: "
        + ("kept" if result["ok"] else "MISSED"),
        f"  copies that find their original first: {copies['found']} of {copies['asked']}",
        f"  on disk: {disk['size_mb']} MB; copied in {disk['copy_s']} s, written in {disk['write_s']} s, "
        f"loaded in {disk['load_s']} s; answers alike: {disk['same']}",
        f"  one kill: {result['kills']['each_us']} us; killed ones are gone: {result['kills']['gone']}",
        f"  beside it, {beside['what']}, {beside['articles']:,} articles: "
        f"{beside['bytes_per_article']} bytes an article, {_spread(beside['milliseconds'])}; "
        f"ours with as many: {_spread(beside['ours_milliseconds'])}",
        *(f"  {line}" for line in machine_lines(result["machine"])),
    ]


def _spread(times: dict[str, dict[str, float]], by: str = "clock") -> str:
    return ", ".join(f"{name} {times[by][name]:.2f} ms" for name in ("p50", "p95", "p99", "max"))


def main() -> None:
    """Run the scenario. Exit code 0 within the limits, 1 beyond them."""
    stop_on_sigterm()
    parser = argparse.ArgumentParser(prog="bench.related", description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    before = read_machine()
    figures = measure(given.articles)
    result = {**figures, "machine": machine_report(before, read_machine())}
    print(json.dumps(result, indent=2) if given.json else "\n".join(lines(result)))
    sys.exit(0 if result["ok"] else 1)


if __name__ == "__main__":
    main()
