"""What was decided about each request, and on whose word: a line of JSON each, never what was sent."""

import json
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from pydantic_core import to_json

from ingest.door.credentials import Identity
from ingest.ports import Publisher
from newsloom_runtime.traces import in_hand, trace_id
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic
from newsloom_schemas.events import ArticleKilledV1, TagsEditedV1
from newsloom_schemas.events.article_event import ArticleEvent

BY_CODE = {
    "unauthorized": "unauthorized",
    "rate-limited": "rate-limited",
    "overloaded": "unavailable",
    "unavailable": "unavailable",
}


class Lines(Protocol):
    """Where lines go, each without its end. Must not block."""

    def write(self, line: str) -> None: ...


class NoLines:
    """Keeps nothing."""

    def write(self, line: str) -> None:
        return None


@dataclass(kw_only=True)
class Account:
    """What is known so far about who is at the door; the lines of a request are written from it.

    `why` is what only the audit may know, such as that a key has expired.
    """

    route: str
    client: str = ""
    key: str | None = None
    prefix: str | None = None
    source: str | None = None
    dialect: str | None = None
    why: str | None = None
    identity: Identity | None = None
    told: int = 0

    def name(self, identity: Identity) -> None:
        self.identity, self.key, self.prefix = identity, identity.name, identity.prefix


_ACCOUNT: ContextVar[Account | None] = ContextVar("account", default=None)


def account() -> Account:
    """Of the request, or whatever else is at work here."""
    return _ACCOUNT.get() or Account(route="")


def open_account(opened: Account) -> Account:
    """Whatever is decided from here on in this task, and in tasks that it starts, is on this account."""
    _ACCOUNT.set(opened)
    return opened


class Audit:
    """Writes a line a decision."""

    def __init__(self, lines: Lines | None = None) -> None:
        self._lines = lines or NoLines()
        self._silent = lines is None

    def took(self, event: Event) -> None:
        """The log has this event: it was accepted."""
        if not isinstance(event, ArticleEvent):
            return
        self._tell(
            _deed(event),
            source=event.source,
            dialect=getattr(event, "dialect", None),
            article_id=event.article_id,
            event_id=event.event_id,
            revision=getattr(event, "revision", None),
            trace_id=_trace_id(event),
        )

    def refused(self, code: str) -> None:
        """A request, or one item of it, was refused."""
        self._tell(BY_CODE.get(code, "refused"), code=code, trace_id=_trace_id(None))

    def answered(self) -> None:
        """A request was served that put nothing on the log, unless it has been told already."""
        if not account().told:
            self._tell("answered")

    def _tell(self, decision: str, **more: object) -> None:
        if self._silent:
            return
        on = account()
        on.told += 1
        line: dict[str, object] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "decision": decision,
            "route": on.route,
            "client": on.client,
            "key": on.key,
            "prefix": on.prefix,
            "source": on.source,
            "dialect": on.dialect,
            "why": on.why,
        }
        self._lines.write(_as_json(line | _said(more)))


def _as_json(line: Mapping[str, object]) -> str:
    try:
        return to_json(_said(line)).decode()  # five times as fast as the standard library's
    except ValueError:  # half a character, from a name that somebody wrote to hurt
        return json.dumps(_said(line))


def _said(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _trace_id(event: Event | None) -> str | None:
    """Of the event, else of the request: by it the sender finds both ends of what it has sent."""
    traces = in_hand()
    if traces is None:
        return None
    return trace_id(traces.request if event is None else traces.of(event))


def _deed(event: Event) -> str:
    if isinstance(event, ArticleKilledV1):
        return "killed"
    return "tagged" if isinstance(event, TagsEditedV1) else "accepted"


class AuditedPublisher:
    """A publisher in front of another, so that no way in can forget to account for what it took."""

    def __init__(self, publisher: Publisher, audit: Audit) -> None:
        self._publisher = publisher
        self._audit = audit

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None:
        await self._publisher.publish(emissions)
        for _, event in emissions:
            self._audit.took(event)
