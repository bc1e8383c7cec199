"""Ingest as several processes run it, in the one of the test: on the real Kafka and MongoDB."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from pydantic import SecretStr

from ingest.app import build
from ingest.settings import Role, Settings
from tests.conftest import Stack
from tests.eventually import eventually
from tests.integration.ingest.front_door import FEEDS, KEYS, serving


@asynccontextmanager
async def ingest_process(
    stack: Stack, database: str, *roles: Role, mongo: str | None = None
) -> AsyncIterator[httpx2.AsyncClient]:
    """An ingest of its own on the real Kafka and this database, ready; as another process would be."""
    settings = Settings(
        kafka_bootstrap_servers=stack.kafka,
        keys=SecretStr(json.dumps(KEYS)),
        feeds_url=FEEDS,
        mongo_url=mongo or stack.mongo,
        mongo_database=database,
        audit_file="off",
        roles=roles,
    )
    async with (
        serving(build(settings), lifespan="on") as port,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client,
    ):

        async def is_ready() -> bool:
            return (await client.get("/readyz")).status_code == 200

        await eventually(is_ready, what="readiness")
        yield client
