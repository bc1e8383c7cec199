"""What is released of the contract, as text: a JSON Schema of each event version, and examples of records."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from newsloom_schemas.base import Event
from newsloom_schemas.catalog import EVENTS
from newsloom_schemas.envelope import WireRecord


@dataclass(frozen=True, kw_only=True)
class Example:
    """A record as it may stand in a topic. `name` says what it shows, as in `002-only-what-is-required`."""

    event_type: str
    name: str
    record: WireRecord


def schema_of(event_type: str) -> str:
    """The released JSON Schema 2020-12 of what a `ce_type` says, as JSON text.

    Raises LookupError for a type that is not of the contract, or not released yet.
    """
    file = _place(event_type, ".json")
    if not file.is_file():
        raise LookupError(f"{event_type} is not released yet; run newsloom schemas freeze")
    return file.read_text(encoding="utf-8")


def examples(event_type: str | None = None) -> tuple[Example, ...]:
    """Examples of one type, or of all. Each decodes; what was released as an example stays one for ever.

    Raises LookupError for a type that is not of the contract.
    """
    asked = EVENTS if event_type is None else (event_type,)
    return tuple(example for each in asked for example in _examples(each))


def _examples(event_type: str) -> tuple[Example, ...]:
    folder = _place(event_type) / "examples"
    found = sorted(folder.iterdir(), key=lambda file: file.name) if folder.is_dir() else ()
    return tuple(
        Example(
            event_type=event_type,
            name=file.name.removesuffix(".json"),
            record=record_of(json.loads(file.read_text(encoding="utf-8"))),
        )
        for file in found
    )


def record_of(said: Mapping[str, Any]) -> WireRecord:
    """The record that an example's file says: `key`, `headers` and `value` as JSON has them."""
    return WireRecord(
        key=said["key"].encode(),
        value=json.dumps(said["value"], ensure_ascii=False, separators=(",", ":")).encode(),
        headers=tuple((name, text.encode()) for name, text in said["headers"].items()),
    )


def _place(event_type: str, ending: str = "") -> Traversable:
    """Where a version lies in the package: `released/article.submitted/v1`."""
    event: type[Event] | None = EVENTS.get(event_type)
    if event is None:
        raise LookupError(f"{event_type} is no event of the contract; the types are the keys of EVENTS")
    return files("newsloom_schemas") / "released" / event.NAME / f"v{event.VERSION}{ending}"
