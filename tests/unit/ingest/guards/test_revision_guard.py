"""The guard of corrections: only who knows the latest revision may be the next, and a repeat always may."""

from dataclasses import dataclass, field
from datetime import datetime

import pytest

from ingest.guards.revision import ClaimingGuard
from ingest.refusal import Refused
from newsloom_schemas.events import ArticleSubmittedV2
from newsloom_store import StoreUnavailable
from newsloom_store.request_guards_memory import MemoryClaims
from newsloom_store.submission_facts import SubmissionFact
from tests.factories import MOMENT, submission_fact, submitted


@dataclass
class Log:
    """The register's view of a log."""

    events: list[ArticleSubmittedV2] = field(default_factory=list)

    async def find(self, event_id: str) -> SubmissionFact | None:
        return next((_fact(event) for event in self.events if event.event_id == event_id), None)

    async def latest_revision(self, article_id: str) -> int | None:
        found = [event.revision for event in self.events if event.article_id == article_id]
        return max(found, default=None)


def _fact(event: ArticleSubmittedV2, at: datetime = MOMENT) -> SubmissionFact:
    return submission_fact(
        event_id=event.event_id,
        article_id=event.article_id,
        source=event.source,
        number=event.revision,
        accepted_at=at,
        logged_at=at,
    )


def revision(number: int, headline: str = "Bridge opens") -> ArticleSubmittedV2:
    return submitted("bridge", number, headline=headline)


async def conflict(guard: ClaimingGuard, event: ArticleSubmittedV2, previous: int) -> int | None:
    with pytest.raises(Refused) as refused:
        await guard.claim(event, previous)
    assert refused.value.code == "revision-conflict"
    return refused.value.current_revision


async def test_a_correction_of_the_latest_revision_passes_and_any_other_hears_which_it_is() -> None:
    log = Log([revision(1), revision(4)])
    guard = ClaimingGuard(log, MemoryClaims())
    assert await conflict(guard, revision(5), 1) == 4
    await guard.claim(revision(5), 4)


async def test_zero_means_that_there_is_no_revision_yet() -> None:
    log = Log()
    guard = ClaimingGuard(log, MemoryClaims())
    await guard.claim(revision(1), 0)
    log.events.append(revision(1))
    assert await conflict(guard, revision(2), 0) == 1


async def test_a_rival_is_refused_even_before_the_first_has_arrived() -> None:
    guard = ClaimingGuard(Log([revision(1)]), MemoryClaims())
    await guard.claim(revision(2), 1)
    assert await conflict(guard, revision(2, "Another"), 1) == 1
    await guard.claim(revision(2), 1)  # the same again, since its answer may have been lost


async def test_a_repeat_of_what_has_arrived_passes_for_ever() -> None:
    log = Log([revision(1)])
    guard = ClaimingGuard(log, MemoryClaims())
    await guard.claim(revision(2), 1)
    log.events += [revision(2), revision(3)]
    await guard.claim(revision(2), 1)
    assert await conflict(guard, revision(2, "Another"), 1) == 3


async def test_one_correction_follows_another() -> None:
    log = Log([revision(1)])
    guard = ClaimingGuard(log, MemoryClaims())
    for number in range(2, 6):
        await guard.claim(revision(number), number - 1)
        log.events.append(revision(number))


async def test_a_correction_must_be_higher_than_what_it_corrects() -> None:
    with pytest.raises(Refused) as refused:
        await ClaimingGuard(Log([revision(2)]), MemoryClaims()).claim(revision(2), 2)
    assert refused.value.errors[0].pointer == "/previous_revision"


async def test_without_the_store_nothing_is_promised() -> None:
    class Away(MemoryClaims):
        async def claim(self, article_id: str, event_id: str, revision: int, *, latest: int) -> bool:
            raise StoreUnavailable("away")

    with pytest.raises(Refused) as refused:
        await ClaimingGuard(Log([revision(1)]), Away()).claim(revision(2), 1)
    assert refused.value.code == "guard-unavailable"
