"""Wires the canary together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from canary.metrics import GroupLagMetrics, ProberMetrics
from canary.settings import Settings
from newsloom_runtime.chassis import Chassis
from newsloom_runtime.server import serve

SERVICE = "canary"


def build(settings: Settings) -> Starlette:
    """The application; nothing is connected before its lifespan begins."""
    chassis = Chassis(SERVICE, settings, producing=False)
    ProberMetrics(chassis.registry)
    GroupLagMetrics(chassis.registry)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with chassis:
            yield

    return chassis.equip(Starlette(lifespan=lifespan))


def main() -> None:
    """The console script `canary`."""
    settings = Settings()
    serve(build(settings), settings, service=SERVICE)
