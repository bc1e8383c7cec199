"""The publish service on real parts, with topics, groups and a database of one test's own."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Literal
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, ConsumerRecord

from newsloom_runtime.chassis import Chassis
from newsloom_runtime.publisher import EventPublisher
from newsloom_runtime.settings import ServiceSettings
from newsloom_runtime.topics import create_topics
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_PUBLISHED, FEED_UPDATES, Topic
from newsloom_schemas.codec import decode_record
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.events import FeedUpdatedV1
from newsloom_store import MongoStore
from publish.consumer import Roles
from publish.embargoes import Embargoes
from publish.guarded_clock import GuardedClock
from publish.metrics import PublishMetrics
from publish.older_form import telling
from publish.ports import Emission
from publish.settings import Role
from publish.store_watch import StoreWatch
from tests.eventually import eventually
from tests.integration.runtime.members import World
from tests.unit.publish.builders import URL

BOTH: tuple[Role, ...] = ("publisher", "proofreader")
ALL: tuple[Role, ...] = (*BOTH, "embargo")


@dataclass(frozen=True)
class RenamingPublisher:
    """Sends to topics under the test's names."""

    publisher: EventPublisher
    prefix: str

    async def publish(self, emissions: Sequence[Emission]) -> None:
        await self.publisher.publish([(renamed(topic, self.prefix), event) for topic, event in emissions])


def embargoes_of(roles: Roles, store: MongoStore) -> Embargoes:
    return Embargoes(
        store=store,
        publisher=roles.publisher,
        clock=roles.server_clock,
        public_url=roles.public_url,
        metrics=roles.metrics,
    )


def renamed(topic: Topic, prefix: str) -> Topic:
    return replace(topic, name=f"{prefix}-{topic.name}")


@dataclass(frozen=True, kw_only=True)
class PublishWorld:
    """Where one test's service lives."""

    kafka: str
    mongo: str
    name: str

    def topic(self, topic: Topic) -> Topic:
        return renamed(topic, self.name)

    @asynccontextmanager
    async def store(self) -> AsyncIterator[MongoStore]:
        soon_again = f"{self.mongo}&heartbeatFrequencyMS=500"
        async with MongoStore.connected(soon_again, database=self.name) as store:
            yield store

    @asynccontextmanager
    async def service(
        self, *roles: Role, generation: str = "", article_events: Literal["v1", "v2"] = "v2"
    ) -> AsyncIterator[Chassis]:
        """The running service; another `generation` is another group and reads everything from the start."""
        settings = ServiceSettings(port=0, kafka_bootstrap_servers=self.kafka)
        chassis = Chassis(self.name, settings)
        async with self.store() as store:
            publisher = RenamingPublisher(chassis.publisher, self.name)
            parts = Roles(
                store=store,
                publisher=telling(publisher, article_events),
                clock=chassis.clock,
                server_clock=GuardedClock(store),
                public_url=URL,
                metrics=PublishMetrics(chassis.registry),
            )
            watch = StoreWatch(store)
            chassis.background("store", watch.run)
            chassis.health.add_check("store", watch.not_ready)
            chassis.consume_after(watch.usable)
            for role in roles or BOTH:
                if role == "embargo":
                    chassis.background("embargo", watch.then(embargoes_of(parts, store).run))
                    continue
                subscription = parts.subscription(role)
                topics = tuple(self.topic(topic) for topic in subscription.topics)
                group = f"{self.name}-{subscription.group}{generation}"
                chassis.subscribe(replace(subscription, topics=topics, group=group))
            async with chassis:
                yield chassis

    def _lane(self, topic: Topic, group: str) -> World:
        """One topic and one group of this world, as the harness tests see them."""
        dlq = replace(ARTICLES_ENRICHED, name=f"{self.name}-dlq", partitions=1, events=())
        return World(kafka=self.kafka, service=f"{self.name}-{group}", topic=self.topic(topic), dlq=dlq)

    async def send(self, events: Sequence[Event]) -> None:
        """Put events on articles-enriched."""
        await self._lane(ARTICLES_ENRICHED, "").send(events)

    async def append(self, topic: Topic, events: Sequence[Event]) -> None:
        """Put events on an output topic, as a replaced publisher would."""
        await self._lane(topic, "").send(events)

    async def settled(self, *, generation: str = "", proofread: bool = True) -> None:
        """Wait until all events are published and, if wanted, everything told is proofread."""
        await self._lane(ARTICLES_ENRICHED, f"publish{generation}").all_committed()
        for topic in (ARTICLES_PUBLISHED, FEED_UPDATES) if proofread else ():
            await self._lane(topic, f"publish-proofreader{generation}").all_committed()

    async def dead_letters(self, at_least: int = 0) -> list[ConsumerRecord]:
        return await self._lane(ARTICLES_ENRICHED, "").dead_letters(at_least)

    async def told(self, topic: Topic) -> list[Event]:
        """Everything on an output topic, in order within each partition."""
        return [
            decode_record(record.key, record.value, record.headers) for record in await self.records(topic)
        ]

    async def records(self, topic: Topic) -> list[ConsumerRecord]:
        """The same as Kafka keeps it."""
        name = self.topic(topic).name
        consumer = AIOKafkaConsumer(name, bootstrap_servers=self.kafka, auto_offset_reset="earliest")
        await consumer.start()
        records: list[ConsumerRecord] = []
        try:
            ends = await consumer.end_offsets(consumer.assignment())

            async def all_read() -> bool:
                for polled in (await consumer.getmany(timeout_ms=200)).values():
                    records.extend(polled)
                return len(records) >= int(sum(ends.values()))

            await eventually(all_read, what=f"reading {name}")
        finally:
            await consumer.stop()
        return records

    async def documents(self, events: Sequence[Event]) -> Mapping[str, StoredArticleV3]:
        async with self.store() as store:
            return await store.load(list({event.subject for event in events}))


@asynccontextmanager
async def publish_world(kafka: str, mongo: str) -> AsyncIterator[PublishWorld]:
    """Fresh topics; the database is the caller's to drop."""
    world = PublishWorld(kafka=kafka, mongo=mongo, name=f"test-{uuid4().hex[:12]}")
    dlq = replace(ARTICLES_ENRICHED, name=f"{world.name}-dlq", partitions=1, events=())
    await create_topics(
        kafka, topics=[*(world.topic(t) for t in (ARTICLES_ENRICHED, ARTICLES_PUBLISHED, FEED_UPDATES)), dlq]
    )
    yield world


def folded_feeds(told: Sequence[Event]) -> dict[str, set[str]]:
    """What a reader of feed-updates holds, who ignores lower versions."""
    lines: dict[tuple[str, str], FeedUpdatedV1] = {}
    for event in told:
        if isinstance(event, FeedUpdatedV1):
            held = lines.get((event.feed_id, event.article_id))
            if held is None or event.document_version >= held.document_version:
                lines[event.feed_id, event.article_id] = event
    feeds: dict[str, set[str]] = {}
    for (feed, article_id), line in lines.items():
        if line.action == "upsert":
            feeds.setdefault(feed, set()).add(article_id)
    return feeds


def stored_feeds(documents: Mapping[str, StoredArticleV3]) -> dict[str, set[str]]:
    """What the store says that feeds hold."""
    feeds: dict[str, set[str]] = {}
    for article_id, document in documents.items():
        for feed in document.feeds:
            feeds.setdefault(feed, set()).add(article_id)
    return feeds


def last_words(told: Sequence[Event]) -> dict[str, Event]:
    """The last record of each key: what compaction keeps."""
    return {event.record_key: event for event in told}
