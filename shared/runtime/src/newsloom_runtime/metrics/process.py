"""What every process tells of itself: which build it is, what it waits for, how busy its event loop is."""

import asyncio
import platform
from collections.abc import Iterator
from importlib.metadata import version
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from newsloom_runtime.health import Health
from newsloom_runtime.metrics.declaring import GaugeMetric, HistogramMetric, Label, Metric

LOOK_EVERY_S = 0.1

BUILD_INFO: Final = GaugeMetric(
    name="newsloom_build_info",
    meaning="Always 1; its labels say what runs",
    look="Two versions at once: a rolling upgrade that goes on, or one that was forgotten.",
    labels=(
        Label(name="version", drawn_from="the release of newsloom"),
        Label(name="python", drawn_from="the release of Python"),
    ),
)
NOT_READY: Final = GaugeMetric(
    name="newsloom_not_ready",
    meaning="1 while this readiness check fails, 0 while it passes",
    look="`/readyz` of the process says why, and what to do.",
    labels=(Label(name="check", drawn_from="the readiness checks of the service"),),
)
LOOP_DELAY: Final = HistogramMetric(
    name="newsloom_event_loop_delay_seconds",
    meaning="How much later than asked a timer of the event loop wakes",
    look="Saturation: above 0.1 s the process has more to do than one core can, or something blocks it.",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
)

DECLARED: Final[tuple[Metric, ...]] = (BUILD_INFO, NOT_READY, LOOP_DELAY)


def tell_build(registry: CollectorRegistry) -> None:
    """Show which newsloom this is: all its packages are released together."""
    BUILD_INFO.on(registry).labels(version("newsloom-runtime"), platform.python_version()).set(1)


class Readiness(Collector):
    """Every readiness check. `look` judges them, on the event loop; a scrape shows the last look."""

    def __init__(self, health: Health) -> None:
        self._health = health
        self._failing: dict[str, bool] = {}

    def look(self) -> None:
        """Judge every check."""
        self._failing = self._health.checks()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = NOT_READY.family()
        for check, fails in self._failing.items():
            family.add_metric((check,), float(fails))
        yield family


class LoopDelay:
    """Measures how late a timer wakes. A busy loop serves everybody late, and nothing else shows it."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._delay = LOOP_DELAY.on(registry)

    async def run(self) -> None:
        """Measure until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LOOK_EVERY_S
            await asyncio.sleep(LOOK_EVERY_S)
            self._delay.observe(max(0.0, loop.time() - due))
