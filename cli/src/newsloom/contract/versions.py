"""Names of event versions: `article.submitted@v1` for the type `newsloom.article.submitted.v1`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from newsloom_schemas.base import Event
from newsloom_schemas.catalog import EVENTS, TOPICS

_TYPE = re.compile(r"newsloom\.(?P<name>[a-z]+(?:[.-][a-z]+)*)\.v(?P<version>[1-9][0-9]*)")
_ASKED = re.compile(r"(?:newsloom\.)?(?P<name>[a-z]+(?:[.-][a-z]+)*?)(?:[@.]v(?P<version>[1-9][0-9]*))?")


@dataclass(frozen=True, order=True)
class EventVersion:
    """One version of one event, such as `article.submitted` in its version 1."""

    name: str
    version: int

    @classmethod
    def of_type(cls, event_type: str) -> Self | None:
        """The version that a CloudEvents type names; None when the type is not of our grammar."""
        parts = _TYPE.fullmatch(event_type)
        return cls(parts["name"], int(parts["version"])) if parts else None

    @classmethod
    def parse(cls, text: str) -> Self:
        """The version that is written `article.submitted@v1`. ValueError for anything else."""
        version = cls.of_type(f"newsloom.{text.replace('@', '.')}")
        if version is None:
            raise ValueError(f"not a version of an event: {text}")
        return version

    @property
    def event_type(self) -> str:
        """The CloudEvents type, as the header `ce_type` carries it."""
        return f"newsloom.{self.name}.v{self.version}"

    def __str__(self) -> str:
        return f"{self.name}@v{self.version}"


def known_events() -> dict[EventVersion, type[Event]]:
    """Every version that the catalogue knows, in order."""
    named = ((EventVersion.of_type(event_type), event) for event_type, event in EVENTS.items())
    return dict(sorted(((version, event) for version, event in named if version), key=lambda pair: pair[0]))


def newest(versions: Iterable[EventVersion]) -> dict[str, EventVersion]:
    """The newest version of each name."""
    return {version.name: version for version in sorted(versions)}


def topics_of(name: str) -> tuple[str, ...]:
    """The topics in which any version of the event flows."""
    return tuple(topic.name for topic in TOPICS if any(_name(event) == name for event in topic.events))


def asked(text: str, versions: Iterable[EventVersion]) -> EventVersion | None:
    """The version somebody means by `NAME`, `NAME@vN` or the whole type; without a version the newest."""
    parts = _ASKED.fullmatch(text)
    if parts is None:
        return None
    among = [version for version in versions if version.name == parts["name"]]
    if parts["version"] is None:
        return max(among, default=None)
    return next((version for version in among if version.version == int(parts["version"])), None)


def _name(event: type[Event]) -> str | None:
    version = EventVersion.of_type(event.EVENT_TYPE)
    return version.name if version else None
