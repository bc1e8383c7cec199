"""Wires the feeds service together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from feeds.feed_counts import FeedCounts
from feeds.links import Links
from feeds.live import LiveTail
from feeds.metrics import FeedsMetrics
from feeds.routes import new_api
from feeds.services import Services
from feeds.settings import Settings
from feeds.stream import UpdateStreams
from feeds.watch import StoreWatch
from feeds.window import Window
from newsloom_runtime.chassis import Chassis
from newsloom_runtime.clock import SystemClock
from newsloom_runtime.log_reader import LogReader
from newsloom_runtime.metrics.mongo import MongoMetrics
from newsloom_runtime.production import read_settings
from newsloom_runtime.server import serve
from newsloom_schemas.catalog import FEED_UPDATES, Topic
from newsloom_store import MongoStore

SERVICE = "feeds"


def build(settings: Settings, *, updates: Topic = FEED_UPDATES) -> FastAPI:
    """The application; nothing is connected before its lifespan begins."""
    chassis = Chassis(SERVICE, settings)
    metrics, observer = FeedsMetrics(chassis.registry), MongoMetrics(chassis.registry)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        connected = MongoStore.connected(
            settings.mongo, database=settings.mongo_database, driver=settings.mongo_driver, observer=observer
        )
        async with connected as store:
            tail = LiveTail(
                store,
                window=Window(settings.window_updates),
                page_read=metrics.log_pages.inc,
                told=metrics.ages(SystemClock()),
                counts=metrics,
            )
            streams = UpdateStreams(tail, counts=metrics)
            app.state.services = Services(
                store=store,
                counts=FeedCounts(store),
                tail=tail,
                streams=streams,
                links=Links(settings.base_url),
                clock=SystemClock(),
                max_streams=settings.max_streams,
            )
            _look_after(chassis, store, tail, updates, metrics)
            metrics.streams.set_function(lambda: streams.clients)
            chassis.stopping.at_the_end(tail.close)  # streams would be waited for
            async with chassis:
                yield

    return chassis.equip(new_api(lifespan))


def _look_after(
    chassis: Chassis, store: MongoStore, tail: LiveTail, updates: Topic, metrics: FeedsMetrics
) -> None:
    watch = StoreWatch()

    async def follow_the_log() -> None:
        await watch.usable()
        async with LogReader(chassis.settings.kafka, updates) as log:
            metrics.tail_behind.set_function(log.behind)
            chassis.health.add_note("feed-updates", log.halted)  # a part of the feeds is live no more
            await tail.run(log)

    async def watch_the_store() -> None:
        await watch.run(store)

    chassis.background("live-tail", follow_the_log)
    chassis.background("store-watch", watch_the_store)
    chassis.health.add_check("store", watch.not_ready)
    chassis.health.add_check("feed-updates", tail.not_ready)


def main() -> None:
    """The console script `feeds`."""
    settings = read_settings(Settings, "feeds")
    serve(build(settings), settings, service=SERVICE)
