"""The Kafka inboxes: a record is what `POST /v1/articles` takes, and its topic alone says whose it is.

Whoever may write to the topic speaks for the source, kills included: the topic's ACL is the credential.
"""

import asyncio
from collections.abc import Sequence

from ingest.accept import accept, killed
from ingest.desk import Desk
from ingest.door.audit import Account, account, open_account
from ingest.refusal import REFUSALS, Refused
from ingest.sources.dialect import INLINE_BYTES, NO_PROFILE, Delivery
from ingest.sources.json_submission import read_json
from ingest.strict_json import parse_strict
from newsloom_runtime.errors import TransientError
from newsloom_runtime.records import RawRecord, RawSubscription, Rejection
from newsloom_runtime.traces import carried
from newsloom_schemas.catalog import INBOX_PREFIX, Topic, editorial_inbox
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.submission import KillRequest, Submission
from newsloom_schemas.types import ExternalId

DIALECT = "inbox"
ACTION = "newsloom-action"
MAX_HEADERS = 100
# Each may be as large as a body and take a worker's whole time: a batch must fit into memory, and into the
# time after which its process counts as stuck.
MAX_RECORDS = 16


class InboxKill(KillRequest):
    """The value of a record that withdraws an article for ever."""

    external_id: ExternalId


class Inbox:
    """Takes the records of all registered inboxes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def subscription(self) -> RawSubscription:
        """The role; which topics it reads, `topics` says."""
        return RawSubscription(
            role="inbox",
            group="ingest-inbox",
            topics=(),
            handle=self.on_records,
            max_records=MAX_RECORDS,
            any_partition=True,
        )

    def topics(self) -> tuple[Topic, ...]:
        """The inboxes that are registered now."""
        sources = self._desk.sources.current()
        return tuple(editorial_inbox(source) for source, profile in sources.items() if profile.inbox)

    async def on_records(self, records: Sequence[RawRecord]) -> Sequence[Rejection]:
        """Put what the records say on the log, in their order; returns those that can never be taken.

        Raises TransientError when the log or a worker is not to be had: then the same records come again.
        """
        open_account(Account(route=DIALECT, dialect=DIALECT))
        events: list[ArticleEvent] = []
        rejections: list[Rejection] = []
        for record in records:
            try:
                said = await self._read(record)
                guarded = isinstance(said, Submission) and said.previous_revision is not None
                if guarded:
                    await self._publish(events)  # the guard asks the log which revision is the latest
                events.append(await self._event(_source(record), said))
                carried(events[-1], record)
                if guarded:
                    await self._publish(events)  # what the guard allows, it allows for a while only
            except Refused as refused:
                rejections.append(_rejection(record, refused))
            await asyncio.sleep(0)  # requests must not wait for a whole batch
        await self._publish(events)
        self._tell(rejections)
        return rejections

    async def _publish(self, events: list[ArticleEvent]) -> None:
        await accept(self._desk.publisher, *events)
        self._desk.metrics.inbox_records.labels("accepted").inc(len(events))
        events.clear()

    async def _event(self, source: str, said: Submission | InboxKill) -> ArticleEvent:
        if isinstance(said, InboxKill):
            return killed(said, source=source, external_id=said.external_id, clock=self._desk.clock)
        try:
            return await self._submitted(source, said)
        except Refused as refused:
            if refused.current_revision is None or refused.current_revision != said.previous_revision:
                raise
            # It corrects the latest, but somebody else has claimed to: soon it is known whether that arrived.
            raise TransientError("another correction of the same article is just being accepted") from refused

    async def _submitted(self, source: str, said: Submission) -> ArticleEvent:
        profile = self._desk.sources.current().get(source, NO_PROFILE)
        return await self._desk.submitted(said, source=source, dialect=DIALECT, profile=profile)

    async def _read(self, record: RawRecord) -> Submission | InboxKill:
        body = self._body(record)
        if _is_kill(record):
            return parse_strict(InboxKill, body)
        delivery = Delivery(body=body)
        long = len(body) > INLINE_BYTES
        [submission] = await self._desk.workers.run(read_json, delivery) if long else read_json(delivery)
        return submission

    def _body(self, record: RawRecord) -> bytes:
        body, most = record.value or b"", self._desk.limits.max_bytes
        if len(record.headers) > MAX_HEADERS:
            raise Refused("too-many-headers", f"send at most {MAX_HEADERS} headers")
        if len(body) > most:
            raise Refused("too-large", f"send at most {most} bytes")
        if not _is_json(_text(record, "content-type")):
            raise Refused("content-type", "send the header content-type as application/json, or leave it out")
        return body

    def _tell(self, rejections: Sequence[Rejection]) -> None:
        on = account()
        for rejection in rejections:
            place = rejection.raw
            on.source = _source(place)
            on.why = f"the dead letter of {place.topic}/{place.partition}/{place.offset} says why"
            self._desk.audit.refused(rejection.reason)
            self._desk.metrics.inbox_records.labels(rejection.reason).inc()


def _rejection(record: RawRecord, refused: Refused) -> Rejection:
    """For the dead letters, with nothing of what was sent. Raises TransientError for a fault of ours."""
    if REFUSALS[refused.code].status >= 500:
        raise TransientError(refused.detail) from refused
    fields = "; ".join(f"{error.pointer or '/'}: {error.detail}" for error in refused.errors)
    message = f"{refused.detail}: {fields}" if fields else refused.detail
    return Rejection(record=record, reason=refused.code, message=message, by_stranger=True)


def _source(record: RawRecord) -> str:
    return record.topic.removeprefix(INBOX_PREFIX)


def _is_kill(record: RawRecord) -> bool:
    action = _text(record, ACTION)
    if action not in (None, "submit", "kill"):
        raise Refused("invalid", f"send the header {ACTION} as kill or submit, or leave it out")
    return action == "kill"


def _text(record: RawRecord, name: str) -> str | None:
    """A header of ours; of two with its name the first counts. None when there is none.

    Raises Refused for one that is null or no text: it must have meant something, and nothing is guessed.
    """
    values = [value for header, value in record.headers if header.lower() == name]
    if not values:
        return None
    try:
        return (values[0] if values[0] is not None else b"\xff").decode()
    except UnicodeDecodeError:
        raise Refused("invalid", f"send the header {name} as UTF-8 text, or leave it out") from None


def _is_json(content_type: str | None) -> bool:
    if content_type is None:
        return True
    media_type, _, parameters = content_type.lower().partition(";")
    charset = parameters.partition("charset=")[2].split(";")[0].strip(' "')
    return media_type.strip() == "application/json" and charset in ("", "utf-8", "utf8")
