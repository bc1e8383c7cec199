"""Handing in a file of many articles: lines and rows as a stream, and on from where an answer ended."""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, BinaryIO

import httpx2

from newsloom.client import Client, Receipt, receipt_of, refusal_of, retry_after
from newsloom.deliveries import FORMS, Batch
from newsloom.errors import Exit
from newsloom.submitting import CODES, NOT_YET, Outcome, Patience, State, look, persist

TRIES_WITHOUT_PROGRESS = 5
PIECE_BYTES = 64 * 1024
STREAM_TIMEOUT_S = 60.0  # ingest answers within a few seconds for each window of lines
JUDGED = frozenset({200, 202, 207, 422})  # what a document gets whose items were looked at
_WORST_FIRST = (Exit.REFUSED, Exit.NOT_RUNNING, Exit.TIMED_OUT, Exit.OK)


@dataclass(frozen=True, kw_only=True)
class Voice:
    """Who hears of the work: a sentence, the address of an accepted article, bytes that were sent."""

    say: Callable[[str], None]
    address: Callable[[str], None]
    sent: Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class BatchOutcome(Outcome):
    """What became of a file of many. `next_line` is where to go on when it was not taken to its end."""

    accepted: int
    refused: int
    next_line: int | None = None
    ends: Mapping[State, int] = field(default_factory=dict)

    @property
    def code(self) -> Exit:
        """Of the whole; a refusal counts more than a time-out."""
        codes = {super().code, *(CODES.get(state, Exit.OK) for state in self.ends)}
        return next(code for code in _WORST_FIRST if code in codes)

    def as_dict(self) -> dict[str, Any]:
        rest = {} if self.next_line is None else {"next_line": self.next_line}
        ends = {"ends": dict(self.ends)} if self.ends else {}
        return {**super().as_dict(), "accepted": self.accepted, "refused": self.refused, **rest, **ends}


@dataclass(kw_only=True)
class _Progress:
    """Where the file stands. Lines up to `settled` have their final verdict."""

    form: str
    settled: int = 0
    accepted: int = 0
    refused: int = 0
    ended: bool = False
    receipts: list[tuple[int, Receipt]] = field(default_factory=list)

    @property
    def noun(self) -> str:
        """What the file is made of."""
        return "item" if self.form == "feed" else "line"

    @property
    def start(self) -> int:
        """Where to go on. A row may have several lines, so that a table goes on from the last one settled."""
        return max(1, self.settled if self.form == "csv" else self.settled + 1)

    def in_file(self, line: int, start: int) -> int:
        """Ingest counts from the first line it was sent, which of a table is always the header."""
        return line if start == 1 else line + start - (2 if self.form == "csv" else 1)


async def submit_batch(client: Client, batch: Batch, patience: Patience | None, voice: Voice) -> BatchOutcome:
    """Stream the file, as often as it takes; with `patience` wait for the end of each article in it.

    A line that is sent a second time after a cut answer is the same event. Raises Refused when ingest takes
    nothing of it.
    """
    clock = (patience or Patience(seconds=0)).clock
    began, progress = clock(), _Progress(form=batch.form)
    take = _hand_in_feed if batch.form == "feed" else _stream
    await take(client, batch, progress, voice, keep=patience is not None)
    outcome = _outcome(batch, progress)
    if patience is not None:
        outcome = replace(outcome, ends=await _ends(client, progress, patience, voice))
    return replace(outcome, milliseconds=1000 * (clock() - began))


async def _stream(client: Client, batch: Batch, progress: _Progress, voice: Voice, *, keep: bool) -> None:
    """Round after round, until the file has been taken or nothing goes on any more."""
    idle = 0
    while not progress.ended and idle < TRIES_WITHOUT_PROGRESS:
        before = progress.settled
        pause = await _round(client, batch, progress, voice, keep=keep)
        idle = idle + 1 if progress.settled == before else 0
        if not progress.ended:
            await client.pause(pause)


async def _hand_in_feed(
    client: Client, batch: Batch, progress: _Progress, voice: Voice, *, keep: bool
) -> None:
    """A feed goes as one document; its items are judged alone."""
    for said in await _verdicts(client, batch, voice):
        _count(said, said["item"], progress, voice, keep=keep)
    progress.ended = True


async def _verdicts(client: Client, batch: Batch, voice: Voice) -> Sequence[Mapping[str, Any]]:
    """What ingest says of each item. Raises Refused when it says nothing of items."""
    with batch.open() as file:
        feed = file.read()
    answer = await client.hand_in(
        FORMS[batch.form].path, {"source": batch.source}, feed, FORMS[batch.form].media_type
    )
    voice.sent(len(feed))
    said = answer.json() if answer.status_code in JUDGED else {}
    if "results" not in said:
        raise refusal_of(answer)
    verdicts: Sequence[Mapping[str, Any]] = said["results"]
    return verdicts


async def _round(client: Client, batch: Batch, progress: _Progress, voice: Voice, *, keep: bool) -> float:
    """One request from where the file stands; the seconds to wait before the next one."""
    start = progress.start
    headers = {"Content-Type": FORMS[batch.form].media_type, "Authorization": f"Bearer {client.key}"}
    try:
        async with client.http.stream(
            "POST",
            f"{client.ingest}{FORMS[batch.form].path}",
            params={"source": batch.source},
            content=_from_line(batch, start, voice.sent),
            headers=headers,
            timeout=STREAM_TIMEOUT_S,
        ) as answer:
            if answer.status_code != 200:
                await answer.aread()
                if answer.status_code in NOT_YET:
                    return retry_after(answer)
                raise refusal_of(answer)
            await _hear(answer, start, progress, voice, keep=keep)
    except httpx2.TransportError:
        voice.say(f"{batch.label}: the connection broke; going on from line {progress.start}")
    return 1.0


async def _hear(
    answer: httpx2.Response, start: int, progress: _Progress, voice: Voice, *, keep: bool
) -> None:
    """Verdicts up to the first line that must be sent again; what follows that comes again too."""
    async for text in answer.aiter_lines():
        said = json.loads(text)
        if "summary" in said:
            progress.ended = "next_line" not in said["summary"]
            return
        if said["status"] in NOT_YET:
            return
        line = progress.in_file(said["line"], start)
        if line > progress.settled:
            _count(said, line, progress, voice, keep=keep)
            progress.settled = line


def _count(said: Mapping[str, Any], line: int, progress: _Progress, voice: Voice, *, keep: bool) -> None:
    if said["status"] == 202:
        progress.accepted += 1
        voice.address(said["url"])
        if keep and "revision" in said:  # a kill has no further way to go
            progress.receipts.append((line, receipt_of(said)))
        return
    progress.refused += 1
    problem = said["problem"]
    fields = [f"{error.get('pointer', '')} {error.get('detail', '')}" for error in problem.get("errors", ())]
    voice.say(f"{progress.noun} {line} refused: {problem['title']}: {'; '.join(fields) or problem['detail']}")


async def _from_line(batch: Batch, line: int, sent: Callable[[int], None]) -> AsyncIterator[bytes]:
    """The file from this line on; of a table with its header before it."""
    with batch.open() as file:
        head = _skip(file, line - 1)
        if batch.form == "csv" and head:
            yield head
        while piece := file.read(PIECE_BYTES):
            yield piece
            sent(len(piece))


def _skip(file: BinaryIO, lines: int) -> bytes:
    """Go behind so many lines; the first of them."""
    first = file.readline() if lines else b""
    for _ in range(lines - 1):
        file.readline()
    return first


def _outcome(batch: Batch, progress: _Progress) -> BatchOutcome:
    counts = f"{progress.accepted} accepted, {progress.refused} refused"
    state: State = "refused" if progress.refused else "accepted"
    if not progress.ended:
        state, counts = "failed", f"{counts}; not taken now from line {progress.start} on: send it again"
    return BatchOutcome(
        label=batch.label,
        state=state,
        detail=counts,
        milliseconds=0.0,
        accepted=progress.accepted,
        refused=progress.refused,
        next_line=None if progress.ended else progress.start,
    )


async def _ends(client: Client, progress: _Progress, patience: Patience, voice: Voice) -> Mapping[State, int]:
    """How many of the accepted came to which end."""
    ends: dict[State, int] = {}
    for line, receipt in progress.receipts:
        found = await persist(partial(look, client, receipt), patience)
        state, detail = found or ("timed-out", f"not visible after {patience.seconds:g} s")
        ends[state] = ends.get(state, 0) + 1
        if state in CODES:
            voice.say(f"{progress.noun} {line} {state}: {detail}")
    return ends
