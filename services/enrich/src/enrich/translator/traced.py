"""A translation that waits keeps the trace that it was asked for in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from enrich.translator.ports import Parked, Waiting, WaitingJob
from newsloom_runtime.traces import Traces, in_hand, opened
from newsloom_schemas.codec import read_back
from newsloom_schemas.events import TranslationRequestedV2


class TracedWaiting:
    """A place for work that waits, before another one. What is claimed from it is in hand with its traces."""

    def __init__(self, waiting: Waiting) -> None:
        self._waiting = waiting

    async def park(self, job: Parked) -> None:
        traces = in_hand()
        event = read_back(job.request, TranslationRequestedV2)
        await self._waiting.park(replace(job, traceparent=traces.of(event)) if traces else job)

    async def claim(self, now: datetime, *, until: datetime, limit: int) -> Sequence[WaitingJob]:
        claimed = await self._waiting.claim(now, until=until, limit=limit)
        traces = opened(Traces())
        for job in claimed:
            if job.traceparent is not None:
                traces.note(read_back(job.request, TranslationRequestedV2), job.traceparent)
        return claimed

    async def done(self, job_id: str) -> None:
        await self._waiting.done(job_id)

    async def supersede(self, article_id: str, *, below: int) -> None:
        await self._waiting.supersede(article_id, below=below)

    async def hasten(self, pair: str, now: datetime) -> None:
        await self._waiting.hasten(pair, now)

    async def count(self) -> int:
        return await self._waiting.count()
