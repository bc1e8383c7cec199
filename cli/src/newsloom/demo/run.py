"""The run of the demo: stories side by side, the articles of each one after the other."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsloom.client import Client, Receipt, Refused
from newsloom.demo.flow import Sighting, Stage
from newsloom.demo.samples import Sample
from newsloom.errors import CommandError
from newsloom.submitting import State, look

LANES = 3  # as many stories at once: enough to be quick, few enough that the milliseconds mean something
LOOK_EVERY_S = 0.25


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One sample's way through the system; milliseconds count from the moment its POST began.

    `submitted_ms` ends with ingest's 202; the others are when the event was written to its topic.
    """

    sample: Sample
    state: State
    detail: str
    receipt: Receipt | None = None
    submitted_ms: float | None = None
    enriched_ms: float | None = None
    published_ms: float | None = None
    published: Sighting | None = None

    @property
    def settled(self) -> bool:
        return self.state in ("published", "superseded")


@dataclass(frozen=True, kw_only=True)
class Course:
    """What a run needs: the system, the two stages it is watched in, and how long one article may take."""

    client: Client
    enriched: Stage
    published: Stage
    patience_s: float


async def run_stories(
    stories: Sequence[Sequence[Sample]], course: Course, tell: Callable[[Passage], None]
) -> list[Passage]:
    """Submit every sample and follow it; `tell` hears of each as it is settled. In the order of settling."""
    passages: list[Passage] = []
    waiting = list(reversed(stories))

    async def lane() -> None:
        while waiting:
            for sample in waiting.pop():
                passage = await pass_through(sample, course)
                passages.append(passage)
                tell(passage)

    async with asyncio.TaskGroup() as lanes:
        for _ in range(min(LANES, len(waiting))):
            lanes.create_task(lane())
    return passages


async def pass_through(sample: Sample, course: Course) -> Passage:
    """One sample, from its POST until readers can see it or it is clear that they will not."""
    began_ms = time.time() * 1000
    try:
        receipt = await course.client.submit(sample.delivery)
        submitted_ms = time.time() * 1000 - began_ms
        state, detail = await _settled(receipt, course)
    except Refused as error:
        return Passage(sample=sample, state="refused", detail=str(error))
    except CommandError as error:  # one service that went away is told beside its articles
        return Passage(sample=sample, state="failed", detail=str(error))
    enriched = await course.enriched.wait_for(receipt.event_id, LOOK_EVERY_S)
    published = course.published.seen(receipt.event_id)
    return Passage(
        sample=sample,
        state=state,
        detail=detail,
        receipt=receipt,
        submitted_ms=submitted_ms,
        enriched_ms=_since(began_ms, enriched),
        published_ms=_since(began_ms, published),
        published=published,
    )


async def _settled(receipt: Receipt, course: Course) -> tuple[State, str]:
    """Published when the log says so and readers see it. Kills and newer ones only the feed API tells."""
    deadline = time.monotonic() + course.patience_s
    while time.monotonic() < deadline:
        told = await course.published.wait_for(receipt.event_id, LOOK_EVERY_S)
        verdict = await look(course.client, receipt)
        if verdict is not None and (told is not None or verdict[0] != "published"):
            return verdict
    return (
        "timed-out",
        f"not published within {course.patience_s:g} s; see the logs that `newsloom status` names",
    )


def _since(began_ms: float, sighting: Sighting | None) -> float | None:
    return max(0.0, sighting.timestamp_ms - began_ms) if sighting else None
