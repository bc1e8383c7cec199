"""The feeds service on a real Kafka and a real mongod, with a hand that writes as publish does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import uuid4

import httpx2
import uvicorn
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete

from feeds.app import build
from feeds.settings import Settings
from newsloom_runtime.chassis import Chassis
from newsloom_runtime.publisher import EventPublisher
from newsloom_runtime.settings import ServiceSettings
from newsloom_runtime.topics import create_topics
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import FEED_UPDATES, Topic
from newsloom_schemas.document import StoredArticleV3
from newsloom_store import Change, MongoStore
from tests.conftest import Stack
from tests.eventually import eventually
from tests.integration.store.databases import fresh_database


@dataclass(frozen=True, kw_only=True)
class Newsroom:
    """A topic and a database of the test's own, and the service that shows them."""

    store: MongoStore
    publisher: EventPublisher
    updates: Topic
    http: httpx2.AsyncClient
    settings: Settings
    kafka: str

    async def write(self, document: StoredArticleV3, *, replaces: int | None = None) -> None:
        """Store a document, as publish does before it tells anyone."""
        lost = await self.store.write([Change(expected_version=replaces, document=document)])
        assert not lost

    async def emit(self, *events: Event) -> None:
        """Tell the feeds."""
        await self.publisher.publish([(self.updates, event) for event in events])

    async def forget_below(self, partition: int, offset: int) -> None:
        """Remove the oldest records of a partition, as retention does."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await admin.start()
        try:
            place = TopicPartition(self.updates.name, partition)
            await admin.delete_records({place: RecordsToDelete(before_offset=offset)})
        finally:
            await admin.close()


@asynccontextmanager
async def newsroom(stack: Stack) -> AsyncIterator[Newsroom]:
    """The service, ready, on a free port."""
    updates = replace(FEED_UPDATES, name=f"feed-updates-{uuid4().hex}")
    await create_topics(stack.kafka, topics=[updates])
    writer = Chassis("publish", ServiceSettings(port=0, kafka_bootstrap_servers=stack.kafka))
    with fresh_database(stack.mongo) as database:
        settings = Settings(
            port=0, kafka_bootstrap_servers=stack.kafka, mongo_url=stack.mongo, mongo_database=database
        )
        async with MongoStore.connected(stack.mongo, database=database) as store, writer:
            await store.ensure_indexes()
            async with serving(settings, updates) as http:
                yield Newsroom(
                    store=store,
                    publisher=writer.publisher,
                    updates=updates,
                    http=http,
                    settings=settings,
                    kafka=stack.kafka,
                )


@asynccontextmanager
async def serving(settings: Settings, updates: Topic) -> AsyncIterator[httpx2.AsyncClient]:
    """The service behind a real socket."""
    config = uvicorn.Config(
        build(settings, updates=updates), port=0, log_config=None, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    try:
        await eventually(lambda: server.started or task.done(), what="the server")
        host, port = server.servers[0].sockets[0].getsockname()
        async with httpx2.AsyncClient(base_url=f"http://{host}:{port}", timeout=30) as http:
            await eventually(lambda: _is_ready(http), what="readiness")
            yield http
    finally:
        server.should_exit = True
        await task


async def _is_ready(http: httpx2.AsyncClient) -> bool:
    return (await http.get("/readyz")).status_code == 200
