"""A journey for people and for programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newsloom.dead_letters import as_json as letter_json
from newsloom.dead_letters import printable
from newsloom.journey.verdict import Verdict
from newsloom.journey.ways import Hop, Record, Way


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What is known of an article. `readers` is what feeds answers, such as `200` or `410`, with the reason.

    `refusals` are lines of ingest's audit of the same source, which may or may not be about this article.
    `trouble` is what could not be asked, and `cut_short` why the logs were not read to their ends.
    """

    article_id: str
    since: datetime
    record: Record | None = None
    readers: str = ""
    ways: Sequence[tuple[Way, Verdict]] = ()
    refusals: Sequence[Mapping[str, Any]] = ()
    trouble: Sequence[str] = ()
    cut_short: str | None = None

    @property
    def public(self) -> bool:
        return self.readers.startswith("200")

    @property
    def heard_of(self) -> bool:
        return bool(self.ways) or self.record is not None


def lines(journey: Journey) -> Iterator[str]:
    """For people."""
    yield f"article   {journey.article_id}{_whose(journey.record)}"
    yield f"state     {_state(journey)}"
    if journey.readers:
        yield f"readers   {journey.readers}"
    for each in journey.trouble:
        yield f"not asked {each}"
    for way, verdict in journey.ways:
        yield ""
        yield from _way_lines(way, verdict)
    if not journey.ways and not journey.cut_short:
        yield ""
        yield f"no log holds anything of it since {_time(journey.since)}"
    yield from _refusal_lines(journey)
    if journey.cut_short:
        yield ""
        yield f"incomplete: {journey.cut_short}"


def _whose(record: Record | None) -> str:
    return f"  {record['source']} {printable(record['external_id'])}" if record else ""


def _state(journey: Journey) -> str:
    record = journey.record
    if record is not None:
        until = f" until {record['withheld_until']}" if record.get("withheld_until") else ""
        current = record.get("current")
        revision = f", revision {current['revision']} run {current['run']}" if current else ""
        return f"{record['state']}{until}, version {record['document_version']}{revision}"
    if any(each.startswith("publish") for each in journey.trouble):
        return "publish could not be asked"
    return "publish has nothing stored of it"


def _way_lines(way: Way, verdict: Verdict) -> Iterator[str]:
    yield f"{_what(way)}  {verdict.state}: {printable(verdict.detail)}"
    yield f"  event {printable(way.event_id) or '-'}" + (f"  trace {way.trace}" if way.trace else "")
    for hop in way.hops:
        yield _hop_line(hop)


def _what(way: Way) -> str:
    if way.kind == "kill":
        return "kill"
    if way.number is None:
        return "something without a number"
    return f"revision {way.number}" if way.kind == "article" else f"edit of tags {way.number}"


def _hop_line(hop: Hop) -> str:
    took = "" if hop.after is None else f"+{hop.after:.3f} s"
    mark = "  <- slowest" if hop.slowest else ""
    line = f"  {hop.name:<11} {_time(hop.at)} {took:>12}  {hop.where:<28} {printable(hop.note)}"
    return line.rstrip() + mark


def _refusal_lines(journey: Journey) -> Iterator[str]:
    if not journey.refusals:
        return
    yield ""
    yield "ingest refused its source lately. What it refuses it does not keep; it may be another article:"
    for each in journey.refusals:
        said = (each.get(name) for name in ("code", "key", "route", "why"))
        trace = f"trace {each['trace_id']}" if each.get("trace_id") else None
        yield f"  {each.get('time')}  " + "  ".join(printable(str(one)) for one in (*said, trace) if one)


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_json(journey: Journey) -> dict[str, Any]:
    """For programs; what is not known is absent."""
    facts = {
        "article_id": journey.article_id,
        "since": _time(journey.since),
        "readers": journey.readers or None,
        "record": journey.record,
        "journeys": [_way_json(way, verdict) for way, verdict in journey.ways],
        "refusals": list(journey.refusals),
        "not_asked": list(journey.trouble),
        "incomplete": journey.cut_short,
    }
    return {name: value for name, value in facts.items() if value not in (None, [])}


def _way_json(way: Way, verdict: Verdict) -> dict[str, Any]:
    facts = {
        "event_id": way.event_id,
        "kind": way.kind,
        "number": way.number,
        "trace_id": way.trace,
        "state": verdict.state,
        "detail": verdict.detail,
        "hops": [_hop_json(hop) for hop in way.hops],
        "dead_letters": [letter_json(each.case) for each in way.letters],
    }
    return {name: value for name, value in facts.items() if value not in (None, [])}


def _hop_json(hop: Hop) -> dict[str, Any]:
    facts = {
        "hop": hop.name,
        "at": _time(hop.at),
        "seconds": None if hop.after is None else round(hop.after, 3),
        "slowest": hop.slowest or None,
        "where": hop.where or None,
        "note": hop.note or None,
    }
    return {name: value for name, value in facts.items() if value is not None}
