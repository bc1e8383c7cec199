"""FastStream, set up so that its defaults cannot lose a record; tests/integration/runtime holds it."""

from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber

from newsloom_runtime.bounded_unpacking import bound_unpacking
from newsloom_runtime.cluster import Cluster, security_of, server_list
from newsloom_runtime.harness import POLL_MS, Harness
from newsloom_runtime.records import RawSubscription, Subscription

SESSION_TIMEOUT_MS = 10_000
REBALANCE_TIMEOUT_MS = 30_000
HEARTBEAT_MS = 500  # of a member that leaves, the others hear with their next one
FETCH_BYTES_PER_PARTITION = 2 * 1024 * 1024


def new_broker(bootstrap: Cluster, service: str) -> KafkaBroker:
    """A broker that only consumes; the process's one producer is `EventPublisher`."""
    bound_unpacking()
    return KafkaBroker(
        server_list(bootstrap),
        security=security_of(bootstrap),
        client_id=f"newsloom-{service}",
        consumer_only=True,
        allow_auto_create_topics=False,
        apply_types=False,
        logger=None,
        graceful_timeout=None,  # Harness.drain has waited before the broker stops
        request_timeout_ms=10_000,
        retry_backoff_ms=50,
    )


def attach(broker: KafkaBroker, subscription: Subscription | RawSubscription, harness: Harness) -> None:
    """Subscribe a harness to the subscription's topics."""
    subscriber = broker.subscriber(
        *(topic.name for topic in subscription.topics),
        batch=True,
        max_records=subscription.max_records,
        batch_timeout_ms=POLL_MS,
        group_id=subscription.group,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.MANUAL,
        no_reply=True,
        listener=harness,
        parser=_whole_batch,
        decoder=_as_it_is,
        session_timeout_ms=SESSION_TIMEOUT_MS,
        rebalance_timeout_ms=REBALANCE_TIMEOUT_MS,
        heartbeat_interval_ms=HEARTBEAT_MS,
        max_partition_fetch_bytes=FETCH_BYTES_PER_PARTITION,
        title=subscription.role,
    )
    # The library sleeps once more after every empty poll; the harness polls by itself.
    subscriber.__class__ = _polled_by(harness)
    subscriber(_handler(subscription, harness))


def _polled_by(harness: Harness) -> type[BatchSubscriber]:
    class HarnessSubscriber(BatchSubscriber):
        __slots__ = ()

        async def get_msg(self, consumer: AIOKafkaConsumer) -> tuple[ConsumerRecord, ...]:
            return await harness.take(consumer)

    return HarnessSubscriber


async def _whole_batch(records: Any) -> KafkaAckableMessage:
    """A parser that cannot fail: the library's own raises on a null or non-UTF-8 header and loses it."""
    return KafkaAckableMessage(body=b"", headers={}, raw_message=records, consumer=None)


async def _as_it_is(message: Any) -> Any:
    return message.raw_message


def _handler(subscription: Subscription | RawSubscription, harness: Harness) -> Any:
    async def handle(records: Any) -> None:
        await harness.handle(records)

    handle.__name__ = f"on_{subscription.role}".replace("-", "_")
    return handle
