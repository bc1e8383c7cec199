"""Wires the canary together."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from canary.group_lag import GroupLag
from canary.metrics import GroupLagMetrics, ProberMetrics
from canary.prober import Prober
from canary.settings import Settings
from newsloom_runtime.chassis import Chassis
from newsloom_runtime.production import read_settings
from newsloom_runtime.server import serve

SERVICE = "canary"


def build(settings: Settings) -> Starlette:
    """The application; nothing is connected before its lifespan begins."""
    chassis = Chassis(SERVICE, settings, producing=False)
    if "prober" in settings.roles:
        prober = Prober(settings, clock=chassis.clock, tally=ProberMetrics(chassis.registry))
        chassis.background("live-feed", prober.live.run)
        chassis.background("prober", prober.run)
    if "lag" in settings.roles:
        metrics = GroupLagMetrics(chassis.registry)
        lag = GroupLag(settings.kafka, metrics, every=settings.lag_every)
        chassis.background("group-lag", lag.run)
        chassis.health.add_note("group-lag", lag.ails)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with chassis:
            yield

    return chassis.equip(Starlette(lifespan=lifespan))


def main() -> None:
    """The console script `canary`."""
    settings = read_settings(Settings, "canary")
    if "prober" in settings.roles and not settings.key.get_secret_value():
        sys.exit(
            "canary: no key; set CANARY_KEY_FILE to a file with one made with"
            " `newsloom keys create --name canary --source canary --scope canary`"
        )
    serve(build(settings), settings, service=SERVICE)
