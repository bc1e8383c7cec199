"""Handing in deliveries and, when asked, waiting until readers can see them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

from newsloom.client import Client, Receipt, Refused
from newsloom.deliveries import Delivery, embargo_of
from newsloom.errors import Exit

State = Literal[
    "accepted",
    "published",
    "superseded",
    "embargoed",
    "killed",
    "conflict",
    "dead-lettered",
    "timed-out",
    "refused",
    "failed",
]
STATES: dict[str, State] = {"withheld": "embargoed", "rejected": "conflict"}  # what ingest calls otherwise
NOT_YET = frozenset({429, 503})
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.02, 0.5
Answer = TypeVar("Answer")
CODES: dict[State, Exit] = {
    "killed": Exit.REFUSED,
    "conflict": Exit.REFUSED,
    "dead-lettered": Exit.REFUSED,
    "refused": Exit.REFUSED,
    "failed": Exit.NOT_RUNNING,
    "timed-out": Exit.TIMED_OUT,
}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one delivery. `milliseconds` runs from the request to the answer that settled it."""

    label: str
    state: State
    detail: str
    milliseconds: float
    receipt: Receipt | None = None

    @property
    def code(self) -> Exit:
        return CODES.get(self.state, Exit.OK)

    def as_dict(self) -> dict[str, Any]:
        receipt = asdict(self.receipt) if self.receipt else {}
        return {
            "file": self.label,
            "state": self.state,
            **receipt,
            "milliseconds": round(self.milliseconds, 1),
            "detail": self.detail,
        }


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to wait for an article, and how: clock and pause are replaced in tests."""

    seconds: float
    clock: Callable[[], float] = time.perf_counter
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


async def submit(client: Client, delivery: Delivery, patience: Patience | None) -> Outcome:
    """Hand in one delivery; with `patience` wait for its end. A refusal is an outcome, not an error."""
    clock = (patience or Patience(seconds=0)).clock
    began = clock()
    try:
        receipt = await client.submit(delivery)
        state, detail = await _settled(client, delivery, receipt, patience)
    except Refused as error:
        return Outcome(
            label=delivery.label, state="refused", detail=str(error), milliseconds=1000 * (clock() - began)
        )
    return Outcome(
        label=delivery.label,
        state=state,
        detail=detail,
        receipt=receipt,
        milliseconds=1000 * (clock() - began),
    )


async def _settled(
    client: Client, delivery: Delivery, receipt: Receipt, patience: Patience | None
) -> tuple[State, str]:
    embargo = embargo_of(delivery)
    if embargo is not None and embargo.astimezone(UTC) > datetime.now(UTC):
        return "embargoed", f"accepted; not shown before {embargo.isoformat()}"
    if patience is None:
        return "accepted", "accepted; `--wait` waits until readers can see it"
    return await _wait(client, receipt, patience)


async def _wait(client: Client, receipt: Receipt, patience: Patience) -> tuple[State, str]:
    verdict = await persist(lambda: look(client, receipt), patience)
    return verdict or (
        "timed-out",
        f"accepted and safe, but not visible after {patience.seconds:g} s; "
        "see `newsloom status` and the logs it names, then look at the address again",
    )


async def persist(ask: Callable[[], Awaitable[Answer | None]], patience: Patience) -> Answer | None:
    """The first answer there is, asked for with growing pauses; None when patience ends before."""
    deadline, pause = patience.clock() + patience.seconds, FIRST_PAUSE_S
    while (answer := await ask()) is None:
        if patience.clock() > deadline:
            return None
        await patience.pause(pause)
        pause = min(1.2 * pause, LONGEST_PAUSE_S)
    return answer


async def look(client: Client, receipt: Receipt) -> tuple[State, str] | None:
    """What became of a submission by now; None while it is still on its way."""
    if receipt.status_url is None:
        return await _look_as_a_reader(client, receipt)
    found = await settled(client, receipt.event_id, hops=False)
    return (STATES.get(found["state"], found["state"]), found["detail"]) if found else None


async def settled(client: Client, event_id: str, *, hops: bool = True) -> dict[str, Any] | None:
    """What ingest says of a submission that has come to its end; None while it has not."""
    try:
        found = await client.submission(event_id, hops=hops)
    except Refused as error:
        if error.status in NOT_YET:
            return None
        raise
    return None if found is None or found["state"] == "accepted" else found


async def _look_as_a_reader(client: Client, receipt: Receipt) -> tuple[State, str] | None:
    """What readers see of it, for an ingest that does not say."""
    try:
        document = await client.article(receipt.article_id)
    except Refused as error:
        if error.status == 451:  # an earlier revision is under embargo; ours may be about to end that
            return None
        if error.status != 410:
            raise
        return (
            "killed",
            "the article was killed before; a killed article never comes back, use a new external id",
        )
    if document is None or document["revision"] < receipt.revision:
        return None
    if document["revision"] > receipt.revision:
        return (
            "superseded",
            f"revision {document['revision']} is newer and stands; send a higher one to replace it",
        )
    if document["submission_event_id"] != receipt.event_id:
        return (
            "conflict",
            f"revision {receipt.revision} was already taken by other content; send a higher one",
        )
    return "published", f"revision {receipt.revision} is published"


def worst(outcomes: list[Outcome]) -> Exit:
    """The exit code of several: a refusal counts more than a time-out."""
    codes = {outcome.code for outcome in outcomes}
    return next((code for code in (Exit.REFUSED, Exit.TIMED_OUT) if code in codes), Exit.OK)
