"""Puts what was seen of an article into ways: one for each thing that was handed in, hop after hop. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from newsloom.journey.sighting import Buried, Sighting, is_arrival
from newsloom_schemas.catalog import (
    ARTICLES_ENRICHED,
    ARTICLES_PUBLISHED,
    ARTICLES_REINDEX,
    FEED_UPDATES,
    TRANSLATIONS_REQUESTED,
)

Record = Mapping[str, Any]
_TOLD = frozenset({ARTICLES_PUBLISHED.name, FEED_UPDATES.name})
KINDS = {"article.submitted": "article", "article.killed": "kill", "tags.edited": "tags"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One step. `after` is seconds since the step before it, None of the first; `version` the document's."""

    name: str
    at: datetime
    where: str = ""
    note: str = ""
    after: float | None = None
    slowest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What became of one event that was handed in; `kind` is article, kill or tags, `number` its revision or
    edit. `last` is where it was seen last on its way to publish, `versions` what publish made of it."""

    event_id: str
    kind: str
    number: int | None = None
    trace: str | None = None
    hops: tuple[Hop, ...] = ()
    letters: tuple[Buried, ...] = ()
    last: Sighting | None = None
    versions: tuple[int, ...] = ()


@dataclass(kw_only=True)
class _Draft:
    seen: list[Sighting] = field(default_factory=list)
    letters: list[Buried] = field(default_factory=list)


def ways_of(sightings: Iterable[Sighting], letters: Iterable[Buried], record: Record | None) -> list[Way]:
    """The ways in the order in which they began. `record` is publish's: it knows which event made which
    version of the document, which the compacted log forgets."""
    drafts: dict[str, _Draft] = {}
    ordered = sorted(sightings, key=lambda each: (each.at, each.topic, each.offset))
    owner = _Owners(ordered, record)
    for each in ordered:
        drafts.setdefault(owner(each), _Draft()).seen.append(each)
    for letter in letters:
        drafts.setdefault(letter.of, _Draft()).letters.append(letter)
    return sorted(
        (_way(event_id, draft) for event_id, draft in drafts.items()), key=lambda way: way.hops[0].at
    )


class _Owners:
    """Whose way a record is a step of; that of a version whose cause nobody remembers has no name."""

    def __init__(self, ordered: Sequence[Sighting], record: Record | None) -> None:
        self._of = {each.event_id: each.of for each in ordered if each.topic not in _TOLD}
        self._causes: dict[int, str] = {
            entry["document_version"]: entry["event_id"]
            for entry in (record or {}).get("history", ())
            if "event_id" in entry
        }
        self._by_version: dict[int, str] = {
            each.facts["document_version"]: each.of
            for each in ordered
            if each.topic == ARTICLES_PUBLISHED.name
            and each.kind == "article.published"
            and "document_version" in each.facts
        }
        kills = [each.of for each in ordered if is_arrival(each) and each.kind == "article.killed"]
        self._kill = kills[0] if kills else ""

    def __call__(self, each: Sighting) -> str:
        if each.topic not in _TOLD:
            return each.of
        version: int = each.facts.get("document_version", 0)
        if (cause := self._causes.get(version)) is not None:
            return self._of.get(cause, cause)
        if each.kind == "article.killed" and self._kill:
            return self._kill
        return self._by_version.get(version, "")


def _way(event_id: str, draft: _Draft) -> Way:
    first = next((each for each in draft.seen if is_arrival(each)), None)
    shown = first or (draft.seen[0] if draft.seen else None)
    worked = [each for each in draft.seen if each.topic not in (*_TOLD, ARTICLES_REINDEX.name)]
    live = [each for each in worked if each.topic != TRANSLATIONS_REQUESTED.name]
    traces = [*(each.trace for each in draft.seen), *(each.trace for each in draft.letters)]
    return Way(
        event_id=event_id,
        kind=KINDS.get(shown.kind, "article") if shown else "article",
        number=_number([*draft.seen, *draft.letters]),
        trace=next(filter(None, traces), None),
        hops=timed(_hops(draft)),
        letters=tuple(draft.letters),
        last=live[-1] if live else None,
        versions=tuple(sorted({v for each in draft.seen if (v := each.facts.get("document_version"))})),
    )


def _number(seen: Sequence[Sighting | Buried]) -> int | None:
    numbers = (each.facts.get("revision", each.facts.get("edit")) for each in seen)
    return next((number for number in numbers if number is not None), None)


def _hops(draft: _Draft) -> list[Hop]:
    facts = [*(each.facts for each in draft.seen), *(each.facts for each in draft.letters)]
    accepted = next(filter(None, map(_accepted, facts)), None)
    hops = [] if accepted is None else [Hop(name="accepted", at=accepted)]
    hops += [_hop(each) for each in draft.seen]
    return hops + [_buried(each) for each in draft.letters]


def _accepted(facts: Mapping[str, Any]) -> datetime | None:
    """When ingest took it: a kill and an edit say it in a field of their own."""
    told = (facts.get(name) for name in ("accepted_at", "killed_at", "edited_at"))
    text = next((text for text in told if isinstance(text, str)), None)
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError:
        return None


def _hop(each: Sighting) -> Hop:
    name, note = _named(each)
    return Hop(name=name, at=each.at, where=each.where, note=note)


def _named(each: Sighting) -> tuple[str, str]:
    facts = each.facts
    if is_arrival(each):
        return "logged", facts.get("dialect", "")
    if each.topic == ARTICLES_REINDEX.name:
        return "asked anew", f"run {facts.get('run')}"
    if each.topic == TRANSLATIONS_REQUESTED.name:
        targets = ", ".join(facts.get("targets", ()))
        return ("asked", f"translation {targets}") if targets else ("passed on", "to the translator")
    if each.topic == ARTICLES_ENRICHED.name:
        return _worked(each)
    version = f"version {facts.get('document_version')}"
    if each.topic == ARTICLES_PUBLISHED.name:
        return "told", f"{version} {_state(each)}"
    return "fed", f"{version} {facts.get('feed_id')} {facts.get('action')}"


def _worked(each: Sighting) -> tuple[str, str]:
    if each.kind == "article.translated":
        return "translated", f"{each.facts.get('language')} {each.facts.get('status')}"
    if each.kind != "article.enriched":
        return "passed on", "by enrich"
    not_ok = [f"{name} {status}" for name, status in each.facts.get("facets", {}).items() if status != "ok"]
    run = f"run {each.facts.get('run', 0)}"
    return "enriched", ", ".join([run, *not_ok])


def _state(each: Sighting) -> str:
    if each.kind == "article.withheld":
        return f"withheld until {each.facts.get('withheld_until')}"
    return "killed" if each.kind == "article.killed" else "public"


def _buried(buried: Buried) -> Hop:
    letter = buried.letter
    outcome = buried.case.resolution.outcome if buried.case.resolution else "open"
    note = f"{letter.id} {letter.reason} in {letter.stage or letter.service}, {outcome}"
    return Hop(name="dead letter", at=letter.buried_at, where=str(letter.origin or ""), note=note)


def timed(hops: Sequence[Hop]) -> tuple[Hop, ...]:
    """In the order of their times, with what each took; the slowest is marked when there is one."""
    ordered = sorted(hops, key=lambda hop: hop.at)
    spent = list(_spent(ordered))
    longest = max((each for each in spent if each is not None), default=0.0)
    return tuple(
        replace(hop, after=after, slowest=after is not None and after == longest > 0)
        for hop, after in zip(ordered, spent, strict=True)
    )


def _spent(ordered: Sequence[Hop]) -> Iterator[float | None]:
    before: datetime | None = None
    for hop in ordered:
        yield None if before is None else (hop.at - before).total_seconds()
        before = hop.at
