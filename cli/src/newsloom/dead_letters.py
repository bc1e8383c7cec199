"""Dead letters for people and programs: which ones are meant, and how one is shown."""

import base64
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from newsloom.errors import CommandError, Exit

if TYPE_CHECKING:
    from newsloom_runtime.letters import Case, Headers, Letter, Resolution

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_AGO = re.compile(r"([0-9]{1,6})([smhd])")


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which cases are meant; what is empty does not restrict."""

    ids: Sequence[str] = ()
    services: Sequence[str] = ()
    reasons: Sequence[str] = ()
    since: datetime | None = None
    also_resolved: bool = False

    @property
    def restricted(self) -> bool:
        """Whether anything is left out but what is resolved."""
        return bool(self.ids or self.services or self.reasons or self.since)

    def holds(self, case: "Case") -> bool:
        """Whether the case is meant. One named by an id of its letters is, whatever became of it."""
        if self.ids:
            return not set(self.ids).isdisjoint(case.ids)
        letter = case.letter
        return (
            (case.open or self.also_resolved)
            and (not self.services or letter.place.topic.removesuffix("-dlq") in self.services)
            and (not self.reasons or letter.reason in self.reasons)
            and (self.since is None or letter.buried_at >= self.since)
        )

    def among(self, cases: Sequence["Case"]) -> list["Case"]:
        """Those that are meant. CommandError when an id names none of them."""
        known = {name for case in cases for name in case.ids}
        unknown = [name for name in self.ids if name not in known]
        if unknown:
            raise CommandError(
                f"there is no dead letter {', '.join(unknown)}",
                fix="copy an id from `newsloom dlq list --all`, such as publish:3:117",
            )
        return [case for case in cases if self.holds(case)]


def moment(text: str, now: datetime) -> datetime:
    """`90m`, `2h` or `7d` ago, or a time such as 2026-11-05T09:30:00Z. CommandError for anything else."""
    if ago := _AGO.fullmatch(text):
        return now - timedelta(seconds=int(ago[1]) * UNITS[ago[2]])
    try:
        parsed = datetime.fromisoformat(text)
        return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)
    except ValueError:
        raise CommandError(
            f"{text!r} is no time", fix="write 90m, 2h, 7d, or 2026-11-05T09:30:00Z", code=Exit.USAGE
        ) from None


def as_json(case: "Case") -> dict[str, Any]:
    """A case for programs; never its value."""
    letter = case.letter
    facts = {
        "id": letter.id,
        "state": state_of(case),
        "service": letter.service or None,
        "stage": letter.stage or None,
        "reason": letter.reason or None,
        "message": letter.message or None,
        "attempts": letter.attempts,
        "version": letter.version or None,
        "origin": letter.origin._asdict() if letter.origin else None,
        "origin_at": _rfc3339(letter.origin_at),
        "buried_at": _rfc3339(letter.buried_at),
        "key": as_text(letter.key),
        "event_id": letter.header("ce_id"),
        "event_type": letter.header("ce_type"),
        "value_bytes": letter.value_bytes,
        "copies": [copy.id for copy in case.copies],
        "resolution": _resolution_json(case.resolution),
    }
    return {name: value for name, value in facts.items() if value not in (None, [])}


def headers_json(headers: "Headers") -> list[list[str | None]]:
    """The original record's headers as they stood, in pairs: a name may come twice."""
    return [[name, as_text(value)] for name, value in headers]


def value_json(value: bytes | None) -> dict[str, Any]:
    """A value for programs: the JSON document that it is, else its text, else its bytes in base64."""
    if value is None:
        return {"value": None}
    try:
        return {"value": json.loads(value)}
    except (ValueError, RecursionError):
        return _text_or_base64(value)


def _text_or_base64(value: bytes) -> dict[str, Any]:
    try:
        return {"value_text": value.decode()}
    except UnicodeDecodeError:
        return {"value_base64": base64.b64encode(value).decode()}


def _resolution_json(resolution: "Resolution | None") -> dict[str, Any] | None:
    if resolution is None:
        return None
    said = {name: getattr(resolution, name) for name in ("outcome", "by", "why", "at", "to")}
    return {name: value for name, value in said.items() if value}


def state_of(case: "Case") -> str:
    """`open`, `replayed` or `discarded`."""
    return case.resolution.outcome if case.resolution else "open"


def row(case: "Case") -> tuple[str, ...]:
    """A case as a line of the list, under HEADINGS."""
    letter = case.letter
    times = f" ×{len(case.ids)}" if case.copies else ""
    what = letter.header("ce_type") or "-"
    return (
        printable(letter.id),
        printable(state_of(case)) + times,
        _rfc3339(letter.buried_at) or "-",
        printable(letter.reason or "-"),
        printable(str(letter.origin) if letter.origin else "-"),
        printable(what.removeprefix("newsloom.")),
        printable(as_text(letter.key) or "-"),
    )


HEADINGS = ("id", "state", "buried", "reason", "from", "type", "key")


def shown(case: "Case") -> Iterator[str]:
    """A case for people, line by line, with the headers of the original record."""
    facts = as_json(case)
    for name, value in facts.items():
        if name not in ("copies", "resolution", "origin"):
            yield f"{name:<12}{printable(str(value))}"
    if case.letter.origin:
        yield f"{'from':<12}{printable(str(case.letter.origin))}"
    if case.copies:
        yield f"{'copies':<12}{printable(', '.join(copy.id for copy in case.copies))}"
    for name, word in facts.get("resolution", {}).items():
        yield f"{'resolution' if name == 'outcome' else name:<12}{printable(word)}"
    for header, content in headers_json(case.letter.headers):
        yield printable(f"  {header}: {content}")


def target(letter: "Letter") -> str:
    """Where a replay sends it."""
    return printable(letter.origin.topic) if letter.origin else "nowhere"


def as_text(raw: bytes | None) -> str | None:
    """Bytes as text; what is no UTF-8 shows as `\\xff`."""
    return None if raw is None else raw.decode(errors="backslashreplace")


def printable(text: str) -> str:
    """Text that cannot steer a terminal: whoever wrote the record is not trusted."""
    return "".join(ch if ch.isprintable() else ch.encode("unicode_escape").decode() for ch in text)


def _rfc3339(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
