"""The parts of ingest put together: what every way in works with, and what must run for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ingest.desk import Desk
from ingest.door.audit import AuditedPublisher
from ingest.door.doors import Door, new_door
from ingest.faults import with_faults
from ingest.fetching.guarded_fetcher import GuardedFetcher
from ingest.guards.role import RequestGuards
from ingest.importing import Importer
from ingest.inbox import Inbox
from ingest.metrics import CountedPublisher, IngestMetrics
from ingest.once import OncePublisher
from ingest.register.role import RegisterRole
from ingest.settings import Settings
from ingest.source_register import SourceRegister
from ingest.traced import TracedPublisher
from ingest.workers.pool import WorkerPool
from newsloom_runtime.chassis import Chassis
from newsloom_runtime.metrics.mongo import MongoMetrics


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The desk, and what stands behind it."""

    desk: Desk
    door: Door
    workers: WorkerPool
    register: RegisterRole
    guards: RequestGuards

    @asynccontextmanager
    async def running(self, chassis: Chassis) -> AsyncIterator[None]:
        """The chassis ends first, and the audit last: what ends still writes into it."""
        with self.door.kept():
            async with self.workers, self.register, self.guards, chassis:
                yield


def assembled(settings: Settings, chassis: Chassis) -> Parts:
    """Raises KeysUnusable without keys to check requests against, SourcesUnusable and TokensUnusable."""
    metrics, observer = IngestMetrics(chassis.registry), MongoMetrics(chassis.registry)
    door = new_door(settings, chassis.publisher, metrics)
    sources = SourceRegister(settings.sources_file)
    workers = WorkerPool(workers=settings.workers)
    register = RegisterRole(
        settings,
        chassis,
        tell=metrics.register_behind.set,
        tell_oldest=metrics.oldest_letter.set,
        observer=observer,
    )
    guards = RequestGuards(settings, register, observer=observer)
    metrics.in_flight_bytes.set_function(lambda: door.admission.bytes)
    metrics.workers.labels("busy").set_function(lambda: workers.busy)
    metrics.workers.labels("idle").set_function(lambda: workers.idle)
    contact = settings.fetch_contact or settings.feeds_url
    desk = Desk(
        keys=door.keys,
        tokens=door.tokens,
        publisher=TracedPublisher(
            AuditedPublisher(
                CountedPublisher(
                    OncePublisher(with_faults(chassis.publisher, chassis.faults)), metrics, sources.current
                ),
                door.audit,
            )
        ),
        clock=chassis.clock,
        admission=door.admission,
        limits=door.limits,
        metrics=metrics,
        feeds_url=settings.feeds_url.rstrip("/"),
        sources=sources,
        fetcher=GuardedFetcher.of_sources(sources, inside=settings.fetch_inside, contact=contact),
        workers=workers,
        rates=door.rates,
        audit=door.audit,
        register=register,
        guard=guards,
        answers=guards,
    )
    return Parts(desk=desk, door=door, workers=workers, register=register, guards=guards)


def add_roles(chassis: Chassis, desk: Desk, settings: Settings) -> None:
    """What reads by itself, beside the front door. Before the chassis is entered."""
    if "inbox" in settings.roles:
        inbox = Inbox(desk)
        chassis.follow(inbox.subscription(), inbox.topics)
    if "import" in settings.roles:
        importer = Importer(desk)
        chassis.background("import", importer.run)
        chassis.health.add_note("import", importer.note)
