"""Every expression of every dashboard returns data from a real Prometheus that scraped the running system."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Set
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.eventually import eventually
from tests.monitoring.dashboards import Asked, all_asked, filled_in
from tests.monitoring.prometheus import Prometheus, needs_prometheus
from tests.monitoring.traffic import ARCHIVE, DESK, WIRE, Newsroom
from tests.monitoring.watched import SCRAPED, watched_system

SCRAPE_S = 2
SOURCES = f"""
[{WIRE}]
outlet = "Northern Wire"

[{ARCHIVE}]
outlet = "Archive of the Larkhaven Post"
"""


@needs_prometheus
@pytest.mark.timeout(420)
async def test_every_expression_returns_data_from_a_real_prometheus(tmp_path: Path) -> None:
    async with watched_system(tmp_path, sources=SOURCES, every=f"{SCRAPE_S}s") as watched:
        began = time.time()
        await eventually(watched.prometheus.targets_up, within=120, what="all services are scraped")
        silent = set(all_asked_by_text())

        async def all_answer() -> bool:
            for text in await answered(watched.prometheus, silent, since=began):
                silent.discard(text)
            return not silent

        async with at_work(Newsroom(watched.system)):
            with naming_the_silent(silent):
                await eventually(all_answer, within=200, every=2, what="data for every panel")
        assert set(SCRAPED) == {each["metric"]["job"] for each in await watched.prometheus.query("up == 1")}


@contextmanager
def naming_the_silent(silent: Set[str]) -> Iterator[None]:
    """Says of a failure which panels it is about."""
    try:
        yield
    except AssertionError as failure:
        panels = all_asked_by_text()
        failure.add_note("no data for:\n" + "\n".join(f"{panels[text]}: {text}" for text in sorted(silent)))
        raise


@asynccontextmanager
async def at_work(room: Newsroom) -> AsyncIterator[None]:
    """A newsroom with live readers, which does one of everything again and again.

    Rates need something to happen between two scrapes, and a busy machine may miss some scrapes.
    """
    async with room.live_readers(2), asyncio.TaskGroup() as group:
        cursor = await room.cursor()
        working = group.create_task(_mornings(room, cursor))
        yield
        working.cancel()


async def _mornings(room: Newsroom, cursor: str) -> None:
    while True:
        for source in (DESK, WIRE, ARCHIVE):
            article_id = await room.publish(source)
        await room.system.shown(article_id, within=120)
        await room.correct()
        await room.withdraw()
        await room.be_refused()
        await room.send_a_batch(3, WIRE)
        await room.lose_one()
        for path in ("/v1/feeds/all.json", "/v1/feeds/all.json", f"/v1/articles/{article_id}"):
            assert await room.read(path) in (200, 304, 410)
        assert "id:" in await room.come_back(cursor)
        await asyncio.sleep(SCRAPE_S)


def all_asked_by_text() -> dict[str, Asked]:
    """Each expression once; the panel is the first that asks it."""
    return {asked.expression: asked for asked in reversed(all_asked())}


async def answered(prometheus: Prometheus, wanted: Iterable[str], *, since: float) -> list[str]:
    """Those of the expressions that have a number now, or had one since this time, as their panel asks."""
    by_text, now = all_asked_by_text(), time.time()
    found = []
    for text in wanted:
        filled = filled_in(text, over_s=now - since, scrape_s=SCRAPE_S, step_s=SCRAPE_S)
        if by_text[text].panel["targets"][0]["instant"]:
            series = await prometheus.query(filled)
            values = [each["value"] for each in series]
        else:
            series = await prometheus.query_range(filled, start=since, end=now, step=SCRAPE_S)
            values = [value for each in series for value in each["values"]]
        if has_number(values):
            found.append(text)
    return found


def has_number(values: Iterable[tuple[float, Any]]) -> bool:
    return any(not math.isnan(float(value)) for _, value in values)
