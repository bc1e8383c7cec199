"""The use case: translations asked for are made and told, kept for later, or given up with the reason."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from enrich.translator.article import ArticleTranslator, Later, given_up, pair_of
from enrich.translator.ports import Clock, Meter, Pair, Parked, Publisher, Tombs, Waiting, WaitingJob
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_ENRICHED
from newsloom_schemas.codec import dump, read_back
from newsloom_schemas.enrichment import Translation
from newsloom_schemas.events import ArticleKilledV1, ArticleTranslatedV1, TranslationRequestedV2
from newsloom_schemas.identity import event_id

# What one attempt may take; the consumer's health looks after batches that take two minutes.
ATTEMPT_WITHIN: Final = 45.0
LEASE: Final = timedelta(seconds=2 * ATTEMPT_WITHIN)
FIRST_PAUSE: Final = timedelta(seconds=2)
LONGEST_PAUSE: Final = timedelta(minutes=5)
BAD_ANSWERS: Final = 3
CLAIMED_AT_ONCE: Final = 8
# A record has at most 4 MiB; the article beside its translations takes its share of the public one.
MAX_EVENT_BYTES: Final = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One article into one language, with how often that was tried."""

    request: TranslationRequestedV2
    target: str
    since: datetime
    attempts: int = 0
    bad_answers: int = 0

    @property
    def job_id(self) -> str:
        return f"{self.request.event_id}:{self.target}"

    @property
    def pair(self) -> Pair:
        return pair_of(self.request, self.target)

    @classmethod
    def waiting(cls, held: WaitingJob) -> "Job":
        return cls(
            request=read_back(held.request, TranslationRequestedV2),
            target=held.target,
            since=held.since,
            attempts=held.attempts,
            bad_answers=held.bad_answers,
        )


class TranslateRequests:
    """`give_up_after` is how long a translation is tried for while no engine can be asked."""

    def __init__(
        self,
        translator: ArticleTranslator,
        waiting: Waiting,
        tombs: Tombs,
        publisher: Publisher,
        clock: Clock,
        meter: Meter,
        *,
        give_up_after: timedelta,
    ) -> None:
        self._translator = translator
        self._waiting = waiting
        self._tombs = tombs
        self._publisher = publisher
        self._clock = clock
        self._meter = meter
        self._give_up_after = give_up_after

    async def __call__(self, events: Sequence[Event]) -> None:
        """A batch of requests and kills. When it returns, each has its outcome or waits durably."""
        killed = {event.article_id for event in events if isinstance(event, ArticleKilledV1)}
        if killed:
            await self._tombs.forget(list(killed))
        asked = (event for event in events if isinstance(event, TranslationRequestedV2))
        requests = _newest([request for request in asked if request.article_id not in killed])
        now = self._clock.now()
        for request in requests:
            await self._waiting.supersede(request.article_id, below=request.revision)
        jobs = [
            Job(request=request, target=target, since=now)
            for request in requests
            for target in request.targets
        ]
        await self._work(jobs)

    async def retry(self) -> int:
        """Try what is due again; how many that were."""
        now = self._clock.now()
        claimed = await self._waiting.claim(now, until=now + LEASE, limit=CLAIMED_AT_ONCE)
        jobs = [Job.waiting(held) for held in claimed]
        await self._work(jobs)
        return len(jobs)

    async def _work(self, jobs: Sequence[Job]) -> None:
        """Attempt and settle; nothing of an article that is killed before or meanwhile."""
        living = await self._without_killed(jobs)
        outcomes = await asyncio.gather(*(self._attempted(job) for job in living))
        left = {job.job_id for job in await self._without_killed(living)}
        both = zip(living, outcomes, strict=True)
        await self._settle([(job, outcome) for job, outcome in both if job.job_id in left])

    async def _without_killed(self, jobs: Sequence[Job]) -> list[Job]:
        if not jobs:
            return []
        killed = await self._tombs.killed([job.request.article_id for job in jobs])
        if killed:
            await self._tombs.forget(list(killed))
        living = [job for job in jobs if job.request.article_id not in killed]
        for _ in range(len(jobs) - len(living)):
            self._meter.translation("killed")
        return living

    async def _attempted(self, job: Job) -> Translation | Later:
        last = job.bad_answers + 1 >= BAD_ANSWERS or self._is_over(job)
        try:
            async with asyncio.timeout(ATTEMPT_WITHIN):
                return await self._translator.translate(job.request, job.target, last=last)
        except TimeoutError:
            # What was translated meanwhile is remembered, so the next attempt has less to do.
            return Later(reason=f"not done within {ATTEMPT_WITHIN:g} s")

    async def _settle(self, outcomes: Sequence[tuple[Job, Translation | Later]]) -> None:
        made = [
            (job, outcome if isinstance(outcome, Translation) else self._given_up(job, outcome))
            for job, outcome in outcomes
        ]
        told = [(job, _within_size(job, each)) for job, each in made if each is not None]
        if told:
            await self._publisher.publish(
                [(ARTICLES_ENRICHED, translated(job.request, each)) for job, each in told]
            )
        for job, translation in told:
            self._meter.translation(translation.status)
            await self._waiting.done(job.job_id)
        parked = [
            (job, outcome)
            for job, outcome in outcomes
            if isinstance(outcome, Later) and self._given_up(job, outcome) is None
        ]
        for job, outcome in parked:
            await self._park(job, outcome)
        # A kill that came since the last look has swept before this was put down: look once more.
        await self._without_killed([job for job, _ in parked])

    def _given_up(self, job: Job, later: Later) -> Translation | None:
        """What is told when another attempt is of no use; None while one is."""
        if later.until is not None:
            return None
        if later.bad and job.bad_answers + 1 >= BAD_ANSWERS:
            reason = f"given up after {BAD_ANSWERS} attempts: {later.reason}"
            return given_up(job.target, away=False, reason=reason)
        if self._is_over(job):
            reason = f"given up after {_hours(self._give_up_after)}: {later.reason}"
            return given_up(job.target, away=not later.bad, reason=reason)
        return None

    def _is_over(self, job: Job) -> bool:
        return self._clock.now() - job.since >= self._give_up_after

    async def _park(self, job: Job, later: Later) -> None:
        now = self._clock.now()
        pause = min(FIRST_PAUSE * 2 ** min(job.attempts, 16), LONGEST_PAUSE)
        parked = Parked(
            job_id=job.job_id,
            article_id=job.request.article_id,
            revision=job.request.revision,
            pair=str(job.pair),
            target=job.target,
            request=dump(job.request),
            # An embargo is no failure of any engine: patience begins when it is over.
            since=later.until or job.since,
            due=later.until or now + pause,
            attempts=job.attempts + 1,
            bad_answers=job.bad_answers + later.bad,
            reason=later.reason,
            held=later.until is not None,
        )
        await self._waiting.park(parked)


def _newest(requests: Sequence[TranslationRequestedV2]) -> list[TranslationRequestedV2]:
    """Without those that a later revision in the same batch has overtaken."""
    newest: dict[str, int] = {}
    for request in requests:
        newest[request.article_id] = max(request.revision, newest.get(request.article_id, 0))
    return [request for request in requests if request.revision == newest[request.article_id]]


def _within_size(job: Job, translation: Translation) -> Translation:
    """The translation, or that it is too large for a record: one such must not hold the others for ever."""
    size = len(dump(translated(job.request, translation)))
    if size <= MAX_EVENT_BYTES:
        return translation
    return given_up(job.target, away=False, reason=f"the translation is too large for the log: {size} bytes")


def translated(request: TranslationRequestedV2, translation: Translation) -> ArticleTranslatedV1:
    """The event of one translation, with the id that the same words have when they are made again."""
    words = translation.model_dump_json(exclude_none=True, exclude={"translated_at"})
    content = f"{request.submission_event_id}\n{hashlib.sha256(words.encode()).hexdigest()}"
    return ArticleTranslatedV1(
        event_id=event_id(request.article_id, request.revision, ArticleTranslatedV1.EVENT_TYPE, content),
        article_id=request.article_id,
        source=request.source,
        external_id=request.external_id,
        submission_event_id=request.submission_event_id,
        revision=request.revision,
        translation=translation,
    )


def _hours(duration: timedelta) -> str:
    seconds = duration.total_seconds()
    return f"{seconds / 3600:g} h" if seconds >= 3600 else f"{seconds:g} s"
