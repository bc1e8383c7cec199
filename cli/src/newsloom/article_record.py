"""The operator's record of an article, for people: its state, and who changed what when."""

from collections.abc import Iterator, Mapping
from typing import Any

Record = Mapping[str, Any]


def record_lines(record: Record) -> Iterator[str]:
    """The record without its history, a line a fact."""
    yield f"state         {_state(record)}"
    if current := record.get("current"):
        yield (
            f"revision      {current['revision']}  run {current['run']}  [{current['language']}]"
            f"  accepted {current['accepted_at']}  published {current['published_at']}"
        )
    yield f"version       {record['document_version']}  {record['source']} {record['external_id']}"
    if edit := record.get("edit_of_tags"):
        yield f"edit of tags  {edit}"
    if record["feeds"]:
        yield f"feeds         {', '.join(record['feeds'])}"
    if left := sorted(set(record["feeds_ever"]) - set(record["feeds"])):
        yield f"left feeds    {', '.join(left)}"
    for language, translation in sorted(record["translations"].items()):
        yield f"translation   {_translation(language, translation)}"


def _state(record: Record) -> str:
    state: str = record["state"]
    if tombstone := record.get("tombstone"):
        return f"{state}  {tombstone['killed_at']}  {tombstone.get('reason', 'no reason given')}"
    if until := record.get("withheld_until"):
        return f"{state}  until {until}"
    if since := record.get("untold_since"):
        return f"{state}  since {since}, which is still to be told"
    return state


def _translation(language: str, translation: Record) -> str:
    parts = [language, translation["status"], f"of revision {translation['revision']}"]
    parts += ["stale"] if translation["stale"] else []
    parts += [translation[key] for key in ("engine", "version", "reason") if translation.get(key)]
    return "  ".join(parts)


def history_lines(record: Record) -> Iterator[str]:
    """Every change that is remembered, the newest first."""
    for entry in reversed(record["history"]):
        revision = f"revision {entry['revision']}" if entry.get("revision") else ""
        changed = ", ".join(each["field"] for each in entry["corrections"])
        parts = [f"v{entry['document_version']:<4}", entry["at"], f"{entry['cause']:<14}", revision]
        parts += [f"changed {changed}"] if changed else []
        parts += [f"({entry['note']})"] if entry.get("note") else []
        yield "  ".join(part for part in parts if part).rstrip()
