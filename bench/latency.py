"""From POST to visible in the feed API, one article after the other, on a system that is otherwise idle."""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

from bench.machine import machine_lines, machine_report, read_machine
from bench.signals import stop_on_sigterm
from bench.system import measured_stack
from bench.texts import SOURCE, read_corpus, submissions
from newsloom.stack import LocalStack

WARM_UP = 10
POLL_S = 0.002
GIVE_UP_S = 30.0
P99_LIMIT_MS = {"on": 500.0, "off": 100.0}
P99_AIM_MS = {"on": 500.0, "off": 50.0}


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One article, in milliseconds from the start of its POST. `visible_ms`: None when never seen."""

    accepted_ms: float
    visible_ms: float | None


async def shoot(http: httpx2.AsyncClient, submission: dict[str, Any], feeds: str) -> Shot:
    """Post one article and poll its source's feed until it is on top."""
    body = json.dumps(submission, ensure_ascii=False).encode()
    began = time.perf_counter()
    answer = await http.post("/v1/articles", params={"source": SOURCE}, content=body)
    accepted = time.perf_counter()
    if answer.status_code != 202:
        raise SystemExit(f"ingest answered {answer.status_code}: {answer.text}")
    article_id = answer.json()["article_id"]
    while (now := time.perf_counter()) - began < GIVE_UP_S:
        page = (await http.get(f"{feeds}/v1/feeds/source/{SOURCE}.json", params={"limit": 1})).json()
        if any(item["_newsloom"]["article_id"] == article_id for item in page.get("items", ())):
            seen = time.perf_counter()
            return Shot(accepted_ms=1000 * (accepted - began), visible_ms=1000 * (seen - began))
        await asyncio.sleep(max(0.0, POLL_S - (time.perf_counter() - now)))
    return Shot(accepted_ms=1000 * (accepted - began), visible_ms=None)


async def measure(stack: LocalStack, articles: int) -> list[Shot]:
    """The shots that count, after some that do not."""
    addresses = stack.addresses()
    key = stack.home.dev_key_file.read_text(encoding="utf-8").strip()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    texts = submissions(read_corpus(), WARM_UP + articles, prefix="latency")
    async with httpx2.AsyncClient(
        base_url=addresses.need("ingest"), headers=headers, timeout=GIVE_UP_S, trust_env=False
    ) as http:
        shots = [await shoot(http, submission, addresses.need("feeds")) for submission in texts]
    return shots[WARM_UP:]


def report(shots: Sequence[Shot], language_work: str) -> dict[str, Any]:
    """The figures. `ok`: every article was seen, and the 99th percentile is within the limit."""
    visible = sorted(shot.visible_ms for shot in shots if shot.visible_ms is not None)
    p99 = quantile(visible, 0.99)
    return {
        "scenario": "latency",
        "what": "POST until on top of its source's JSON Feed, one by one",
        "language_work": language_work,
        "articles": len(shots),
        "never_seen": len(shots) - len(visible),
        "milliseconds": {
            "p50": quantile(visible, 0.5),
            "p95": quantile(visible, 0.95),
            "p99": p99,
            "max": quantile(visible, 1.0),
            "accepted_p50": quantile(sorted(shot.accepted_ms for shot in shots), 0.5),
        },
        "p99_limit_ms": P99_LIMIT_MS[language_work],
        "p99_aim_ms": P99_AIM_MS[language_work],
        "ok": len(visible) == len(shots) and p99 is not None and p99 <= P99_LIMIT_MS[language_work],
    }


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """The value that `share` of the sorted values do not exceed (nearest rank); None for no values."""
    if not ordered:
        return None
    rank = max(1, -(-len(ordered) * share // 1))
    return round(ordered[int(rank) - 1], 1)


def lines(result: dict[str, Any]) -> list[str]:
    """The report for people."""
    times = result["milliseconds"]
    spread = ", ".join(f"{name} {times[name]} ms" for name in ("p50", "p95", "p99", "max"))
    return [
        f"latency, {result['articles']} articles one by one, language work {result['language_work']}",
        f"  visible after: {spread}",
        f"  accepted after: p50 {times['accepted_p50']} ms; never seen: {result['never_seen']}",
        f"  limit for p99: {result['p99_limit_ms']:.0f} ms, aim {result['p99_aim_ms']:.0f} ms: "
        + ("kept" if result["ok"] else "MISSED"),
        *(f"  {line}" for line in machine_lines(result["machine"])),
    ]


def main() -> None:
    """Run the scenario. Exit code 0 within the limit, 1 beyond it."""
    stop_on_sigterm()
    parser = argparse.ArgumentParser(prog="bench.latency", description=__doc__)
    parser.add_argument("--articles", type=int, default=100)
    parser.add_argument("--language-work", choices=("on", "off"), default="on")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    sys.stderr.write("starting a stack of its own\n")
    with measured_stack(settings={"ENRICH_LANGUAGE_WORK": asked.language_work}) as stack:
        before = read_machine()
        shots = asyncio.run(measure(stack, asked.articles))
        after = read_machine()
    result = {**report(shots, asked.language_work), "machine": machine_report(before, after)}
    print(json.dumps(result, indent=2) if asked.json else "\n".join(lines(result)))
    sys.exit(0 if result["ok"] else 1)


if __name__ == "__main__":
    main()
