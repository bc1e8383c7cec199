"""What an operator does about dead letters: one after the other, each noted before the next."""

import asyncio
import getpass
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from newsloom_runtime.letter_box import LetterBox
    from newsloom_runtime.letters import Case

T = TypeVar("T")
Outcome = Literal["replayed", "discarded", "refused", "would be replayed", "would be discarded"]


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of one letter, or would."""

    case: "Case"
    outcome: Outcome
    detail: str = ""


async def replay(
    box: "LetterBox", cases: "Sequence[Case]", *, go: bool, rate: float, why: str
) -> AsyncIterator[Done]:
    """Replay cases in their order, at most `rate` a second; without `go` only say what would happen.

    Raises TransientError when Kafka goes away; what was yielded before is done and noted.
    """
    from newsloom_runtime.letter_box import refusal  # with the Kafka client, needed only here

    topics = await box.topics()
    async for case in paced(cases, rate if go else None):
        if reason := refusal(case.letter, topics):
            yield Done(case=case, outcome="refused", detail=reason)
        elif go:
            yield await _replayed(box, case, why)
        else:
            yield Done(case=case, outcome="would be replayed")


async def _replayed(box: "LetterBox", case: "Case", why: str) -> Done:
    from newsloom_runtime.letter_box import LetterGone
    from newsloom_runtime.publisher import RecordTooLarge

    try:
        await box.replay(case.letter, by=operator(), why=why)
    except (LetterGone, RecordTooLarge) as error:
        return Done(case=case, outcome="refused", detail=str(error))
    return Done(case=case, outcome="replayed")


async def discard(box: "LetterBox", cases: "Sequence[Case]", *, go: bool, why: str) -> AsyncIterator[Done]:
    """Discard cases; those discarded before are left as they are. Raises TransientError as `replay` does."""
    for case in cases:
        if case.resolution is not None and case.resolution.outcome == "discarded":
            yield Done(case=case, outcome="discarded", detail="it was before")
        elif go:
            await box.discard(case.letter, by=operator(), why=why)
            yield Done(case=case, outcome="discarded")
        else:
            yield Done(case=case, outcome="would be discarded")


async def paced(
    items: Sequence[T],
    rate: float | None,
    *,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[T]:
    """The items, at most `rate` a second and never in bursts; None is no limit."""
    due = clock()
    for item in items:
        if rate is not None:
            if (wait := due - clock()) > 0:
                await pause(wait)
            due = max(due, clock()) + 1 / rate
        yield item


def operator() -> str:
    """Who runs the command, as the system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "unknown"
