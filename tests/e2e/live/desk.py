"""Writes as publish does, at a steady rate: articles come, are corrected, change language, are killed."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from uuid import uuid4

from newsloom_runtime.chassis import Chassis
from newsloom_runtime.log_reader import LogReader
from newsloom_runtime.publisher import EventPublisher, PublishFailed
from newsloom_runtime.settings import ServiceSettings
from newsloom_runtime.topics import create_topics
from newsloom_schemas.catalog import FEED_UPDATES, Topic
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.events import FeedUpdatedV1
from newsloom_store import Change, MongoStore
from tests.conftest import Stack
from tests.e2e.live.client import SENT_AT
from tests.eventually import eventually
from tests.integration.store.databases import fresh_database
from tests.unit.feeds.documents import document, removed, tombstone, updated

FEED = "all"
TICK_S = 0.02
SUMMARY = "The council of Larkhaven voted after a long night. " * 6


@dataclass
class Desk:
    """The one writer of its topic and database."""

    stack: Stack
    store: MongoStore
    publisher: EventPublisher
    updates: Topic
    database: str
    partition: int
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    stored: dict[str, StoredArticleV3] = field(default_factory=dict)
    named: int = 0
    written: int = 0

    async def write(self, count: int, *, rate: float, only_new: bool = False) -> None:
        """Write so many updates, `rate` a second, in small batches. Behind its time it does not hurry."""
        done, due = 0, time.monotonic()
        while done < count:
            batch = min(max(1, round(rate * TICK_S)), count - done)
            await self._batch([self._change(only_new) for _ in range(batch)])
            done += batch
            due = max(due + batch / rate, time.monotonic())
            await asyncio.sleep(due - time.monotonic())

    def _change(self, only_new: bool) -> str:
        """The article that changes next: a new one, or one of the first few hundred there are."""
        if only_new or self.named < 50 or self.dice.random() < 0.2:
            self.named += 1
            return f"story-{self.named}"
        return f"story-{self.dice.randrange(1, min(self.named, 400) + 1)}"

    async def _batch(self, names: list[str]) -> None:
        """Each article changes once in a batch: the store first, then the feeds are told."""
        changed = [self._changed(name) for name in dict.fromkeys(names) if not self._is_killed(name)]
        lost = await self.store.write([change for _, change in changed])
        assert not lost
        self.stored |= {name: change.document for name, change in changed}
        await eventually(partial(self._tell, changed), within=120, what="Kafka's acknowledgement")
        self.written += len(changed)

    async def _tell(self, changed: list[tuple[str, Change]]) -> bool:
        """Tell the feed, again and again on a machine so busy that Kafka does not answer in time."""
        events = [_told(name, change.document) for name, change in changed]
        try:
            await self.publisher.publish([(self.updates, event) for event in events])
        except PublishFailed:
            return False
        return True

    def _is_killed(self, name: str) -> bool:
        return name in self.stored and self.stored[name].killed

    def _changed(self, name: str) -> tuple[str, Change]:
        before = self.stored.get(name)
        version = before.document_version + 1 if before else 1
        if before is not None and self.dice.random() < 0.08:
            after = tombstone(name, version=version)
        else:
            after = document(name, version=version, language=self.dice.choice(("en", "en", "ru")))
        return name, Change(expected_version=before.document_version if before else None, document=after)

    async def expected(self) -> dict[str, dict[str, int]]:
        """What the store holds of the feed, as versions by article: by the language that is wanted."""
        names = [document.article_id for document in self.stored.values()]
        shown = [d for d in (await self.store.load(names)).values() if FEED in d.feeds and d.publication]
        by_language = {
            language: {d.article_id: d.document_version for d in shown if _language(d) == language}
            for language in ("en", "ru")
        }
        return {
            "": {one: version for held in by_language.values() for one, version in held.items()},
            **by_language,
        }


def _told(name: str, stored: StoredArticleV3) -> FeedUpdatedV1:
    """What the feed is told of a state, at this moment."""
    version = stored.document_version
    if stored.publication is None:
        return removed(name, version=version, feed=FEED)
    event = updated(name, version=version, headline=f"{SENT_AT}{time.monotonic_ns()} ns")
    assert event.entry is not None
    entry = event.entry.model_copy(update={"language": stored.publication.language, "summary": SUMMARY})
    return event.model_copy(update={"entry": entry})


def _language(document: StoredArticleV3) -> str:
    assert document.publication is not None
    return document.publication.language


@asynccontextmanager
async def desk(stack: Stack) -> AsyncIterator[Desk]:
    """A desk with a topic and a database of its own."""
    updates = replace(FEED_UPDATES, name=f"feed-updates-{uuid4().hex}")
    await create_topics(stack.kafka, topics=[updates])
    writer = Chassis("publish", ServiceSettings(port=0, kafka_bootstrap_servers=stack.kafka))
    with fresh_database(stack.mongo) as database:
        async with MongoStore.connected(stack.mongo, database=database) as store, writer:
            await store.ensure_indexes()
            async with LogReader(stack.kafka, updates) as log:
                partition = log.partition_for(FEED)
            yield Desk(
                stack=stack,
                store=store,
                publisher=writer.publisher,
                updates=updates,
                database=database,
                partition=partition,
            )
