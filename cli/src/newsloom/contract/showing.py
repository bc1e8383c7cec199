"""What `newsloom schemas list` and `show` say of the events."""

import json
from typing import Any

from newsloom.contract.released import Released
from newsloom.contract.state import current_schema
from newsloom.contract.versions import EventVersion, asked, known_events, newest, topics_of
from newsloom.errors import CommandError, Exit

HEADINGS = ("event", "type", "topics", "state")


def facts(version: EventVersion, released: Released) -> dict[str, Any]:
    """What there is to know of a version in one line."""
    events, frozen = known_events(), released.index().frozen()
    return {
        "name": version.name,
        "version": version.version,
        "type": version.event_type,
        "model": events[version].__name__,
        "newest": newest(events)[version.name] == version,
        "released": version in frozen,
        **({"since": frozen[version].since} if version in frozen else {}),
        "topics": list(topics_of(version.name)),
    }


def listed(released: Released) -> list[dict[str, Any]]:
    """Every version that the catalogue knows."""
    return [facts(version, released) for version in known_events()]


def shown(name: str, released: Released) -> dict[str, Any]:
    """One version with its schema and examples. CommandError when there is no such event."""
    version = asked(name, known_events())
    if version is None:
        raise CommandError(f"no event {name}", fix="see `newsloom schemas list`", code=Exit.REFUSED)
    return {
        **facts(version, released),
        "schema": released.schema(version) or current_schema(version),
        "examples": list(released.examples(version).values()),
    }


def row(told: dict[str, Any]) -> tuple[str, str, str, str]:
    """A version as a row of a table, under HEADINGS."""
    return f"{told['name']}@v{told['version']}", told["type"], ", ".join(told["topics"]), state(told)


def state(told: dict[str, Any]) -> str:
    """The age of a version in words."""
    age = "newest" if told["newest"] else "older, upcast when read"
    return f"{age}, since {told['since']}" if told["released"] else f"{age}, not frozen yet"


def page(told: dict[str, Any]) -> str:
    """A version for people: where it flows, its schema, and one example of a whole record."""
    lines = [f"{told['type']} ({state(told)})", f"topics: {', '.join(told['topics'])}", "schema:"]
    lines.append(json.dumps(told["schema"], ensure_ascii=False, indent=2))
    for example in told["examples"][:1]:
        lines += ["example:", json.dumps(example, ensure_ascii=False, indent=2)]
    return "\n".join(lines)
