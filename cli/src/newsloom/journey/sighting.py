"""A record that is about the article, as it is seen in a log: its place, its time and its names; no text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from newsloom_runtime.letters import Case, Letter, Resolution
from newsloom_runtime.records import RawRecord
from newsloom_runtime.traces import trace_id, traceparent_of, valid
from newsloom_schemas.catalog import ARTICLES_SUBMITTED, INBOX_PREFIX

_KEPT = (
    "revision", "run", "dialect", "language", "accepted_at", "killed_at", "edited_at", "document_version",
    "feed_id", "action", "withheld_until", "targets", "feeds",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One record. `kind` is such as `article.enriched`, `of` the event whose way it is a step of.

    `facts` are fields of its payload that hold no text.
    """

    topic: str
    partition: int
    offset: int
    at: datetime
    kind: str
    event_id: str
    of: str
    trace: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """`articles-enriched 3:117`."""
        return f"{self.topic} {self.partition}:{self.offset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Buried:
    """A dead letter with what became of it, and the event whose way it ended; empty when it says none.

    `facts` as of a sighting.
    """

    case: Case
    of: str
    trace: str | None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def letter(self) -> Letter:
        return self.case.letter

    @property
    def stands(self) -> bool:
        """Whether the record did not go on: a replayed one did."""
        return self.case.resolution is None or self.case.resolution.outcome != "replayed"


Read = Letter | Resolution


def sighting_of(raw: RawRecord) -> Sighting:
    """A record of a topic of events. Total: what it does not say stays empty."""
    payload = inside(raw.value)
    event_id = _text(raw.header("ce_id"))
    return Sighting(
        topic=raw.topic,
        partition=raw.partition,
        offset=raw.offset,
        at=moment(raw.timestamp_ms),
        kind=kind_of(_text(raw.header("ce_type"))),
        event_id=event_id,
        of=_text_in(payload, "submission_event_id") or event_id,
        trace=trace_id(traceparent_of(raw)),
        facts=_facts(payload),
    )


def buried_as(case: Case, value: bytes | None) -> Buried:
    """A case with what its letter's value says of it."""
    payload = inside(value)
    return Buried(
        case=case,
        of=_text_in(payload, "submission_event_id") or case.letter.header("ce_id") or "",
        trace=trace_id(valid(case.letter.header("traceparent"))),
        facts=_facts(payload),
    )


def came_by_inbox(letter: Letter, value: bytes | None, source: str, external_id: str) -> bool:
    """Whether it is a refused record of the source's inbox that was to be this article."""
    if letter.origin is None or letter.origin.topic != INBOX_PREFIX + source:
        return False
    return _text_in(inside(value), "external_id") == external_id


def inside(value: bytes | None) -> Mapping[str, Any]:
    """The JSON object in a record, empty when it is none."""
    from pydantic_core import from_json

    try:
        found = from_json(value or b"")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def kind_of(event_type: str) -> str:
    """`article.submitted` of `newsloom.article.submitted.v2`."""
    return event_type.removeprefix("newsloom.").rpartition(".")[0]


def moment(milliseconds: int) -> datetime:
    """The time of a record; Kafka also lets producers write times that no calendar has."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def is_arrival(sighting: Sighting) -> bool:
    """Whether a way begins with it."""
    return sighting.topic == ARTICLES_SUBMITTED.name


def _facts(payload: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: payload[name] for name in _KEPT if name in payload}
    if isinstance(tags := payload.get("tags"), dict):
        facts["edit"] = tags.get("edit")
    if isinstance(made := payload.get("translation"), dict):
        facts |= {name: made[name] for name in ("status", "language") if name in made}
    if isinstance(facets := payload.get("enrichment"), dict):
        facts["facets"] = {
            name: facet.get("status") for name, facet in facets.items() if isinstance(facet, dict)
        }
    return facts


def _text_in(payload: Mapping[str, Any], name: str) -> str:
    found = payload.get(name)
    return found if isinstance(found, str) else ""


def _text(header: bytes | None) -> str:
    return (header or b"").decode(errors="replace")
