"""What an operator asks of Kafka and MongoDB while things go wrong, and changes for a fault."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import KafkaError, for_code
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from newsloom.stack.kafka import kafka_is_ready
from newsloom_runtime.cluster import server_list
from newsloom_runtime.topics import settings_of
from newsloom_schemas.catalog import (
    ARTICLES_ENRICHED,
    ARTICLES_PUBLISHED,
    ARTICLES_SUBMITTED,
    FEED_UPDATES,
    Topic,
)
from tests.eventually import eventually

GROUPS: Mapping[str, tuple[Topic, ...]] = {
    "enrich": (ARTICLES_SUBMITTED,),
    "publish": (ARTICLES_ENRICHED,),
    "publish-proofreader": (ARTICLES_PUBLISHED, FEED_UPDATES),
}


FAIL_POINT = "failpoint.failCommand"


@dataclass(frozen=True, kw_only=True)
class KafkaAdmin:
    """Questions and changes by the broker's own protocol. Each call is a connection of its own."""

    bootstrap: str

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[AIOKafkaAdminClient]:
        client = AIOKafkaAdminClient(bootstrap_servers=server_list(self.bootstrap), request_timeout_ms=5_000)
        try:
            await client.start()
            yield client
        finally:
            await client.close()

    async def live_brokers(self) -> frozenset[int]:
        """Numbers of the brokers that the cluster counts as alive; none when Kafka does not answer."""
        try:
            async with self._client() as client:
                described = await client.describe_cluster()
        except (KafkaError, OSError):
            return frozenset()
        return frozenset(broker["node_id"] for broker in described["brokers"])

    async def lagging_partitions(self, copies: int) -> list[str] | None:
        """Partitions that have fewer than `copies` replicas in sync, or no leader; None without an answer."""
        try:
            async with self._client() as client:
                topics = await client.describe_topics(await client.list_topics())
        except (KafkaError, OSError):
            return None
        return [
            f"{topic['topic']}/{partition['partition']}"
            for topic in topics
            for partition in topic["partitions"]
            if len(partition["isr"]) < copies or partition["leader"] < 0
        ]

    async def whole(self, copies: int, *, within: float) -> None:
        """Wait until every broker lives and every replica is in sync."""

        async def in_sync() -> bool:
            return len(await self.live_brokers()) == copies and await self.lagging_partitions(copies) == []

        await self.answering(within=within)
        await eventually(in_sync, within=within, every=0.2, what=f"{copies} brokers, all replicas in sync")

    async def answering(self, *, within: float) -> None:
        """Wait until every broker answers by itself: a closed port is asked more cheaply so."""

        async def answers() -> bool:
            asked = (asyncio.to_thread(kafka_is_ready, server) for server in server_list(self.bootstrap))
            return all(await asyncio.gather(*asked))

        await eventually(answers, within=within, every=0.1, what="every broker answers")

    async def committed(self, group: str) -> dict[TopicPartition, int]:
        """The group's committed offsets; empty while Kafka does not answer."""
        try:
            async with self._client() as client:
                offsets = await client.list_consumer_group_offsets(group)
        except (KafkaError, OSError):
            return {}
        return {partition: each.offset for partition, each in offsets.items() if each.offset >= 0}

    async def members(self, group: str) -> dict[str, frozenset[TopicPartition]] | None:
        """Partitions by member id of a group that is at rest; None while it is not, or without an answer."""
        try:
            async with self._client() as client:
                (answer,) = await client.describe_consumer_groups([group])
        except (KafkaError, OSError):
            return None
        code, _, state, _, _, members, *_ = answer.groups[0]
        if code or state not in ("Stable", "Empty"):
            return None
        return {member_id: _assigned(assignment) for member_id, *_, assignment in members}

    async def rewind(self, group: str) -> None:
        """Set a group without members back to offset 0 in all its partitions."""
        partitions = [TopicPartition(t.name, p) for t in GROUPS[group] for p in range(t.partitions)]
        consumer = AIOKafkaConsumer(
            bootstrap_servers=server_list(self.bootstrap), group_id=group, enable_auto_commit=False
        )
        await consumer.start()
        try:
            consumer.assign(partitions)
            await consumer.commit(dict.fromkeys(partitions, 0))
        finally:
            await consumer.stop()

    async def configure(self, topic: Topic, more: Mapping[str, str]) -> None:
        """Give a topic its catalogue settings and these, and no others."""
        settings = {**settings_of(topic), **more}
        async with self._client() as client:
            answers = await client.alter_configs(
                [ConfigResource(ConfigResourceType.TOPIC, topic.name, configs=settings)]
            )
        for answer in answers:
            for code, message, *_ in answer.resources:
                if code:
                    raise for_code(code)(message)


def _assigned(assignment: bytes) -> frozenset[TopicPartition]:
    if not assignment:
        return frozenset()
    decoded = ConsumerProtocolMemberAssignment.decode(assignment)
    return frozenset(decoded.partitions())


@dataclass(frozen=True, kw_only=True)
class MongoAdmin:
    """Fail points of mongod, and whether it answers."""

    url: str

    async def command(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """A command on the admin database. One about a fail point waits for what it holds back just now."""
        async with AsyncMongoClient[dict[str, Any]](
            self.url, serverSelectionTimeoutMS=2_000, socketTimeoutMS=30_000, appname="nemesis"
        ) as client:
            return await client.admin.command(dict(command))

    async def is_primary(self) -> bool:
        try:
            return bool((await self.command({"hello": 1})).get("isWritablePrimary"))
        except PyMongoError:
            return False

    async def fail(self, commands: Sequence[str], *, times: int, **how: Any) -> int:
        """The next `times` of these commands, sent by newsloom, fail as told (`failCommand` of mongod).

        Returns what `failures` will be when they have.
        """
        before = await self.failures()
        data = {"failCommands": list(commands), "appName": "newsloom", **how}
        await self.command({"configureFailPoint": "failCommand", "mode": {"times": times}, "data": data})
        return before + times

    async def failures(self) -> int:
        """How many commands have failed on purpose since mongod began."""
        answer = await self.command({"getParameter": 1, FAIL_POINT: 1})
        return int(answer[FAIL_POINT]["timesEntered"])

    async def heal(self) -> None:
        """No command fails any more."""
        await self.command({"configureFailPoint": "failCommand", "mode": "off"})
