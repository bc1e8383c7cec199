"""The canary before the whole real system: it is seen everywhere it should be, and its silence tells."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from newsloom.stack import LocalStack
from tests.e2e.system import GROUPS, System
from tests.eventually import eventually

STEPS = {"submit", "read", "feed", "live", "update", "update_live", "kill", "hidden"}
MOST_SERIES = 400
STEP = re.compile(r'step="(\w+)"')
_SAMPLE = re.compile(r"^(?P<name>[a-z_]+)(?:\{(?P<labels>.*)\})? (?P<value>\S+)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Canary:
    """What the canary tells of itself."""

    system: System

    async def metrics(self) -> dict[tuple[str, str], float]:
        """Every sample by its name and the text of its labels."""
        text = (await self.system.http.get(f"{self.system.at.need('canary')}/metrics")).text
        return {
            (found["name"], found["labels"] or ""): float(found["value"]) for found in _SAMPLE.finditer(text)
        }

    async def rounds(self, outcome: str) -> float:
        return (await self.metrics())["newsloom_canary_rounds_total", f'outcome="{outcome}"']

    async def last_seen(self) -> float:
        return (await self.metrics())["newsloom_canary_last_seen_timestamp_seconds", ""]

    async def lag_of_enrich(self) -> float:
        labels = 'group="enrich",topic="articles-submitted"'
        return (await self.metrics()).get(("newsloom_group_lag_seconds", labels), 0.0)


@pytest.fixture
async def canary(system: System, whole_stack: LocalStack) -> AsyncIterator[Canary]:
    """Started beside what runs already, as `newsloom up --with canary` does."""
    await asyncio.to_thread(whole_stack.up, ["canary"])
    try:
        yield Canary(system=system)
    finally:
        await asyncio.to_thread(whole_stack.down, ["canary"])


async def test_a_round_is_ok_in_every_step_and_readers_meet_no_canary(canary: Canary) -> None:
    async def one_whole_round() -> bool:
        return await canary.rounds("ok") >= 1

    await eventually(one_whole_round, within=90, what="a round that is ok", every=0.2)
    told = await canary.metrics()
    steps = [
        labels for (name, labels), value in told.items() if name == "newsloom_canary_steps_total" and value
    ]
    assert {STEP.findall(labels)[0] for labels in steps if 'outcome="ok"' in labels} == STEPS
    assert not any('outcome="wrong"' in labels for labels in steps)
    assert len(told) < MOST_SERIES

    lag = {labels for name, labels in told if name == "newsloom_group_lag_records"}
    for group, topics in GROUPS.items():
        assert {f'group="{group}",topic="{topic.name}"' for topic in topics} <= lag
    feeds = (await canary.system.get("/v1/feeds")).json()["feeds"]
    assert not [feed["id"] for feed in feeds if "canary" in feed["id"]]
    assert await canary.system.feed_ids("source/canary") == []


async def test_without_enrich_no_canary_is_seen_and_with_it_they_are_late_and_then_well_again(
    canary: Canary,
) -> None:
    async def seen_at_all() -> bool:
        return await canary.last_seen() > 0

    async def nothing_is_seen() -> bool:
        return time.time() - await canary.last_seen() >= 16  # one is usually seen every ten seconds

    async def waiting() -> bool:
        return await canary.lag_of_enrich() >= 8  # by then a round that waits is late, whatever comes

    await eventually(seen_at_all, within=90, what="a canary that is seen", every=0.2)
    await asyncio.to_thread(canary.system.stack.down, ["enrich"])
    try:
        await eventually(nothing_is_seen, within=120, what="no canary for a while", every=0.5)
        await eventually(waiting, within=120, what="enrich falling behind", every=0.5)
        before = await canary.last_seen()
    finally:
        await asyncio.to_thread(canary.system.stack.up, ["enrich"])

    async def late() -> bool:
        return await canary.rounds("late") + await canary.rounds("failed") >= 1

    async def seen_again() -> bool:
        return await canary.last_seen() > before

    await eventually(late, within=120, what="a round that was late", every=0.5)
    await eventually(seen_again, within=120, what="canaries seen again", every=0.5)
    assert await canary.rounds("wrong") == 0
