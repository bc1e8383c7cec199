"""The whole running system as a client sees it, for end-to-end tests."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from newsloom.stack import Addresses, LocalStack
from newsloom_runtime.placement import partition_of
from newsloom_schemas.catalog import (
    ARTICLES_ENRICHED,
    ARTICLES_PUBLISHED,
    ARTICLES_REINDEX,
    ARTICLES_SUBMITTED,
    FEED_UPDATES,
    TOPICS,
    Topic,
)
from newsloom_schemas.envelope import WireRecord
from tests.eventually import eventually

GROUPS: Mapping[str, tuple[Topic, ...]] = {
    "enrich": (ARTICLES_SUBMITTED,),
    "enrich-archive": (ARTICLES_REINDEX,),
    "publish": (ARTICLES_ENRICHED,),
    "publish-proofreader": (ARTICLES_PUBLISHED, FEED_UPDATES),
}


@dataclass(frozen=True, kw_only=True)
class System:
    """The stack with its public API."""

    stack: LocalStack
    http: httpx2.AsyncClient
    key: str

    @property
    def at(self) -> Addresses:
        return self.stack.addresses()

    @property
    def kafka(self) -> str:
        return self.at.need("kafka")

    async def post(self, path: str, **options: Any) -> httpx2.Response:
        """A request to ingest with the development key."""
        headers = {"authorization": f"Bearer {self.key}", **options.pop("headers", {})}
        return await self.http.post(self.at.need("ingest") + path, headers=headers, **options)

    async def get(self, path: str, **options: Any) -> httpx2.Response:
        """A request to feeds."""
        return await self.http.get(self.at.need("feeds") + path, **options)

    async def submit(self, article: Mapping[str, object], *, source: str) -> str:
        """Submit an article; its id. Fails unless it is accepted."""
        response = await self.post("/v1/articles", params={"source": source}, json=article)
        assert response.status_code == 202, response.text
        article_id: str = response.json()["article_id"]
        return article_id

    async def send_misplaced(self, topic: Topic, record: WireRecord) -> None:
        """Send a record to another partition than that of its key, as a foreign partitioner might."""
        async with AIOKafkaProducer(bootstrap_servers=self.kafka) as producer:
            count = len(await producer.partitions_for(topic.name))
            wrong = (partition_of(record.key, count) + 1) % count
            await producer.send_and_wait(
                topic.name, record.value, key=record.key, headers=list(record.headers), partition=wrong
            )

    async def shown(self, article_id: str, *, revision: int = 1, within: float = 60) -> dict[str, Any]:
        """The article's document, once it is there in this revision."""

        async def there() -> dict[str, Any] | None:
            response = await self.get(f"/v1/articles/{article_id}")
            document: dict[str, Any] = response.json()
            return document if response.status_code == 200 and document["revision"] >= revision else None

        found: dict[str, Any] = await eventually(there, within=within, what=f"article {article_id}")
        return found

    async def feed_ids(self, feed: str) -> list[str]:
        """The ids of all articles in a feed, page after page."""
        url: str | None = f"{self.at.need('feeds')}/v1/feeds/{feed}.json?limit=200"
        ids: list[str] = []
        while url:
            page = (await self.http.get(url)).json()
            ids += [item["_newsloom"]["article_id"] for item in page["items"]]
            url = page.get("next_url")
        return ids

    async def dead_letters(self) -> int:
        """How many records lie in all dead-letter topics."""
        return sum((await self._ends([t for t in TOPICS if t.name.endswith("-dlq")])).values())

    async def drained(self, *groups: str, within: float = 120) -> None:
        """Wait until these consumer groups, or all, have settled everything in their topics."""
        for group in groups or GROUPS:
            topics = GROUPS[group]

            async def settled(group: str = group, topics: Sequence[Topic] = topics) -> bool:
                ends = {tp: end for tp, end in (await self._ends(topics)).items() if end}
                return await self._committed(group, list(ends)) == ends

            await eventually(settled, within=within, what=f"{group} drained")

    async def replay_everything(self) -> None:
        """Stop the workers, set their groups back to offset 0, and start them again."""
        await asyncio.to_thread(self.stack.down, ["enrich", "publish", "feeds"])
        for group, topics in GROUPS.items():
            await self._rewind(group, topics)
        await asyncio.to_thread(self.stack.up)

    async def _rewind(self, group: str, topics: Sequence[Topic]) -> None:
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka, group_id=group, enable_auto_commit=False)
        await consumer.start()
        try:
            partitions = _partitions(topics)
            consumer.assign(partitions)
            await consumer.commit(dict.fromkeys(partitions, 0))
        finally:
            await consumer.stop()

    async def _ends(self, topics: Sequence[Topic]) -> dict[TopicPartition, int]:
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka)
        await consumer.start()
        try:
            ends: dict[TopicPartition, int] = await consumer.end_offsets(_partitions(topics))
            return ends
        finally:
            await consumer.stop()

    async def _committed(
        self, group: str, partitions: Sequence[TopicPartition]
    ) -> dict[TopicPartition, int | None]:
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka, group_id=group, enable_auto_commit=False)
        await consumer.start()
        try:
            return {tp: await consumer.committed(tp) for tp in partitions}
        finally:
            await consumer.stop()


def _partitions(topics: Sequence[Topic]) -> list[TopicPartition]:
    return [TopicPartition(topic.name, p) for topic in topics for p in range(topic.partitions)]
