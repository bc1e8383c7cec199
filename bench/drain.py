"""How fast enrich and publish drain a backlog, language work off, each beside a naive service."""

import argparse
import asyncio
import json
import logging
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import floor
from pathlib import Path
from typing import Any

from bench.backlog import fill
from bench.machine import machine_lines, machine_report, read_machine
from bench.outlets import Drained, Outlet, watch
from bench.peers import naive_enrich, naive_publish
from bench.peers.topics import NAIVE_ENRICHED, NAIVE_FEED_UPDATES, NAIVE_PUBLISHED, NAIVE_TOPICS
from bench.signals import stop_on_sigterm
from bench.system import ROOT, measured_stack
from newsloom.stack import BACKENDS, LocalStack
from newsloom_runtime.topics import create_topics
from newsloom_schemas.catalog import (
    ARTICLES_ENRICHED,
    ARTICLES_PUBLISHED,
    ARTICLES_SUBMITTED,
    FEED_UPDATES,
    TOPICS,
)

FEEDS_OF_AN_ARTICLE = 4  # all, its source, its section, its language
STOP_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Goal:
    """How many times the peer's rate is demanded, and hoped for."""

    floor: float
    aim: float


GOALS = {"enrich": Goal(floor=6, aim=9), "publish": Goal(floor=10, aim=18)}
PEERS = {"enrich": naive_enrich.WHAT, "publish": naive_publish.WHAT}


def our_outlet(service: str, articles: int) -> Outlet:
    """What our service has to write and to commit before it is done."""
    if service == "enrich":
        return Outlet(
            topics=(ARTICLES_ENRICHED,), expected=(articles,), group="enrich", inbox=ARTICLES_SUBMITTED
        )
    return Outlet(
        topics=(ARTICLES_PUBLISHED, FEED_UPDATES),
        expected=(articles, FEEDS_OF_AN_ARTICLE * articles),
        group="publish",
        inbox=ARTICLES_ENRICHED,
    )


def peer_outlet(service: str, articles: int) -> Outlet:
    """What the naive service has to write; its commits are not waited for."""
    if service == "enrich":
        return Outlet(topics=(NAIVE_ENRICHED,), expected=(articles,))
    return Outlet(
        topics=(NAIVE_PUBLISHED, NAIVE_FEED_UPDATES), expected=(articles, FEEDS_OF_AN_ARTICLE * articles)
    )


async def drain_ours(stack: LocalStack, service: str, articles: int) -> Drained:
    """The real service, started on the backlog and stopped when it is drained."""
    kafka = stack.addresses().need("kafka")
    watching = asyncio.create_task(watch(kafka, our_outlet(service, articles), lambda: _pid(stack, service)))
    try:
        await asyncio.to_thread(stack.up, [service])
        return await watching
    finally:
        watching.cancel()
        await asyncio.to_thread(stack.down, [service])


async def drain_peer(stack: LocalStack, service: str, articles: int) -> Drained:
    """The naive service on the same backlog, until it has written so many."""
    addresses = stack.addresses()
    kafka = addresses.need("kafka")
    options = ["--kafka", kafka]
    if service == "publish":
        options += ["--mongo", addresses.need("mongo")]
    async with _process(
        f"bench.peers.naive_{service}", options, stack.home.log_file(f"naive-{service}")
    ) as pid:
        return await watch(kafka, peer_outlet(service, articles), lambda: pid)


def _pid(stack: LocalStack, service: str) -> int:
    pid = next(component.pid for component in stack.status() if component.name == service)
    if pid is None:
        raise RuntimeError(f"{service} is gone; see {stack.home.log_file(service)}")
    return pid


@asynccontextmanager
async def _process(module: str, options: list[str], log: Path) -> AsyncIterator[int]:
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            *options,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process.pid
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            process.kill()
            await process.wait()


async def compare(stack: LocalStack, service: str, articles: int, peer_articles: int) -> dict[str, Any]:
    """One service beside its peer."""
    _say(f"the naive {service}: {peer_articles} articles")
    peer = await drain_peer(stack, service, peer_articles)
    _say(f"{service}: {articles} articles")
    ours = await drain_ours(stack, service, articles)
    goal = GOALS[service]
    ratio = floor(10 * ours.rate / peer.rate) / 10  # 9.97 is no 10: what is shown is what is judged
    return {
        "articles_per_s": round(ours.rate),
        "seconds": round(ours.seconds, 2),
        "cpu_us_per_article": round(ours.cpu_us),
        "peer": {
            "articles_per_s": round(peer.rate),
            "articles": peer_articles,
            "seconds": round(peer.seconds, 2),
            "cpu_us_per_article": round(peer.cpu_us),
            "what": PEERS[service],
        },
        "ratio": ratio,
        "floor": goal.floor,
        "aim": goal.aim,
        "ok": ratio >= goal.floor,
    }


async def measure(stack: LocalStack, articles: int, peer_articles: int) -> dict[str, Any]:
    """Both services, one after the other: publish drains what enrich wrote."""
    kafka = stack.addresses().need("kafka")
    await create_topics(kafka, topics=(*TOPICS, *NAIVE_TOPICS))
    _say(f"writing a backlog of {articles} articles")
    record_bytes = await fill(kafka, articles)
    services = {
        service: await compare(stack, service, articles, peer_articles) for service in ("enrich", "publish")
    }
    return {
        "scenario": "drain",
        "what": "articles a second from a backlog; done is emitted and, for ours, committed",
        "articles": articles,
        "record_bytes": record_bytes,
        **services,
        "ok": all(figures["ok"] for figures in services.values()),
    }


def lines(result: dict[str, Any]) -> list[str]:
    """The report for people."""
    shown = [f"drain, a backlog of {result['articles']} articles of {result['record_bytes']} bytes"]
    for service in ("enrich", "publish"):
        figures, peer = result[service], result[service]["peer"]
        verdict = "kept" if figures["ok"] else "MISSED"
        shown += [
            f"  {service}: {figures['articles_per_s']:,} articles/s, naive {peer['articles_per_s']:,}/s:"
            f" {figures['ratio']} times (at least {figures['floor']:g}, aim {figures['aim']:g}): {verdict}",
            f"    processor time for an article: {figures['cpu_us_per_article']:,} us,"
            f" naive {peer['cpu_us_per_article']:,} us",
            f"    naive is: {peer['what']}; {peer['articles']} articles",
        ]
    return shown + [f"  {line}" for line in machine_lines(result["machine"])]


def main() -> None:
    """Run the scenario. Exit code 0 when both floors are kept, 1 when not."""
    stop_on_sigterm()
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # it retries, and says so at length
    parser = argparse.ArgumentParser(prog="bench.drain", description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--peer-articles", type=int)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    peer_articles = asked.peer_articles or max(1, min(2_000, asked.articles // 10))
    _say("starting a stack of its own")
    with measured_stack(BACKENDS, {"ENRICH_LANGUAGE_WORK": "off"}) as stack:
        before = read_machine()
        result = asyncio.run(measure(stack, asked.articles, min(peer_articles, asked.articles)))
        after = read_machine()
    result["machine"] = machine_report(before, after)
    print(json.dumps(result, indent=2) if asked.json else "\n".join(lines(result)))
    sys.exit(0 if result["ok"] else 1)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    main()
