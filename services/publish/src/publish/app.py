"""The publish service: its parts, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from newsloom_runtime.chassis import Chassis
from newsloom_runtime.metrics.age import ArticleAge
from newsloom_runtime.metrics.mongo import MongoMetrics
from newsloom_runtime.production import read_settings
from newsloom_runtime.server import serve
from newsloom_store import MongoStore
from publish.api import record_routes
from publish.arrivals import Arrivals
from publish.consumer import Roles
from publish.embargoes import Embargoes
from publish.faults import subscription_of, with_faults
from publish.guarded_clock import GuardedClock
from publish.metrics import PublishMetrics, ages
from publish.migration import Migration
from publish.older_form import telling
from publish.settings import Settings
from publish.store_watch import StoreWatch


def build(settings: Settings) -> Starlette:
    """The application. It starts without Kafka and MongoDB; readiness tells what is missing."""
    chassis = Chassis("publish", settings)
    metrics, observer = PublishMetrics(chassis.registry), MongoMetrics(chassis.registry)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with MongoStore.connected(
            settings.mongo, database=settings.mongo_database, driver=settings.mongo_driver, observer=observer
        ) as store:
            app.state.store = store
            clock = GuardedClock(store, observe=metrics.clock_difference.set)
            roles = Roles(
                store=store,
                publisher=telling(chassis.publisher, settings.article_events),
                clock=chassis.clock,
                server_clock=clock,
                public_url=settings.feeds_url,
                metrics=metrics,
                arrivals=Arrivals(ages(ArticleAge(chassis.registry), chassis.clock)),
            )
            watch = _look_after(chassis, store, metrics)
            for role in settings.roles:
                if role != "embargo":
                    chassis.subscribe(subscription_of(role, roles, chassis.faults))
                    continue
                embargoes = with_faults(_embargoes(roles, store), chassis.faults)
                chassis.background("embargo", watch.then(embargoes.run))
                chassis.health.add_check("embargo", embargoes.not_ready)
            async with chassis:
                yield

    return chassis.equip(Starlette(routes=record_routes(), lifespan=lifespan))


def _look_after(chassis: Chassis, store: MongoStore, metrics: PublishMetrics) -> StoreWatch:
    """Nothing is read or written before the store has its indexes."""
    watch = StoreWatch(store)
    chassis.background("store", watch.run)
    chassis.health.add_check("store", watch.not_ready)
    chassis.consume_after(watch.usable)
    chassis.background("migration", watch.then(Migration(store, metrics).run))
    return watch


def _embargoes(roles: Roles, store: MongoStore) -> Embargoes:
    return Embargoes(
        store=store,
        publisher=roles.publisher,
        clock=roles.server_clock,
        public_url=roles.public_url,
        metrics=roles.metrics,
    )


def main() -> None:
    """Serve until stopped."""
    settings = read_settings(Settings, "publish")
    serve(build(settings), settings, service="publish")
