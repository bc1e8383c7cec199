"""Wires ingest together: settings and keys in, an application with the front door and the chassis out."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from importlib.metadata import version

from fastapi import FastAPI
from starlette.routing import Route

from ingest.api import add_routes
from ingest.audit import Audit, AuditedPublisher
from ingest.audit_file import audit_file
from ingest.backpressure import closed_by
from ingest.credentials import KeyRing, KeysUnusable
from ingest.desk import Desk
from ingest.docs_page import docs
from ingest.faults import with_faults
from ingest.guarded_fetcher import GuardedFetcher
from ingest.http_body import Admission, BodyLimits
from ingest.inbox import Inbox
from ingest.metrics import IngestMetrics
from ingest.once import OncePublisher
from ingest.rate_limits import RateLimits
from ingest.register.role import RegisterRole
from ingest.request_guards import RequestGuards
from ingest.settings import Settings
from ingest.source_register import SourceRegister
from ingest.token_buckets import Pace
from ingest.workers import WorkerPool
from newsloom_runtime.chassis import Chassis
from newsloom_runtime.server import serve
from newsloom_runtime.sources_file import SourcesUnusable

ABOUT = (
    "Takes articles in. A 202 means that Kafka has confirmed the article; anything else means send it again. "
    "Sending the same twice is harmless."
)
# More records than this in the producer means that Kafka is slower than what comes in, whoever sends it.
MOST_PENDING = 10_000


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
    """The service. Raises KeysUnusable without keys to check requests against, and SourcesUnusable."""
    chassis = Chassis("ingest", settings)
    workers = WorkerPool(workers=settings.workers)
    sources = SourceRegister(settings.sources_file)
    metrics = IngestMetrics(chassis.registry)
    lines = audit_file(settings.audit_file, lost=metrics.audit_lost.inc)
    audit = Audit(lines)
    register = RegisterRole(settings, chassis)
    guards = RequestGuards(settings, register)
    desk = Desk(
        keys=KeyRing(
            file=settings.keys_file, inline=settings.keys.get_secret_value() if settings.keys else None
        ),
        publisher=AuditedPublisher(OncePublisher(with_faults(chassis.publisher, chassis.faults)), audit),
        clock=chassis.clock,
        admission=Admission(
            max_requests=settings.max_in_flight,
            max_bytes=settings.max_in_flight_bytes,
            closed=closed_by(
                chassis.publisher, max_records=MOST_PENDING, max_bytes=settings.max_in_flight_bytes
            ),
        ),
        limits=BodyLimits(max_bytes=settings.max_body_bytes, timeout_s=settings.body_timeout_s),
        metrics=metrics,
        feeds_url=settings.feeds_url.rstrip("/"),
        sources=sources,
        fetcher=GuardedFetcher.of_sources(
            sources,
            inside=settings.fetch_inside,
            contact=settings.fetch_contact or settings.feeds_url,
        ),
        workers=workers,
        rates=RateLimits(Pace(per_second=settings.rate, burst=settings.burst)),
        audit=audit,
        register=register,
        guard=guards,
        answers=guards,
    )
    if "inbox" in settings.roles:
        inbox = Inbox(desk)
        chassis.follow(inbox.subscription(), inbox.topics)

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        with lines or nullcontext():
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
    except (KeysUnusable, SourcesUnusable) as error:
        sys.exit(f"ingest: {error}")
    serve(app, settings, service="ingest")
