"""Wires ingest together: settings and keys in, an application with the front door and the chassis out."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.routing import Route

from ingest.api import add_routes
from ingest.desk import Desk
from ingest.door.audit import AuditedPublisher
from ingest.door.credentials import KeysUnusable
from ingest.door.doors import new_door
from ingest.door.tokens import TokensUnusable
from ingest.faults import with_faults
from ingest.fetching.guarded_fetcher import GuardedFetcher
from ingest.guards.role import RequestGuards
from ingest.importing import Importer
from ingest.inbox import Inbox
from ingest.metrics import IngestMetrics
from ingest.once import OncePublisher
from ingest.register.role import RegisterRole
from ingest.routes.docs import docs
from ingest.settings import Settings
from ingest.source_register import SourceRegister
from ingest.workers.pool import WorkerPool
from newsloom_runtime.chassis import Chassis
from newsloom_runtime.server import serve
from newsloom_runtime.sources_file import SourcesUnusable

ABOUT = (
    "Takes articles in. A 202 means that Kafka has confirmed the article; anything else means send it again. "
    "Sending the same twice is harmless."
)


def new_app(desk: Desk) -> FastAPI:
    """The front door alone, on whatever stands behind the desk."""
    app = FastAPI(
        title="newsloom ingest",
        version=version("ingest"),
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    add_routes(app, desk)
    app.router.routes.append(Route("/docs", docs, include_in_schema=False))
    return app


def build(settings: Settings) -> FastAPI:
    """The service. Raises KeysUnusable without keys to check requests against, SourcesUnusable and
    TokensUnusable."""
    chassis = Chassis("ingest", settings)
    workers = WorkerPool(workers=settings.workers)
    sources = SourceRegister(settings.sources_file)
    metrics = IngestMetrics(chassis.registry)
    door = new_door(settings, chassis.publisher, metrics)
    register = RegisterRole(settings, chassis)
    guards = RequestGuards(settings, register)
    desk = Desk(
        keys=door.keys,
        tokens=door.tokens,
        publisher=AuditedPublisher(OncePublisher(with_faults(chassis.publisher, chassis.faults)), door.audit),
        clock=chassis.clock,
        admission=door.admission,
        limits=door.limits,
        metrics=metrics,
        feeds_url=settings.feeds_url.rstrip("/"),
        sources=sources,
        fetcher=GuardedFetcher.of_sources(
            sources,
            inside=settings.fetch_inside,
            contact=settings.fetch_contact or settings.feeds_url,
        ),
        workers=workers,
        rates=door.rates,
        audit=door.audit,
        register=register,
        guard=guards,
        answers=guards,
    )
    if "inbox" in settings.roles:
        inbox = Inbox(desk)
        chassis.follow(inbox.subscription(), inbox.topics)

    if "import" in settings.roles:
        importer = Importer(desk)
        chassis.background("import", importer.run)
        chassis.health.add_note("import", importer.note)

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        with door.kept():
            async with workers, register, guards, chassis:
                yield

    app = new_app(desk)
    app.router.lifespan_context = lifespan
    app.router.routes.extend(chassis.ops_routes())
    return app


def main() -> None:
    """The console script `ingest`."""
    settings = Settings()
    try:
        app = build(settings)
    except (KeysUnusable, SourcesUnusable, TokensUnusable) as error:
        sys.exit(f"ingest: {error}")
    serve(app, settings, service="ingest")
