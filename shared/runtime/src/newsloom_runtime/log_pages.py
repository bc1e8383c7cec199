"""Reads stretches of a log anywhere below its end, through one connection however many ask."""

import asyncio

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError, KafkaTimeoutError, OffsetOutOfRangeError

from newsloom_runtime.cluster import Cluster
from newsloom_runtime.log_consumer import LogUnavailable, log_consumer

POLL_RECORDS = 12  # a tenth of a millisecond or two of the event loop's time to unpack
REST_S = 0.003  # others are to have several turns of the loop in between
SILENCE_MS = 10_000
# A fetch that waits at the log's end holds up the next one on its connection, and so the next page.
FETCH_WAIT_MS = 50


class LogPages:
    """One consumer, begun with the first page; pages are read one at a time, in the order of asking."""

    def __init__(self, bootstrap: Cluster, topic_name: str) -> None:
        self._bootstrap = bootstrap
        self._topic_name = topic_name
        self._consumer: AIOKafkaConsumer | None = None
        self._one_at_a_time = asyncio.Lock()
        self._at: tuple[TopicPartition, int] | None = None

    async def close(self) -> None:
        """Let the connection go; a later page begins a new one."""
        consumer, self._consumer, self._at = self._consumer, None, None
        if consumer is not None:
            await consumer.stop()

    async def page(self, partition: int, start: int, end: int) -> list[ConsumerRecord] | None:
        """The records with start <= offset < end; those compacted away are simply missing.

        None when the log no longer holds `start`. `end` must not lie beyond the log's end.
        Raises LogUnavailable when Kafka refuses or is silent for ten seconds.
        """
        tp = TopicPartition(self._topic_name, partition)
        async with self._one_at_a_time:
            try:
                return await self._read(tp, start, end)
            except OffsetOutOfRangeError:
                return None
            except (KafkaError, UnicodeDecodeError) as error:  # the latter of a header name that is no UTF-8
                await self.close()
                raise LogUnavailable(
                    f"reading {self._topic_name} failed ({type(error).__name__}); is Kafka running?"
                ) from error

    async def _read(self, tp: TopicPartition, start: int, end: int) -> list[ConsumerRecord]:
        found: list[ConsumerRecord] = []
        consumer, position = await self._placed(tp, start), start
        while position < end:
            found += await _more(consumer, tp, at_most=end - position)
            position = await consumer.position(tp)
            await asyncio.sleep(REST_S)  # what is at hand comes without waiting
        consumer.pause(tp)  # nobody may want what follows
        self._at = (tp, position)
        return [record for record in found if record.offset < end]

    async def _placed(self, tp: TopicPartition, start: int) -> AIOKafkaConsumer:
        if self._consumer is None:
            self._consumer = await log_consumer(
                self._bootstrap, self._topic_name, reset="none", fetch_wait_ms=FETCH_WAIT_MS
            )
        at, self._at = self._at, None  # unknown until the page is read: it may be cancelled half way
        if at == (tp, start):
            self._consumer.resume(tp)
        else:
            self._consumer.assign([tp])
            self._consumer.seek(tp, start)
        return self._consumer


async def _more(consumer: AIOKafkaConsumer, tp: TopicPartition, at_most: int) -> list[ConsumerRecord]:
    """The next records. Raises KafkaTimeoutError when there are none for ten seconds."""
    polled = await consumer.getmany(tp, timeout_ms=SILENCE_MS, max_records=min(at_most, POLL_RECORDS))
    if not polled:
        raise KafkaTimeoutError
    records: list[ConsumerRecord] = polled[tp]
    return records
