"""Scrapes of running services: what they show, and whether it is what they declare."""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from prometheus_client.metrics_core import Metric as Family
from prometheus_client.parser import text_string_to_metric_families

from newsloom_runtime.metrics import Metric
from tests.e2e.system import System

# Of the Python client, the same in every process.
USUAL: Final = ("process_", "python_")
AN_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|[0-9a-f]{16}|\d{4,}|https?:|@")
LONGEST: Final = 80


@dataclass(frozen=True, kw_only=True)
class Scrape:
    """What one service showed at one moment."""

    service: str
    text: str
    families: Sequence[Family]

    @property
    def series(self) -> int:
        return sum(len(family.samples) for family in self.families)

    @property
    def names(self) -> frozenset[str]:
        """Names of our own metrics, as they are declared."""
        shown = (f"{f.name}_total" if f.type == "counter" else f.name for f in self.families)
        return frozenset(name for name in shown if not name.startswith(USUAL))

    def label_values(self, *, but: Iterable[str] = ("le", "version", "python")) -> frozenset[tuple[str, str]]:
        """Every label's values."""
        samples = (sample for family in self.families for sample in family.samples)
        return frozenset(
            (name, value) for sample in samples for name, value in sample.labels.items() if name not in but
        )

    def value(self, name: str, **labels: str) -> float:
        """The sum of the samples of this name that have these labels; 0 without any."""
        return sum(
            sample.value
            for family in self.families
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )


async def scrape(system: System, service: str) -> Scrape:
    """What a running service shows now."""
    answer = await system.http.get(system.at.need(service) + "/metrics")
    assert answer.status_code == 200, answer.text
    families = [f for f in text_string_to_metric_families(answer.text) if not f.name.startswith(USUAL)]
    return Scrape(service=service, text=answer.text, families=families)


async def scrape_all(system: System, services: Sequence[str]) -> Mapping[str, Scrape]:
    """What all services show now."""
    return {service: await scrape(system, service) for service in services}


def declared(service: str) -> Sequence[Metric]:
    """The table of a service."""
    table: Sequence[Metric] = import_module(f"{service}.metrics").DECLARED
    return table


def beside_the_table(shown: Scrape) -> tuple[frozenset[str], frozenset[str]]:
    """What a service shows without declaring it, and declares without showing it anywhere."""
    table = declared(shown.service)
    everywhere = {metric.name for metric in table if not metric.shown}
    known = {metric.name for metric in table}
    return frozenset(shown.names - known), frozenset(everywhere - shown.names)


def outside_its_set(shown: Scrape) -> frozenset[tuple[str, str, str]]:
    """Label values that their label does not list: metric, label, value."""
    closed = {
        (metric.name, label.name): set(label.values)
        for metric in declared(shown.service)
        for label in metric.labels
        if label.values
    }
    return frozenset(
        (family.name, name, value)
        for family in shown.families
        for sample in family.samples
        for name, value in sample.labels.items()
        for key in [(f"{family.name}_total" if family.type == "counter" else family.name, name)]
        if key in closed and value not in closed[key]
    )


def ids_in(shown: Scrape) -> frozenset[tuple[str, str]]:
    """Label values that look like the name of one thing among many."""
    return frozenset(
        (name, value) for name, value in shown.label_values() if AN_ID.search(value) or len(value) > LONGEST
    )


async def lint(shown: Scrape) -> str:
    """What promtool has against a scrape; empty when nothing."""
    process = await asyncio.create_subprocess_exec(
        "promtool",
        "check",
        "metrics",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate(shown.text.encode())
    return told.decode()
