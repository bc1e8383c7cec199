"""What a schedule runs: our own modules, the real ones or those of a mutant."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

from prometheus_client import CollectorRegistry

from newsloom_runtime.harness import Harness
from newsloom_runtime.metrics import ConsumerMetrics
from newsloom_store import MemoryStore
from publish.consumer import Roles
from publish.embargoes import Embargoes
from publish.metrics import PublishMetrics
from tests.mutants import Mutant
from tests.mutation import ROOT, load_edited

MODULES = (
    "publish",
    "publish.ports",
    "publish.history",
    "publish.feeds",
    "publish.decide",
    "publish.publish",
    "publish.proofread",
    "publish.lift",
    "publish.settings",
    "publish.metrics",
    "publish.consumer",
    "publish.embargoes",
    "newsloom_runtime.harness",
    "newsloom_store.memory",
)
CONSUMER_METRICS = ConsumerMetrics(CollectorRegistry())


@dataclass(frozen=True, kw_only=True)
class Build:
    """The parts that a schedule puts together itself; they bring the rest with them."""

    harness: type[Harness]
    roles: type[Roles]
    embargoes: type[Embargoes]
    memory: type[MemoryStore]
    metrics: PublishMetrics


def real_build() -> Build:
    """The build that is in force."""
    return _build({name: import_module(name) for name in MODULES})


def mutant_build(mutant: Mutant) -> Build:
    """A build from the source with a mutant's edits, as far as they are in modules that schedules run."""
    files = {import_module(name).__file__ for name in MODULES}
    edits = [edit for edit in mutant.edits if str(ROOT / edit.file) in files]
    if not edits:
        raise ValueError(f"{mutant.name} edits nothing that schedules run")
    return _build(load_edited(MODULES, edits))


def _build(modules: Mapping[str, ModuleType]) -> Build:
    def part(module: str, name: str) -> Any:
        return getattr(modules[module], name)

    return Build(
        harness=part("newsloom_runtime.harness", "Harness"),
        roles=part("publish.consumer", "Roles"),
        embargoes=part("publish.embargoes", "Embargoes"),
        memory=part("newsloom_store.memory", "MemoryStore"),
        metrics=part("publish.metrics", "PublishMetrics")(CollectorRegistry()),
    )
