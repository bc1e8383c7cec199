"""The one producer of a process: keyed, idempotent, acknowledged by all, and replaced when it is stuck."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import NamedTuple

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidProducerEpoch,
    KafkaError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
    ProducerFenced,
    UnknownProducerId,
)

from newsloom_runtime.clock import Clock
from newsloom_runtime.cluster import Cluster, client_options, why_away
from newsloom_runtime.errors import PermanentError, TransientError
from newsloom_runtime.metrics import PublisherMetrics
from newsloom_runtime.rights import Refused, explained
from newsloom_runtime.sending import MAX_RECORD_BYTES, WireRecord, send_each, send_packed
from newsloom_runtime.traces import in_hand
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic
from newsloom_schemas.codec import encode

Emission = tuple[Topic, Event]
RawHeaders = Sequence[tuple[str, bytes | None]]

BATCH_BYTES = 1024 * 1024  # 16 KiB, the default, makes 4 KB events eight times slower
MANY_RECORDS = 32  # from here on records are packed per partition instead of being sent one by one
DEADLINE_S = 4.0  # so that ingest answers 503 within five seconds
PROBE_EVERY_S = 3.0
PROBES_MISSED_WHEN_AWAY = 2  # one late answer is a busy machine
TIMEOUTS_BEFORE_REPLACEMENT = 2  # an idempotent producer can stay stuck for ever (aiokafka issue 1017)

_STUCK = (OutOfOrderSequenceNumber, UnknownProducerId, InvalidProducerEpoch, ProducerFenced)


class Backlog(NamedTuple):
    """Records without an acknowledgement, and the bytes of their values."""

    records: int = 0
    bytes: int = 0

    def grown(self, records: int, size: int) -> "Backlog":
        return Backlog(self.records + records, self.bytes + size)


class PublishFailed(TransientError):
    """Kafka did not acknowledge in time. The outcome is unknown: repeat the same event, which is harmless."""


class RecordTooLarge(PermanentError):
    """The record is larger than Kafka takes."""

    def __init__(self) -> None:
        super().__init__(
            "too-large", f"the record is larger than {MAX_RECORD_BYTES} bytes; shorten the article"
        )


def new_producer(bootstrap: Cluster, client_id: str) -> AIOKafkaProducer:
    """A producer with the settings our promises rest on; the library's defaults would break them."""
    return AIOKafkaProducer(
        **client_options(bootstrap),
        client_id=client_id,
        acks="all",
        enable_idempotence=True,
        max_batch_size=BATCH_BYTES,
        linger_ms=0,
        max_request_size=MAX_RECORD_BYTES,
        request_timeout_ms=5_000,  # also how long a connection to a silent host may take
        retry_backoff_ms=50,
    )


class EventPublisher:
    """Publishes events and waits for their acknowledgement."""

    def __init__(
        self,
        *,
        service: str,
        bootstrap: Cluster,
        clock: Clock,
        metrics: PublisherMetrics,
        deadline_s: float = DEADLINE_S,
        producer_factory: Callable[[Cluster, str], AIOKafkaProducer] = new_producer,
    ) -> None:
        self._service = service
        self._bootstrap = bootstrap
        self._clock = clock
        self._metrics = metrics
        self._deadline_s = deadline_s
        self._new_producer = producer_factory
        self._producer: AIOKafkaProducer | None = None
        self._ready = asyncio.Event()
        self._give_up = asyncio.Event()
        self._timeouts = 0
        self._probes_missed = 0
        self._refused = Refused()
        self._why_away: str | None = None
        self._pending = Backlog()

    async def publish(self, emissions: Sequence[Emission]) -> None:
        """Send events and wait until Kafka has them all. Those of one key keep their order.

        Raises PublishFailed when the acknowledgement stays out (some may have arrived: repeat all), and
        RecordTooLarge when one can never be sent.
        """
        now = self._clock.now()
        source = f"/newsloom/{self._service}"
        traces = in_hand()
        records = [
            (
                topic.name,
                encode(event, source=source, time=now, traceparent=traces.of(event) if traces else None),
            )
            for topic, event in emissions
        ]
        await self._send_all(
            [WireRecord(name, wire.key, wire.value, list(wire.headers)) for name, wire in records]
        )

    async def publish_raw(
        self, topic: str, key: bytes | None, value: bytes | None, headers: RawHeaders
    ) -> None:
        """Send bytes as they are; raises like `publish`."""
        await self._send_all([WireRecord(topic, key, value, list(headers))])

    def not_ready(self) -> str | None:
        """Why nothing can be published now, or None."""
        if self._ready.is_set() and not self._probes_missed:
            return self._refused.reason()
        return self._why_away or f"no connection to Kafka at {self._bootstrap}; is it running?"

    def is_away(self) -> bool:
        """Whether it is known that Kafka does not answer, so that trying would only take time and memory."""
        return not self._ready.is_set() or self._probes_missed >= PROBES_MISSED_WHEN_AWAY

    def backlog(self) -> Backlog:
        """What is handed over and not yet acknowledged: it lies in this process's memory."""
        return self._pending

    async def _send_all(self, records: Sequence[WireRecord]) -> None:
        if not records:
            return
        size = sum(len(record.value or b"") for record in records)
        self._metrics.pending.inc(len(records))
        self._pending = self._pending.grown(len(records), size)
        started = monotonic()
        try:
            async with asyncio.timeout(self._deadline_s):
                await self._send_and_wait(records)
        except TimeoutError:
            self._note_timeout()
            raise PublishFailed(f"Kafka gave no acknowledgement within {self._deadline_s} s") from None
        except MessageSizeTooLargeError:
            raise RecordTooLarge from None
        except KafkaError as error:
            self._note_failure(error)
            self._refused.note(error, "Write")
            raise PublishFailed(f"Kafka refused the records: {explained(error, 'Write')}") from error
        finally:
            self._metrics.pending.dec(len(records))
            self._pending = self._pending.grown(-len(records), -size)
        self._timeouts = self._probes_missed = 0
        self._metrics.seconds.observe(monotonic() - started)
        self._count(records)

    async def _send_and_wait(self, records: Sequence[WireRecord]) -> None:
        await self._ready.wait()
        producer = self._producer
        assert producer is not None  # noqa: S101 - _ready says so
        if len(records) >= MANY_RECORDS:
            await send_packed(producer, records)
        else:
            await send_each(producer, records)

    def _count(self, records: Sequence[WireRecord]) -> None:
        counts: dict[str, int] = {}
        for record in records:
            counts[record.topic] = counts.get(record.topic, 0) + 1
        for topic, count in counts.items():
            self._metrics.sent.labels(topic).inc(count)

    def _note_timeout(self) -> None:
        self._metrics.failed.inc()
        self._timeouts += 1
        if self._timeouts >= TIMEOUTS_BEFORE_REPLACEMENT and self._ready.is_set():
            self._give_up.set()

    def _note_failure(self, error: KafkaError) -> None:
        self._metrics.failed.inc()
        if isinstance(error, _STUCK):
            self._give_up.set()

    async def run(self) -> None:
        """Keep a working producer for ever: connect, wait until it is given up, replace it."""
        try:
            while True:
                self._producer = await self._connect()
                self._give_up.clear()
                self._timeouts = 0
                self._ready.set()
                await self._watch(self._producer)
                self._ready.clear()
                self._metrics.replaced.inc()
                structlog.get_logger().warning(
                    "producer_replaced", why="no acknowledgement or a broken sequence"
                )
                await self._close()
        finally:
            self._ready.clear()
            await self._close()

    async def _watch(self, producer: AIOKafkaProducer) -> None:
        """Return when the producer is given up. Asks Kafka now and then, so that an idle process knows."""
        while not self._give_up.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._give_up.wait(), PROBE_EVERY_S)
                return
            self._probes_missed = 0 if await self._answers(producer) else self._probes_missed + 1

    async def _answers(self, producer: AIOKafkaProducer) -> bool:
        try:
            async with asyncio.timeout(PROBE_EVERY_S):
                return bool(await producer.client.force_metadata_update())
        except (TimeoutError, KafkaError):
            return False

    async def _connect(self) -> AIOKafkaProducer:
        pause = 0.1
        while True:
            producer = self._new_producer(self._bootstrap, f"newsloom-{self._service}")
            try:
                await producer.start()
            except KafkaError:
                await producer.stop()
                self._why_away = await why_away(self._bootstrap)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
            else:
                self._probes_missed = 0
                self._why_away = None
                return producer

    async def _close(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(TimeoutError, KafkaError):
                await asyncio.wait_for(producer.stop(), 5.0)
