"""Two ways to hand records to the producer: one by one for few, packed per partition for many."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from newsloom_runtime.placement import partition_of

MAX_RECORD_BYTES = 4 * 1024 * 1024
HEAD_ROOM = 16 * 1024  # for the key, the headers and Kafka's own framing

Headers = list[tuple[str, bytes | None]]


class WireRecord(NamedTuple):
    """A record for the producer. A tuple, because a busy service makes ten thousand a second."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers


async def send_each(producer: AIOKafkaProducer, records: Sequence[WireRecord]) -> None:
    """Send one by one and wait for all acknowledgements. Those of one partition keep their order."""
    acks: list[asyncio.Future[Any]] = []
    try:
        for topic, key, value, headers in records:
            acks.append(await producer.send(topic, value, key=key, headers=headers))
        await asyncio.gather(*acks)
    finally:
        for ack in acks:  # a failure must not leave the others' exceptions unheard
            ack.add_done_callback(_hear)


async def send_packed(producer: AIOKafkaProducer, records: Sequence[WireRecord]) -> None:
    """Like `send_each` at a third of its cost: one acknowledgement a batch instead of one a record."""
    _refuse_too_large(records)
    counts = {topic: await _partition_count(producer, topic) for topic in {r.topic for r in records}}
    lanes: dict[tuple[str, int], list[WireRecord]] = {}
    for record in records:
        lanes.setdefault((record.topic, _partition(record, counts[record.topic])), []).append(record)
    await asyncio.gather(*(_send_lane(producer, *place, lane) for place, lane in lanes.items()))


def _refuse_too_large(records: Iterable[WireRecord]) -> None:
    """Kafka would refuse the whole batch, and the idempotent producer would lose its count."""
    if any(len(record.value or b"") > MAX_RECORD_BYTES - HEAD_ROOM for record in records):
        raise MessageSizeTooLargeError


async def _send_lane(
    producer: AIOKafkaProducer, topic: str, partition: int, records: Iterable[WireRecord]
) -> None:
    acks: list[asyncio.Future[Any]] = []
    try:
        for batch in _packed(producer, records):
            acks.append(await producer.send_batch(batch, topic, partition=partition))  # noqa: PERF401
        await asyncio.gather(*acks)
    finally:
        for ack in acks:
            ack.add_done_callback(_hear)


def _packed(producer: AIOKafkaProducer, records: Iterable[WireRecord]) -> Iterable[Any]:
    now = int(time.time() * 1000)
    batch = producer.create_batch()
    for record in records:
        if _append(batch, record, now):
            continue
        yield batch
        batch = producer.create_batch()
        if not _append(batch, record, now):
            raise MessageSizeTooLargeError
    yield batch


def _append(batch: Any, record: WireRecord, now: int) -> bool:
    taken = batch.append(timestamp=now, key=record.key, value=record.value, headers=record.headers)
    return taken is not None


async def _partition_count(producer: AIOKafkaProducer, topic: str) -> int:
    return len(await producer.partitions_for(topic))


def _partition(record: WireRecord, count: int) -> int:
    """Where `send_each` would put it, so that both ways agree; without a key the first."""
    return 0 if record.key is None else partition_of(record.key, count)


def _hear(ack: "asyncio.Future[Any]") -> None:
    if not ack.cancelled():
        ack.exception()
