"""Wires ingest together: settings and keys in, an application with the front door and the chassis out."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Route

from ingest.api import add_routes
from ingest.desk import Desk
from ingest.door.credentials import KeysUnusable
from ingest.door.tokens import TokensUnusable
from ingest.parts import add_roles, assembled
from ingest.routes.docs import docs
from ingest.settings import Settings
from newsloom_runtime.chassis import Chassis
from newsloom_runtime.production import read_settings
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


def build(settings: Settings) -> Starlette:
    """The service. Raises KeysUnusable without keys to check requests against, SourcesUnusable and
    TokensUnusable."""
    chassis = Chassis("ingest", settings)
    parts = assembled(settings, chassis)
    add_roles(chassis, parts.desk, settings)

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        async with parts.running(chassis):
            yield

    app = new_app(parts.desk) if "front-door" in settings.roles else Starlette()
    app.router.lifespan_context = lifespan
    return chassis.equip(app)


def main() -> None:
    """The console script `ingest`."""
    settings = read_settings(Settings, "ingest")
    try:
        app = build(settings)
    except (KeysUnusable, SourcesUnusable, TokensUnusable) as error:
        sys.exit(f"ingest: {error}")
    serve(app, settings, service="ingest")
