"""What became of each way, as far as store, dead letters and groups tell it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from newsloom.journey.ways import Record, Way
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_SUBMITTED

READER = {ARTICLES_SUBMITTED.name: "enrich", ARTICLES_ENRICHED.name: "publish"}  # consumer group by topic
Committed = Mapping[str, Mapping[int, int]]  # by group and partition


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A state with its explanation. `on_its_way` of one that nothing has ended yet."""

    state: str
    detail: str
    on_its_way: bool = False


def verdict_of(way: Way, record: Record | None, committed: Committed, *, asked: bool) -> Verdict:
    """`record` is publish's, None without one; `asked` says that publish has answered."""
    letter = next((each.letter for each in reversed(way.letters) if each.stands), None)
    if letter is not None and letter.reason == "conflict":
        return Verdict(state="rejected", detail=f"{letter.message} (newsloom dlq show {letter.id})")
    stored = _stored(way, record) if record is not None else None
    if letter is not None and stored is None:
        fix = f"newsloom dlq show {letter.id}"
        return Verdict(state="dead-lettered", detail=f"{letter.reason}: {letter.message} ({fix})")
    if stored is not None:
        return stored
    if not asked and way.versions:
        return Verdict(state="told", detail="publish told it; ask publish which version stands now")
    return _under_way(way, committed)


def _stored(way: Way, record: Record) -> Verdict | None:
    """What the store says of it, None when it does not know it."""
    if record["state"] == "killed":
        return _killed(way, record)
    if way.kind == "tags":
        return _edited(way, record)
    current: Mapping[str, Any] = record.get("current") or {}
    if current.get("submission_event_id") == way.event_id:
        return _shown(way, record)
    if way.number is not None and current.get("revision", 0) > way.number:
        return Verdict(state="superseded", detail=f"revision {current['revision']} stands")
    return None


def _killed(way: Way, record: Record) -> Verdict:
    if way.kind == "kill":
        return Verdict(state="killed", detail="the article is withdrawn everywhere, for ever")
    killed_at = (record.get("tombstone") or {}).get("killed_at", "")
    return Verdict(state="killed", detail=f"the article was killed {killed_at}; nothing of it is shown")


def _edited(way: Way, record: Record) -> Verdict | None:
    edit = record.get("edit_of_tags") or 0
    if way.number is None or edit < way.number:
        return None
    if edit > way.number:
        return Verdict(state="superseded", detail=f"edit {edit} of the tags stands")
    if record["state"] == "waiting":
        return Verdict(state="stored", detail="the tags are shown with the article's first revision")
    return Verdict(state="published", detail=f"edit {edit} of the tags is shown")


def _shown(way: Way, record: Record) -> Verdict:
    if record["state"] == "withheld":
        return Verdict(state="withheld", detail=f"under embargo until {record.get('withheld_until')}")
    if record.get("untold_since"):
        return Verdict(state="published", detail="its embargo is over; telling the feeds is under way")
    return Verdict(state="published", detail=f"revision {way.number} is what readers get")


def _under_way(way: Way, committed: Committed) -> Verdict:
    last = way.last
    if last is None:
        return Verdict(state="unknown", detail="no log that was read holds it")
    group = READER.get(last.topic, "publish")
    waits = f"waits at {last.where} for {group}"
    if group not in committed:
        return _on_its_way(f"{waits}, whose position is not known")
    done = committed[group].get(last.partition, 0)  # without a commit it begins with the oldest record
    if done > last.offset:
        return _on_its_way(f"{group} has settled {last.where}, but nothing behind it was seen; ask again")
    before = last.offset - done
    return _on_its_way(f"{waits}, which has {before} before it to settle; is {group} up and ready?")


def _on_its_way(detail: str) -> Verdict:
    return Verdict(state="on its way", detail=detail, on_its_way=True)
