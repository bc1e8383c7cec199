"""The feeds service as strangers meet it: real HTTP, a public address of its own, stories on the shelves."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import uuid4

import httpx2

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
from tests.integration.feeds.newsroom import serving
from tests.integration.store.databases import fresh_database

PUBLIC = "https://news.example"  # what links say; the judges reach the service by its own address


@dataclass(frozen=True, kw_only=True)
class Newsstand:
    """The service, its address, and the hand of publish."""

    http: httpx2.AsyncClient
    publisher: EventPublisher
    updates: Topic

    @property
    def address(self) -> str:
        """Where it really listens."""
        return str(self.http.base_url).rstrip("/")

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        """An answer that is 200, from a path or from an address that a document gave."""
        response = await self.ask(path, **headers)
        assert response.status_code == 200, f"{path}: {response.status_code} {response.text[:300]}"
        return response

    async def ask(self, path: str, **headers: str) -> httpx2.Response:
        """Whatever it answers, asked again while its store is too busy to: 503 says so, and to try again."""
        sent = {name.replace("_", "-"): text for name, text in headers.items()}

        async def told() -> httpx2.Response | None:
            response = await self.http.get(path.removeprefix(PUBLIC), headers=sent)
            return None if response.status_code == 503 else response

        answer: httpx2.Response = await eventually(told, within=60, what="an answer other than 503")
        return answer

    async def emit(self, events: Iterable[Event]) -> None:
        """Tell the feeds, as publish does."""
        await self.publisher.publish([(self.updates, event) for event in events])


@asynccontextmanager
async def newsstand(stack: Stack, stories: Iterable[StoredArticleV3]) -> AsyncIterator[Newsstand]:
    """The service, ready, with the stories in its store; a topic and a database of its own."""
    updates = replace(FEED_UPDATES, name=f"feed-updates-{uuid4().hex}")
    await create_topics(stack.kafka, topics=[updates])
    writer = Chassis("publish", ServiceSettings(port=0, kafka_bootstrap_servers=stack.kafka))
    with fresh_database(stack.mongo) as database:
        settings = Settings(
            port=0,
            public_url=PUBLIC,
            kafka_bootstrap_servers=stack.kafka,
            mongo_url=stack.mongo,
            mongo_database=database,
        )
        async with MongoStore.connected(stack.mongo, database=database) as store, writer:
            await store.ensure_indexes()
            assert not await store.write(
                [Change(expected_version=None, document=document) for document in stories]
            )
            async with serving(settings, updates) as http:
                yield Newsstand(http=http, publisher=writer.publisher, updates=updates)
