"""What a log line says of the one article that it is about: names, never what was written."""

import re
from collections.abc import MutableMapping
from typing import Any

from newsloom_runtime.records import RawRecord, Received
from newsloom_runtime.traces import in_hand, trace_id, traceparent_of
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import INBOX_PREFIX

_UUID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def fields_of(item: Received | RawRecord) -> dict[str, str]:
    """`event_id`, `article_id`, `source` and `trace_id` of a record, as far as they are known."""
    raw = item.raw if isinstance(item, Received) else item
    named = _names_in(item.event) if isinstance(item, Received) else _names_on(raw)
    return _known(**named, trace_id=trace_id(traceparent_of(raw)))


def fields_of_event(event: Event) -> dict[str, str]:
    """The same of an event in hand."""
    traces = in_hand()
    return _known(**_names_in(event), trace_id=trace_id(traces.of(event)) if traces else None)


def with_trace(_logger: object, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Adds the trace of the request in hand to a log line that names none."""
    traces = in_hand()
    if traces is not None and traces.request is not None:
        line.setdefault("trace_id", trace_id(traces.request))
    return line


def _names_in(event: Event) -> dict[str, str | None]:
    return {
        "event_id": event.event_id,
        "article_id": event.subject,
        "source": getattr(event, "source", None),
    }


def _names_on(raw: RawRecord) -> dict[str, str | None]:
    """Of a record that nobody has decoded only what cannot be anything but a name."""
    inbox = raw.topic.startswith(INBOX_PREFIX)
    return {
        "event_id": _uuid(raw.header("ce_id")),
        "article_id": _uuid(raw.header("ce_subject")),
        "source": raw.topic.removeprefix(INBOX_PREFIX) if inbox else None,
    }


def _uuid(header: bytes | None) -> str | None:
    return header.decode() if header is not None and _UUID.fullmatch(header) else None


def _known(**fields: str | None) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value is not None}
