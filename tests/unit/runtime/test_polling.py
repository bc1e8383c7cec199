"""Polling costs no record, whether a batch cannot be unpacked or reading one by one breaks off."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CorruptRecordException, IllegalStateError, KafkaError

from newsloom_runtime.polling import Poller

BAD, GOOD, OTHER = (TopicPartition("articles", number) for number in range(3))
CORRUPT = "corrupt"


@dataclass(frozen=True)
class Record:
    offset: int


@dataclass
class TearingConsumer:
    """Hands out what its partitions hold, and loses what it had in hand when it raises, as the client does.

    `raises` are errors of the connection or the group, in turn, for reads of one partition.
    """

    log: dict[TopicPartition, list[int | str]]
    raises: dict[TopicPartition, list[Exception]] = field(default_factory=dict)
    committed_at: dict[TopicPartition, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.positions = dict.fromkeys(self.log, 0)
        self.stopped: set[TopicPartition] = set()

    def assignment(self) -> set[TopicPartition]:
        return set(self.log)

    def paused(self) -> set[TopicPartition]:
        return self.stopped

    def pause(self, *partitions: TopicPartition) -> None:
        self.stopped.update(partitions)

    def resume(self, *partitions: TopicPartition) -> None:
        self.stopped.difference_update(partitions)

    def seek(self, tp: TopicPartition, offset: int) -> None:
        self.positions[tp] = offset

    async def seek_to_beginning(self, tp: TopicPartition) -> None:
        self.positions[tp] = 0

    async def committed(self, tp: TopicPartition) -> int | None:
        return self.committed_at.get(tp)

    async def getmany(
        self, *only: TopicPartition, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[Record]]:
        found: dict[TopicPartition, list[Record]] = {}
        for tp in only or sorted(self.assignment() - self.stopped):
            if only and self.raises.get(tp):
                raise self.raises[tp].pop(0)
            while self.positions[tp] < len(self.log[tp]) and max_records > 0:
                if self.log[tp][self.positions[tp]] == CORRUPT:
                    raise CorruptRecordException("checksum")
                found.setdefault(tp, []).append(Record(self.positions[tp]))
                self.positions[tp] += 1
                max_records -= 1
        return found


async def offsets(
    poller: Poller, consumer: TearingConsumer, busy: Collection[TopicPartition] = ()
) -> dict[TopicPartition, list[int]]:
    polled: Any = await poller.poll(
        cast(AIOKafkaConsumer, consumer), timeout_ms=0, max_records=100, busy=busy
    )
    return {tp: [record.offset for record in records] for tp, records in polled.items()}


async def test_a_batch_that_cannot_be_unpacked_halts_its_partition_and_costs_no_other_a_record() -> None:
    consumer = TearingConsumer({GOOD: [0, 1], OTHER: [0], BAD: [0, CORRUPT, 2]})
    poller = Poller(role="tests")
    assert await offsets(poller, consumer) == {GOOD: [0, 1], OTHER: [0], BAD: [0]}
    consumer.log[GOOD].append(2)
    assert await offsets(poller, consumer) == {GOOD: [2]}
    assert poller.halted[BAD].offset == 1


@pytest.mark.parametrize("error", [IllegalStateError("given away"), KafkaError("no connection")])
async def test_what_was_read_before_reading_one_by_one_broke_off_is_read_again(error: Exception) -> None:
    consumer = TearingConsumer({GOOD: [0, 1], OTHER: [0], BAD: [CORRUPT]}, raises={OTHER: [error]})
    poller = Poller(role="tests")
    with pytest.raises(KafkaError):
        await offsets(poller, consumer)
    assert await offsets(poller, consumer) == {GOOD: [0, 1], OTHER: [0]}


async def test_it_is_read_again_also_when_the_partitions_were_given_out_anew_meanwhile() -> None:
    consumer = TearingConsumer(
        {GOOD: [0, 1, 2], OTHER: [0], BAD: [CORRUPT]},
        raises={OTHER: [KafkaError("no connection")]},
        committed_at={GOOD: 1},
    )
    poller = Poller(role="tests")
    with pytest.raises(KafkaError):
        await offsets(poller, consumer)
    poller.assigned()
    assert await offsets(poller, consumer) == {GOOD: [1, 2], OTHER: [0]}


async def test_a_halted_partition_is_not_tried_while_a_batch_of_it_is_in_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    consumer = TearingConsumer({GOOD: [0], BAD: [CORRUPT]})
    poller = Poller(role="tests")
    await offsets(poller, consumer)
    monkeypatch.setattr("newsloom_runtime.polling.TRY_AGAIN_S", -1.0)
    consumer.log[BAD] = [0]
    assert await offsets(poller, consumer, busy={BAD}) == {}
    assert await offsets(poller, consumer) == {BAD: [0]}
    assert poller.reason() is None
