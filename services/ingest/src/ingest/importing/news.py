"""What is new in an item, decided by what the log already holds (ADR 0018)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ingest.register.ports import Register
from ingest.sources.revisions import milliseconds
from newsloom_schemas.events import ArticleSubmittedV2
from newsloom_schemas.submission import Submission

# The register knows single submissions for as long as the log does.
REMEMBERED = timedelta(days=30)
EventOf = Callable[[Submission], Awaitable[ArticleSubmittedV2]]


@dataclass(frozen=True, kw_only=True)
class Old:
    """There is nothing to submit. `held-back`: the text changed, and no clock of the source says when."""

    why: Literal["unchanged", "held-back"]


async def news_in(
    submission: Submission, *, changed: datetime | None, register: Register, event_of: EventOf
) -> ArticleSubmittedV2 | Old:
    """The event to publish for an item, or why there is none. `changed` is the feed's own time.

    A text that changed under the date that it already had gets the time of the feed as its revision, if
    that is later; our clocks never order anything. Raises Refused.
    """
    event = await event_of(submission)
    latest = await register.latest_revision(event.article_id)
    if latest is None:
        return event
    # Asked first, because an item without a date has that of the feed, which changes with every other item.
    if await register.find((await _at(submission, latest, event_of)).event_id) is not None:
        return Old(why="unchanged")
    if latest < event.revision:
        return event
    if changed is None or milliseconds(changed) <= latest:
        return Old(why="held-back")
    if milliseconds(changed) - event.revision > REMEMBERED / timedelta(milliseconds=1):
        return Old(why="unchanged")  # too old for the register to tell the one from the other
    return await _at(submission, milliseconds(changed), event_of)


async def _at(submission: Submission, revision: int, event_of: EventOf) -> ArticleSubmittedV2:
    return await event_of(submission.model_copy(update={"revision": revision}))
