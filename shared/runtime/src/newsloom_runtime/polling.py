"""Polls a consumer so that what it cannot unpack halts one partition, and costs no other a record.

The client unpacks a fetched batch only when it hands it out: a wrong checksum, a compression that it does
not know or a header name that is not UTF-8 is raised out of the poll. What that poll had taken from other
partitions is then lost, and their positions have moved on. So after such a poll every partition is put back
to where the last good one left it, and all are read one by one: the bad one is paused at its bad batch.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import (
    ConsumerStoppedError,
    CorruptRecordException,
    IllegalStateError,
    KafkaError,
    RecordTooLargeError,
    UnsupportedCodecError,
)

from newsloom_runtime.bounded_unpacking import UnpacksTooLarge

TRY_AGAIN_S = 5.0
FIRST_WAIT_MS = 1_000  # until the records are fetched once more
NEXT_WAIT_MS = 100  # they came with the first ones

Polled = dict[TopicPartition, list[ConsumerRecord]]

_WHAT_IS_WRONG: tuple[tuple[type[Exception], str], ...] = (
    (CorruptRecordException, "its checksum is wrong"),
    (UnsupportedCodecError, "it is compressed in a way that this service cannot read"),
    (RecordTooLargeError, "it is cut off"),
    (UnpacksTooLarge, "it unpacks to more than may be"),
    (UnicodeDecodeError, "a record in it has a header name that is not UTF-8"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """Why a partition is not read on, and since when it was last tried (monotonic seconds)."""

    offset: int | None
    what: str
    tried_at: float


class Poller:
    """Reads one consumer's partitions. `tell` hears how many of them halt, whenever that changes."""

    def __init__(self, *, role: str, tell: Callable[[int], None] = lambda _halted: None) -> None:
        self._role = role
        self._tell = tell
        self._next: dict[TopicPartition, int] = {}  # as far as records have been handed out
        self._torn = False
        self.halted: dict[TopicPartition, Halt] = {}

    def assigned(self, positions: Mapping[TopicPartition, int] | None = None) -> None:
        """The partitions are new. Without positions they begin where their group has committed."""
        self._next = dict(positions or {})
        self.halted.clear()
        self._tell(0)

    def reached(self, tp: TopicPartition) -> int | None:
        """Offset of the next record to be handed out, None when that is not known yet."""
        return self._next.get(tp)

    def reason(self) -> str | None:
        """Which partitions halt and what to do, or None."""
        if not self.halted:
            return None
        places = "; ".join(
            f"{tp.topic}/{tp.partition} halts"
            + ("" if halt.offset is None else f" at offset {halt.offset}")
            + f": {halt.what}"
            for tp, halt in sorted(self.halted.items())
        )
        return (
            f"{places}. Nothing is skipped: look at the batch with another client, keep it, delete the"
            " partition's records up to it; reading goes on by itself"
        )

    async def poll(
        self,
        consumer: AIOKafkaConsumer,
        *,
        timeout_ms: int,
        max_records: int,
        busy: Collection[TopicPartition] = (),
    ) -> Polled:
        """Like the consumer's `getmany`; raises KafkaError for what is no record's fault.

        Halted partitions are tried again now and then, but not those that are `busy`.
        """
        if self._torn:
            await self._put_back(consumer)
        # Whatever is raised below may have taken records with it that the client will not hand out again.
        self._torn = True
        polled = await self._try_again(consumer, max_records, busy) if self.halted else {}
        if not polled:
            polled = await self._all(consumer, timeout_ms, max_records)
        for tp, records in polled.items():
            self._next[tp] = records[-1].offset + 1
        self._torn = False
        return polled

    async def _all(self, consumer: AIOKafkaConsumer, timeout_ms: int, max_records: int) -> Polled:
        try:
            polled: Polled = await consumer.getmany(timeout_ms=timeout_ms, max_records=max_records)
            return polled
        except Exception as error:
            if not _is_a_record_s_fault(error):
                raise
        await self._put_back(consumer)
        return await self._one_by_one(consumer, max_records)

    async def _put_back(self, consumer: AIOKafkaConsumer) -> None:
        """What fails here is done again before the next poll: until then nothing is handed out."""
        for tp in consumer.assignment():
            try:
                if (position := self._next.get(tp)) is None:
                    position = await consumer.committed(tp)
                if position is None:
                    await consumer.seek_to_beginning(tp)
                else:
                    consumer.seek(tp, position)
            except IllegalStateError:  # given away meanwhile
                continue

    async def _one_by_one(self, consumer: AIOKafkaConsumer, max_records: int) -> Polled:
        found: Polled = {}
        wait_ms = FIRST_WAIT_MS
        for tp in sorted(consumer.assignment() - consumer.paused()):
            if max_records <= 0:
                break
            if records := await self._read(consumer, tp, max_records, wait_ms):
                found[tp] = records
                max_records -= len(records)
            wait_ms = NEXT_WAIT_MS
        return found

    async def _read(
        self, consumer: AIOKafkaConsumer, tp: TopicPartition, max_records: int, wait_ms: int
    ) -> list[ConsumerRecord]:
        """Records of one partition up to the one that cannot be unpacked, which halts it."""
        records: list[ConsumerRecord] = []
        while len(records) < max_records:
            try:
                polled = await consumer.getmany(tp, timeout_ms=0 if records else wait_ms, max_records=1)
            except Exception as error:
                if not _is_a_record_s_fault(error):
                    raise
                self._halt(consumer, tp, error, records)
                return records
            if not polled:
                break
            records += polled[tp]
        self._goes_on(tp)
        return records

    def _halt(
        self, consumer: AIOKafkaConsumer, tp: TopicPartition, error: Exception, read: list[ConsumerRecord]
    ) -> None:
        if tp in consumer.assignment():
            consumer.pause(tp)
        offset = read[-1].offset + 1 if read else self._next.get(tp)
        what = next((what for kind, what in _WHAT_IS_WRONG if isinstance(error, kind)), type(error).__name__)
        known = tp in self.halted
        self.halted[tp] = Halt(offset=offset, what=what, tried_at=time.monotonic())
        self._tell(len(self.halted))
        if not known:
            structlog.get_logger().critical(
                "partition_halted",
                role=self._role,
                partition=f"{tp.topic}/{tp.partition}",
                at=offset,
                why=what,
            )

    def _goes_on(self, tp: TopicPartition) -> None:
        if self.halted.pop(tp, None) is not None:
            self._tell(len(self.halted))
            structlog.get_logger().warning(
                "partition_goes_on", role=self._role, partition=f"{tp.topic}/{tp.partition}"
            )

    async def _try_again(
        self, consumer: AIOKafkaConsumer, max_records: int, busy: Collection[TopicPartition]
    ) -> Polled:
        late = time.monotonic() - TRY_AGAIN_S
        due = (tp for tp, halt in self.halted.items() if halt.tried_at < late and tp not in busy)
        tp = next(due, None)
        if tp is None:
            return {}
        consumer.resume(tp)
        records = await self._read(consumer, tp, max_records, FIRST_WAIT_MS)
        return {tp: records} if records else {}


def _is_a_record_s_fault(error: Exception) -> bool:
    """Whatever unpacking raises; errors of the connection, the group and the rights are the client's own."""
    if isinstance(error, ConsumerStoppedError):
        return False
    return not isinstance(error, KafkaError) or isinstance(
        error, CorruptRecordException | UnsupportedCodecError | RecordTooLargeError
    )
