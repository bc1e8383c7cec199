"""`POST /v1/articles/batch`: lines in, verdicts out, both as streams, so that no batch is too large."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, suppress
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ingest.batch.answer_spool import AnswerSpool, SpoolRoom
from ingest.batch.lines import Line, LineSplitter, Patience, windows
from ingest.batch.take import BatchDesk, ReadLine
from ingest.batch.tally import Tally
from ingest.desk import SHARE_OF_A_CREDENTIAL, Desk, Endpoint
from ingest.door.http_body import Admission, check_media_type
from ingest.guards.idempotency import refuse_key
from ingest.query import read_options
from ingest.refusal import Refused
from ingest.sources.csv_rows import read_header, read_row
from ingest.sources.ndjson import read_line

MOST_BATCHES = 160  # at once in a process
MOST_BYTES = 64 * 1024 * 1024  # of all their lines that are in memory
IDLE_S = 60.0  # between two lines of a living stream, and until a client reads on
NDJSON = "application/x-ndjson"
_OPTIONS = frozenset({"source"})


@dataclass(frozen=True, kw_only=True)
class BatchForm:
    """One form of batches. `begin` takes what the form says of itself off the first lines, and gives the
    reader of the others; it raises Refused when nothing of the stream can be read."""

    dialect: str
    quoted: bool
    begin: Callable[[Sequence[Line]], tuple[ReadLine, Sequence[Line]]]


def _begin_lines(first: Sequence[Line]) -> tuple[ReadLine, Sequence[Line]]:
    return read_line, first


def _begin_table(first: Sequence[Line]) -> tuple[ReadLine, Sequence[Line]]:
    header, *rows = first
    return partial(read_row, read_header(header.body or b"")), rows


_LINES = BatchForm(dialect="ndjson", quoted=False, begin=_begin_lines)
FORMS: Mapping[str, BatchForm] = MappingProxyType(
    {
        NDJSON: _LINES,
        "application/jsonl": _LINES,
        "text/csv": BatchForm(dialect="csv", quoted=True, begin=_begin_table),
    }
)


def delivering_many(desk: Desk, *, idle_s: float = IDLE_S) -> Endpoint:
    """The work of the route."""
    places, room = Admission(max_requests=MOST_BATCHES, max_bytes=MOST_BYTES), SpoolRoom()

    async def deliver(request: Request) -> Response:
        grant = desk.authorise(request, "submit")
        desk.admission.check_open()
        refuse_key(request)
        form = FORMS[check_media_type(request, tuple(FORMS))]
        read_options(request, _OPTIONS)
        patience = Patience(line_s=desk.limits.timeout_s, idle_s=idle_s)
        splitter = LineSplitter(max_bytes=desk.limits.max_bytes, quoted=form.quoted)
        async with AsyncExitStack() as held:
            slot = held.enter_context(places.enter(grant.credential, share=SHARE_OF_A_CREDENTIAL))
            arriving = await held.enter_async_context(
                aclosing(windows(request.stream(), splitter, patience, slot.keep))
            )
            read, first = form.begin(await _first(arriving))
            taking = BatchDesk(desk=desk, grant=grant, dialect=form.dialect, read=read)
            return BatchAnswer(taking, first, arriving, held.pop_all(), AnswerSpool(room))

    return deliver


async def _first(arriving: AsyncIterator[Sequence[Line]]) -> Sequence[Line]:
    first = await anext(arriving, None)
    if first is None:
        raise Refused("empty-body", "send a line for each article in the body of the request")
    return first


class BatchAnswer(Response):
    """Reads, takes and answers until the stream ends, the client goes, or Kafka stays away."""

    def __init__(
        self,
        taking: BatchDesk,
        first: Sequence[Line],
        arriving: AsyncIterator[Sequence[Line]],
        held: AsyncExitStack,
        spool: AnswerSpool,
    ) -> None:
        super().__init__(media_type=NDJSON)
        del self.headers["content-length"]
        self._taking = taking
        self._first = first
        self._arriving = arriving
        self._held = held
        self._held.callback(spool.close)
        self._spool = spool
        self._tally = Tally()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._held:
            spool = self._spool
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            work = asyncio.create_task(self._work(spool))
            try:
                await _tell(spool, send)
            finally:
                work.cancel()
                with suppress(asyncio.CancelledError):
                    await work

    async def _work(self, spool: AnswerSpool) -> None:
        """Take window after window. The answers never wait for a client that only sends."""
        next_line = 1
        try:
            async for lines in self._all():
                self._refuse_to_go_on(spool)
                verdicts = await self._taking.take(lines)
                self._tally.add(verdicts)
                spool.put(_as_lines(verdict.document(self._taking.desk.feeds_url) for verdict in verdicts))
                next_line = lines[-1].after
            spool.put(_as_lines([self._tally.summary()]))
        except Refused as refused:
            spool.put(_as_lines([self._tally.summary(stopped=refused, next_line=next_line)]))
        except ClientDisconnect:
            pass  # what was taken is taken; nobody hears more
        finally:
            spool.end()

    async def _all(self) -> AsyncIterator[Sequence[Line]]:
        if self._first:
            yield self._first
        async for lines in self._arriving:
            yield lines

    def _refuse_to_go_on(self, spool: AnswerSpool) -> None:
        if self._tally.is_hopeless:
            raise Refused("unavailable", "repeat the lines with status 503, then go on with next_line")
        if spool.is_full:
            raise Refused("overloaded", "read the verdicts, then go on with next_line")


async def _tell(spool: AnswerSpool, send: Send) -> None:
    with suppress(TimeoutError):  # hanging up is all that is left to say
        while piece := await spool.take():
            async with asyncio.timeout(IDLE_S):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _as_lines(documents: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in documents).encode()
