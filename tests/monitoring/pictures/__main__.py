"""Draws the dashboards into a folder (`make pictures`).

    python -m tests.monitoring.pictures docs/img --minutes 14
    python -m tests.monitoring.pictures docs/img --prometheus http://127.0.0.1:9090 --minutes 60

Without an address it starts a whole system with its canary, an engine and a Prometheus, lets a newsroom work
on it for these minutes, and stops one service for a while, so that there is something to see.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

import httpx2

from tests.monitoring.dashboards import Json, pages, panels
from tests.monitoring.pictures.answers import Window, answers
from tests.monitoring.pictures.day import SOURCES, a_day
from tests.monitoring.pictures.drawing import draw
from tests.monitoring.prometheus import RULES, Prometheus
from tests.monitoring.watched import watched_system


async def draw_all(prometheus: Prometheus, folder: Path, *, start: float, end: float) -> None:
    """Each dashboard, for the jobs that are chosen in it at first."""
    for name, page in pages().items():
        window = Window(start=start, end=end, job=_chosen_job(page))
        found = {panel["id"]: await answers(prometheus, panel, window) for panel in panels(page)}
        draw(page, found, window, folder / f"dashboard-{name}.png")
        silent = [panel["title"] for panel in panels(page) if not found[panel["id"]]]
        print(f"dashboard-{name}.png", f"without data: {', '.join(silent)}" if silent else "")


def _chosen_job(page: Json) -> str:
    chosen = next(each for each in page["templating"]["list"] if each["name"] == "job")["current"]["value"][0]
    return ".+" if chosen == "$__all" else str(chosen)


async def of_a_running_one(address: str, folder: Path, seconds: float) -> None:
    """Pictures of the last so many seconds of a Prometheus that runs already."""
    async with httpx2.AsyncClient(timeout=30, trust_env=False) as http:
        end = time.time()
        await draw_all(Prometheus(address=address, http=http), folder, start=end - seconds, end=end)


async def of_a_day(folder: Path, seconds: float) -> None:
    """Pictures of a system that works this long for them."""
    rules = [path for path in (RULES / "alerts.yml", RULES / "recording.yml") if path.exists()]
    with tempfile.TemporaryDirectory(prefix="newsloom-pictures-") as scratch:
        async with watched_system(
            Path(scratch), sources=SOURCES, rules=rules, every="5s", canary_every_s=10
        ) as watched:
            began = time.time()
            await a_day(watched, seconds)
            await draw_all(watched.prometheus, folder, start=began, end=time.time())


def main() -> None:
    """Read the command line."""
    asked = argparse.ArgumentParser(prog="python -m tests.monitoring.pictures")
    asked.add_argument("folder", type=Path)
    asked.add_argument("--prometheus", help="address of one that runs; else a system is started")
    asked.add_argument("--minutes", type=float, default=14)
    given = asked.parse_args()
    if given.prometheus:
        asyncio.run(of_a_running_one(given.prometheus, given.folder, given.minutes * 60))
    else:
        asyncio.run(of_a_day(given.folder, given.minutes * 60))


if __name__ == "__main__":
    main()
