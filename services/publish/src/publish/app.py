"""The publish service: its parts, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from newsloom_runtime.chassis import Chassis
from newsloom_runtime.server import serve
from newsloom_store import MongoStore
from publish.consumer import Roles
from publish.faults import subscription_of
from publish.metrics import PublishMetrics
from publish.settings import Settings
from publish.store_watch import StoreWatch


def build(settings: Settings) -> Starlette:
    """The application. It starts without Kafka and MongoDB; readiness tells what is missing."""
    chassis = Chassis("publish", settings)
    metrics = PublishMetrics(chassis.registry)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with MongoStore.connected(
            settings.mongo_url, database=settings.mongo_database, driver=settings.mongo_driver
        ) as store:
            watch = StoreWatch(store)
            chassis.background("store", watch.run)
            chassis.health.add_check("store", watch.not_ready)
            roles = Roles(
                store=store,
                publisher=chassis.publisher,
                clock=chassis.clock,
                public_url=settings.feeds_url,
                metrics=metrics,
            )
            for role in settings.roles:
                chassis.subscribe(subscription_of(role, roles, chassis.faults))
            async with chassis:
                yield

    return Starlette(routes=chassis.ops_routes(), lifespan=lifespan)


def main() -> None:
    """Serve until stopped."""
    settings = Settings()
    serve(build(settings), settings, service="publish")
