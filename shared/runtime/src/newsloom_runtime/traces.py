"""Which trace an event belongs to (W3C Trace Context): taken over, begun, and handed on as a string.

A task that has records or a request in hand opens its traces; whatever it publishes gets theirs (ADR 0024).
Nothing here needs OpenTelemetry, and an event costs a look into a dictionary.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from newsloom_runtime.records import RawRecord, Received
from newsloom_schemas.base import Event

TRACEPARENT = "traceparent"
_LENGTH = 55
_LONGEST = 512  # a later version may add fields; nobody needs more
_FORM = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


def valid(header: bytes | str | None) -> str | None:
    """A `traceparent` as we hand it on, in version 00; None for one that is missing or not valid."""
    if header is None or not _LENGTH <= len(header) <= _LONGEST:
        return None
    try:
        text = header if isinstance(header, str) else header.decode("ascii")
    except UnicodeDecodeError:
        return None
    form = _FORM.fullmatch(text)
    if form is None or form[1] == "ff" or not form[2].strip("0") or not form[3].strip("0"):
        return None
    if form[1] == "00":
        return None if form[5] else text
    # Of a later version only these two flags are known to mean the same.
    return f"00-{form[2]}-{form[3]}-{int(form[4], 16) & 3:02x}"


def begun() -> str:
    """The start of a trace of our own. Not sampled: whether it is, only a tracer may decide."""
    drawn = os.urandom(24).hex()
    return f"00-{drawn[:32]}-{drawn[32:]}-00"


def trace_id(traceparent: str | None) -> str | None:
    """The id of the trace, as people search for it."""
    return None if traceparent is None else traceparent[3:35]


@dataclass(slots=True)
class Traces:
    """The traces of what a task has in hand. `request` is that of everything without one of its own."""

    request: str | None = None
    by_event: dict[str, str] = field(default_factory=dict)
    by_article: dict[str, str] = field(default_factory=dict)

    def of(self, event: Event) -> str | None:
        """The trace of what caused an event: what was said to, else the event itself, else its submission."""
        if self.by_article and (caused := self.by_article.get(event.subject)) is not None:
            return caused
        if self.by_event:
            known = self.by_event.get(event.event_id)
            if known is None:
                known = self.by_event.get(vars(event).get("submission_event_id", ""))
            if known is not None:
                return known
        return self.request

    def note(self, event: Event, traceparent: str) -> None:
        """Take an event's trace down, for what becomes of it."""
        self.by_event[event.event_id] = traceparent
        # An attribute that a model lacks takes two microseconds to miss.
        if (submission := vars(event).get("submission_event_id")) is not None:
            self.by_event[submission] = traceparent

    def because(self, event: Event) -> None:
        """From here on, what is told of the event's article is told because of this event."""
        if (traceparent := self.by_event.get(event.event_id)) is not None:
            self.by_article[event.subject] = traceparent
        else:
            self.by_article.pop(event.subject, None)


_IN_HAND: ContextVar[Traces | None] = ContextVar("traces", default=None)


def in_hand() -> Traces | None:
    """The traces of this task, None when it has opened none: what it tells then belongs to no trace."""
    return _IN_HAND.get()


def opened(traces: Traces) -> Traces:
    """Whatever is published from here on in this task, and in tasks that it starts, has these traces."""
    _IN_HAND.set(traces)
    return traces


def open_request(header: str | None) -> Traces:
    """The trace of a request: the client's when that is valid, else one that begins here."""
    return opened(Traces(request=valid(header) or begun()))


def open_records(records: Iterable[Received | RawRecord]) -> Traces:
    """The traces that the records of a batch carry. Of a record undecoded, the handler notes the event."""
    traces = Traces()
    for each in records:
        if isinstance(each, Received) and (traceparent := traceparent_of(each.raw)) is not None:
            traces.note(each.event, traceparent)
    return opened(traces)


def traceparent_of(raw: RawRecord) -> str | None:
    """What a record carries, as far as it is valid."""
    return valid(raw.header(TRACEPARENT))


@contextmanager
def each_begun(events: Iterable[Event]) -> Iterator[Traces]:
    """Around the publishing of events that may be the first of their traces."""
    outer = _IN_HAND.get()
    traces = outer or Traces()
    token = _IN_HAND.set(traces)
    try:
        for event in events:
            if traces.of(event) is None:
                traces.note(event, begun())
        yield traces
    finally:
        _IN_HAND.reset(token)


def carried(event: Event, raw: RawRecord) -> None:
    """Note that a record, which its handler has read itself, became this event."""
    if (traces := _IN_HAND.get()) is not None and (traceparent := traceparent_of(raw)) is not None:
        traces.note(event, traceparent)


def because(event: Event) -> None:
    """As `Traces.because`, of the traces of this task; nothing without any."""
    if (traces := _IN_HAND.get()) is not None:
        traces.because(event)
