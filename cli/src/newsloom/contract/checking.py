"""The whole check: today's contract by its laws, and against what is frozen."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from newsloom.contract.evolution import changes
from newsloom.contract.examples import example_laws
from newsloom.contract.laws import naming_laws, orphan_laws, version_laws
from newsloom.contract.released import Released, digest
from newsloom.contract.rules import Finding, finding
from newsloom.contract.state import Contract, contract_of_today, frozen_contract
from newsloom.contract.versions import known_events
from newsloom_schemas import events as event_files
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import EVENTS


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the check found. `unfrozen` are benign changes that no freeze has written yet."""

    today: Contract
    findings: tuple[Finding, ...]

    @property
    def breaking(self) -> tuple[Finding, ...]:
        return tuple(found for found in self.findings if found.rule.breaking)

    @property
    def unfrozen(self) -> tuple[Finding, ...]:
        return tuple(found for found in self.findings if not found.rule.breaking)


def judge(released: Released, frozen: Contract | None = None) -> Verdict:
    """Judge today's models by the laws and against the frozen contract, by default the one in the folder."""
    today = contract_of_today(released)
    found = [*_laws(released, today), *_edited(released)]
    found.extend(changes(frozen_contract(released) if frozen is None else frozen, today))
    return Verdict(today=today, findings=tuple(found))


def _laws(released: Released, today: Contract) -> Iterator[Finding]:
    events = known_events()
    yield from version_laws(events)
    yield from naming_laws(EVENTS, today.schemas)
    yield from orphan_laws(events, defined_events(), released)
    yield from example_laws(events, released)


def _edited(released: Released) -> Iterator[Finding]:
    for version, frozen in released.index().frozen().items():
        schema = released.schema(version)
        if schema is None:
            yield finding("edited-snapshot", str(version), "the index lists it, and its snapshot is gone")
        elif digest(schema) != frozen.schema_digest:
            yield finding("edited-snapshot", str(version), "the snapshot is not the one that was frozen")


def defined_events() -> dict[str, type[Event]]:
    """Every event class of the package, also in files that nothing imports, by name."""
    for module in pkgutil.iter_modules(event_files.__path__):
        importlib.import_module(f"{event_files.__name__}.{module.name}")
    return {event.__name__: event for event in _below(Event) if "EVENT_TYPE" in event.__dict__}


def _below(event: type[Event]) -> Iterable[type[Event]]:
    for kind in event.__subclasses__():
        if kind.__module__.startswith(event_files.__name__):
            yield kind
        yield from _below(kind)
