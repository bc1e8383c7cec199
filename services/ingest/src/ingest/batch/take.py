"""The use case of many: a window of lines is put on the log at once, and each line has its own verdict."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.accept import accept, killed
from ingest.batch.lines import Line
from ingest.desk import Desk, as_refusal
from ingest.door.credentials import Grant
from ingest.receipt import told
from ingest.refusal import REFUSALS, Refused
from ingest.sources.dialect import INLINE_BYTES, NO_PROFILE, Deed, Withdrawal
from newsloom_runtime.errors import PermanentError, TransientError
from newsloom_schemas.events import ArticleKilledV1, ArticleSubmittedV2
from newsloom_schemas.submission import KillRequest, Submission

ReadLine = Callable[[bytes], Deed]
Event = ArticleSubmittedV2 | ArticleKilledV1
_UNCONFIRMED = Refused("unavailable", "send it again after the lines before it that have status 503")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one line: its event, or why there is none."""

    line: int
    outcome: Event | Refused

    @property
    def status(self) -> int:
        return REFUSALS[self.outcome.code].status if isinstance(self.outcome, Refused) else 202

    def document(self, feeds_url: str) -> Mapping[str, Any]:
        """The verdict as the client reads it."""
        return {"line": self.line, **told(self.outcome, feeds_url)}


@dataclass(frozen=True, kw_only=True)
class BatchDesk:
    """What takes the lines of one stream. `dialect` is the name that their events carry, `refused` holds the
    codes that were told so far."""

    desk: Desk
    grant: Grant
    dialect: str
    read: ReadLine
    refused: set[str] = field(default_factory=set)

    async def take(self, lines: Sequence[Line]) -> Sequence[Verdict]:
        """A verdict for each line in its order. Never raises for what a line says."""
        verdicts: list[Verdict] = []
        drafts: list[Verdict] = []
        for line in lines:
            await asyncio.sleep(0)  # others are served between two lines
            deed = await self._deed(line)
            guarded = isinstance(deed, Submission) and deed.previous_revision is not None
            if guarded:
                # Its guard asks the log, where what stands before it in the batch must have arrived.
                verdicts += await self._settled(drafts)
                drafts = []
            drafts.append(Verdict(line=line.number, outcome=await self._made(deed)))
            if guarded:  # what its guard allows, it allows for a while only
                verdicts += await self._settled(drafts)
                drafts = []
        return [*verdicts, *await self._settled(drafts)]

    async def _settled(self, drafts: Sequence[Verdict]) -> Sequence[Verdict]:
        failed = await self._published([each.outcome for each in drafts])
        verdicts = [_final(draft, failed) for draft in drafts]
        for verdict in verdicts:
            self._count(verdict.outcome)
        return verdicts

    def _count(self, outcome: Event | Refused) -> None:
        if isinstance(outcome, Refused):
            self.desk.audit.refused(outcome.code)
            self.refused.add(outcome.code)
        code = outcome.code if isinstance(outcome, Refused) else "accepted"
        self.desk.metrics.batch_lines.labels(code).inc()

    async def _deed(self, line: Line) -> Deed | Refused:
        if line.body is None:
            return Refused("too-large", f"send at most {self.desk.limits.max_bytes} bytes a line")
        try:
            if len(line.body) > INLINE_BYTES:
                return await self.desk.workers.run(self.read, line.body)
            return self.read(line.body)
        except Refused as refused:
            return refused

    async def _made(self, deed: Deed | Refused) -> Event | Refused:
        try:
            return deed if isinstance(deed, Refused) else await self._event(deed)
        except Refused as refused:
            return _UNCONFIRMED if self._corrects_a_lost_line(deed, refused) else refused

    def _corrects_a_lost_line(self, deed: Deed | Refused, refused: Refused) -> bool:
        """Whether the log knows less than the sender, and a line of this stream may be the reason."""
        latest, previous = refused.current_revision, getattr(deed, "previous_revision", None)
        known_too_little = latest is not None and previous is not None and latest < previous
        return known_too_little and any(REFUSALS[code].status == 503 for code in self.refused)

    async def _event(self, deed: Deed) -> Event:
        source, clock = self.grant.source, self.desk.clock
        if isinstance(deed, Withdrawal):
            self.grant.need("kill")
            request = KillRequest(reason=deed.reason)
            return killed(request, source=source, external_id=deed.external_id, clock=clock)
        profile = self.desk.sources.current().get(source, NO_PROFILE)
        return await self.desk.submitted(deed, source=source, dialect=self.dialect, profile=profile)

    async def _published(self, outcomes: Sequence[Event | Refused]) -> Mapping[str, Refused]:
        """Put the events on the log together. What failed, by event id."""
        events = [each for each in outcomes if not isinstance(each, Refused)]
        if not events:
            return {}
        try:
            await accept(self.desk.publisher, *events)
        except TransientError as error:
            return {event.event_id: as_refusal(error) for event in events}
        except PermanentError:
            return await self._published_singly(events)
        return {}

    async def _published_singly(self, events: Sequence[Event]) -> Mapping[str, Refused]:
        """One of them can never be sent; the others shall not suffer for it."""
        failed: dict[str, Refused] = {}
        for event in events:
            try:
                await accept(self.desk.publisher, event)
            except (TransientError, PermanentError) as error:
                failed[event.event_id] = as_refusal(error)
        return failed


def _final(draft: Verdict, failed: Mapping[str, Refused]) -> Verdict:
    if isinstance(draft.outcome, Refused) or draft.outcome.event_id not in failed:
        return draft
    return Verdict(line=draft.line, outcome=failed[draft.outcome.event_id])
