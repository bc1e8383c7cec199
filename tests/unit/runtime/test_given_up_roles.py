"""A role that is given up while its process goes on tells nothing more of what it was."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from prometheus_client import CollectorRegistry

from newsloom_runtime.dead_letters import DeadLetters
from newsloom_runtime.harness import Harness
from newsloom_runtime.lag import LagCollector
from newsloom_runtime.metrics import ConsumerMetrics
from newsloom_runtime.records import RawRecord, RawSubscription, Rejection
from newsloom_schemas.catalog import ARTICLES_SUBMITTED
from tests.eventually import eventually

HERE = TopicPartition(ARTICLES_SUBMITTED.name, 0)
ROLE = "reader"
END = 7


class Consumer:
    """Hands out one record of several, then waits for more until it is `woken`."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self.came_back = False
        self._polled = False

    def assignment(self) -> frozenset[TopicPartition]:
        return frozenset({HERE})

    def highwater(self, tp: TopicPartition) -> int:
        return END

    def partitions_for_topic(self, topic: str) -> frozenset[int]:
        return frozenset({HERE.partition})

    def pause(self, *partitions: TopicPartition) -> None:
        return None

    async def commit(self, offsets: object) -> None:
        return None

    async def getmany(self, **_how: object) -> dict[TopicPartition, list[ConsumerRecord]]:
        if self._polled:
            await self.woken.wait()
            self.came_back = True
            return {}
        self._polled = True
        return {HERE: [record(0)]}


def record(offset: int) -> ConsumerRecord:
    return ConsumerRecord(HERE.topic, HERE.partition, offset, 1, 0, None, b"", None, 0, 0, ())


async def settle(_records: Sequence[RawRecord]) -> Sequence[Rejection]:
    return ()


def harness_of(registry: CollectorRegistry) -> Harness:
    metrics = ConsumerMetrics(registry)
    publisher = cast(Any, None)  # nothing becomes a dead letter here
    return Harness(
        RawSubscription(role=ROLE, group=ROLE, topics=(ARTICLES_SUBMITTED,), handle=settle),
        dead_letters=DeadLetters(service="a", role=ROLE, publisher=publisher, metrics=metrics),
        metrics=metrics,
    )


async def test_what_waits_and_what_halts_is_told_until_the_role_is_given_up() -> None:
    registry, consumer = CollectorRegistry(), Consumer()
    harness = harness_of(registry)
    lag = LagCollector({ROLE: harness})
    registry.register(lag)

    def told(name: str, **labels: str) -> float | None:
        lag.look()
        return registry.get_sample_value(f"newsloom_{name}", {"role": ROLE, **labels})

    async def consume() -> None:
        while True:
            await harness.handle(await harness.take(cast(AIOKafkaConsumer, consumer)))

    await harness.on_partitions_assigned({HERE})
    consuming = asyncio.create_task(consume())
    await eventually(lambda: told("consumer_lag_records", topic=HERE.topic) == END - 1)
    assert told("last_poll_timestamp_seconds")
    assert told("assigned_partitions") == 1

    harness._stop_for_good(RuntimeError("a defect"))
    assert told("fuse_blown") == 1
    await harness.drain(within_s=30)
    consumer.woken.set()
    await eventually(lambda: consumer.came_back, what="the poll that was under way")
    consuming.cancel()

    assert told("consumer_lag_records", topic=HERE.topic) == 0
    assert told("consumer_lag_seconds", topic=HERE.topic) == 0
    assert told("last_poll_timestamp_seconds") == 0
    assert told("assigned_partitions") == 0
    assert told("fuse_blown") == 0
