"""Carrying out what a delivery says: each part is judged, then all of it is on the log at once."""

import asyncio
from collections.abc import Sequence

from ingest.accept import accept, killed
from ingest.desk import Desk
from ingest.door.credentials import Grant
from ingest.outcome import Ignored, Outcome
from ingest.refusal import REFUSALS, Refused
from ingest.source_profile import SourceProfile
from ingest.sources import Dialect, Placed, Said, Withdrawal
from ingest.sources.places import in_their_words
from newsloom_schemas.submission import KillRequest, Submission


async def carry_out(
    desk: Desk, dialect: Dialect, grant: Grant, profile: SourceProfile, said: Sequence[Said]
) -> Sequence[Outcome]:
    """What became of each part. Raises Refused for the first that is refused, unless the dialect is partial
    and the fault its own; then nothing at all is on the log."""
    outcomes: list[Outcome] = []
    for part in said:
        outcomes.append(await _judged(desk, dialect, grant, profile, part))
        if len(said) > 1:
            await asyncio.sleep(0)  # cleaning many short texts in a row would hold the event loop
    for outcome in outcomes:
        if isinstance(outcome, Refused):
            if not dialect.partial or REFUSALS[outcome.code].status >= 500:
                raise outcome  # a tool that hears 207 or 422 would not send again what is our trouble
            desk.audit.refused(outcome.code)
    events = [outcome for outcome in outcomes if not isinstance(outcome, Ignored | Refused)]
    await accept(desk.publisher, *events)
    return outcomes


async def _judged(desk: Desk, dialect: Dialect, grant: Grant, profile: SourceProfile, part: Said) -> Outcome:
    if isinstance(part, Ignored | Refused):
        return part
    try:
        if isinstance(part, Withdrawal):
            return _killed(desk, grant, part)
        return await _submitted(desk, dialect, grant, profile, part)
    except Refused as refused:
        return in_their_words(refused, part.places) if isinstance(part, Placed) else refused


def _killed(desk: Desk, grant: Grant, part: Withdrawal) -> Outcome:
    grant.need("kill")
    return killed(
        KillRequest(reason=part.reason),
        source=grant.source,
        external_id=part.external_id,
        clock=desk.clock,
    )


async def _submitted(
    desk: Desk, dialect: Dialect, grant: Grant, profile: SourceProfile, part: Submission | Placed
) -> Outcome:
    submission = part.submission if isinstance(part, Placed) else part
    return await desk.submitted(submission, source=grant.source, dialect=dialect.name, profile=profile)
