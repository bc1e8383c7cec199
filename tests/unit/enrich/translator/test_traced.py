"""A translation that waited is told in the trace that it was asked for in."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from enrich.translator.ports import Parked
from enrich.translator.traced import TracedWaiting
from newsloom_runtime import traces as module
from newsloom_runtime.traces import Traces, in_hand, opened
from newsloom_schemas.codec import dump
from newsloom_schemas.events import TranslationRequestedV2
from tests.factories import MOMENT, enriched, submitted
from tests.unit.enrich.translator.translating import ListWaiting, requested

CLIENTS = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
LATER = MOMENT + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _nothing_in_hand() -> Iterator[None]:
    """What a test opens must not be seen by the tests after it."""
    token = module._IN_HAND.set(None)
    yield
    module._IN_HAND.reset(token)


def parked(request: TranslationRequestedV2) -> Parked:
    return Parked(
        job_id=f"{request.event_id}:es",
        article_id=request.article_id,
        revision=request.revision,
        pair="en->es",
        target="es",
        request=dump(request),
        since=MOMENT,
        due=MOMENT,
        attempts=1,
        bad_answers=0,
        reason="away",
        held=False,
    )


async def test_what_is_claimed_is_in_hand_with_its_trace_and_can_wait_again() -> None:
    traced, untraced = requested("traced"), requested("untraced")
    jobs = ListWaiting()
    waiting = TracedWaiting(jobs)
    opened(Traces()).note(traced, CLIENTS)
    await waiting.park(parked(traced))
    await waiting.park(parked(untraced))
    opened(Traces())
    assert len(await waiting.claim(MOMENT, until=LATER, limit=5)) == 2
    traces = in_hand()
    assert traces is not None
    # As a translation does, this names the submission that it belongs to.
    assert traces.of(enriched(submitted("traced"))) == CLIENTS
    assert traces.of(enriched(submitted("untraced"))) is None
    await waiting.park(parked(traced))
    assert jobs.jobs[f"{traced.event_id}:es"].traceparent == CLIENTS


async def test_without_a_batch_in_hand_there_is_no_trace_to_keep() -> None:
    jobs = ListWaiting()
    await TracedWaiting(jobs).park(parked(requested()))
    [job] = jobs.jobs.values()
    assert job.traceparent is None
