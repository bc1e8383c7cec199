"""Whole records as they were written: each is read as its newest model, with the key it had."""

from collections.abc import Iterator, Mapping
from typing import Any

from newsloom.contract.laws import example_names
from newsloom.contract.released import Released
from newsloom.contract.rules import Finding, finding
from newsloom.contract.versions import EventVersion, newest
from newsloom_schemas.base import Event
from newsloom_schemas.codec import decode_record
from newsloom_schemas.envelope import UndecodableEvent
from newsloom_schemas.published import record_of


def example_laws(events: Mapping[EventVersion, type[Event]], released: Released) -> Iterator[Finding]:
    """Every version has examples, and each is understood today."""
    for version in events:
        examples = released.examples(version)
        if not examples:
            yield finding("no-example", str(version), "the version has no example")
        yield from example_names(version, examples)
        wanted = events[newest(events)[version.name]]
        for name, example in examples.items():
            yield from _decoded(version, name, example, wanted)


def _decoded(version: EventVersion, name: str, example: Any, wanted: type[Event]) -> Iterator[Finding]:
    try:
        event = _read(example)
    except UndecodableEvent as error:
        rule = "changed-key" if error.reason == "key" else "undecodable-example"
        yield finding(rule, str(version), f"the example {name}: {error.reason}: {error}")
    except (KeyError, TypeError, AttributeError) as error:
        yield finding("undecodable-example", str(version), f"the example {name} cannot be read: {error!r}")
    else:
        if type(event) is not wanted:
            what = f"the example {name} is read as {type(event).__name__}, not as {wanted.__name__}"
            yield finding("undecodable-example", str(version), what)


def _read(example: Any) -> Event:
    record = record_of(example)
    return decode_record(record.key, record.value, record.headers)
