"""Where everything that is written about the events comes from: the catalogue, the schemas, the examples."""

import re
from importlib.metadata import version
from typing import Any

from newsloom.contract.released import Released, shipped
from newsloom.contract.versions import EventVersion
from newsloom_schemas.asyncapi import Deployment, Published
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import EVENTS, TOPICS, versions
from newsloom_schemas.json_schema import json_schema


def published() -> tuple[Published, ...]:
    """All versions of all events: in the order in which topics carry them, the newest version first."""
    released = shipped()
    names = list(dict.fromkeys(event.NAME for topic in TOPICS for event in topic.events))
    names += sorted({event.NAME for event in EVENTS.values()}.difference(names))
    return tuple(_published(event, released) for name in names for event in reversed(versions(name)))


def here(**known: str) -> Deployment:
    """The system of this package. What is not known of the newsroom stands there as a reserved name."""
    return Deployment(version=version("newsloom-schemas"), **known)


def _published(event: type[Event], released: Released) -> Published:
    return Published(event=event, schema=json_schema(event), examples=_examples(event, released))


def _examples(event: type[Event], released: Released) -> dict[str, Any]:
    found = released.examples(EventVersion(event.NAME, event.VERSION))
    return {example_title(file): record for file, record in found.items()}


def example_title(file: str) -> str:
    """What an example shows, from the name of its file: `001-a-kill.json` is `a kill`."""
    return re.sub(r"^\d+-|\.json$", "", file).replace("-", " ")
