"""How old the oldest record is that a consumer has not settled.

The record in hand tells by its own time. For one that is still to come the time is known between two looks:
it lies behind the last record that was handed out, and it was not there yet when the partition was last
seen at its end. The later of the two is at most one poll too early, so a stage is never told to be in time
when it is not.
"""

import time
from collections.abc import Iterable, Mapping

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

Times = Mapping[TopicPartition, float]


class Lateness:
    """Times by partition, in Unix seconds. `own_clock` is for records whose times strangers have written."""

    def __init__(self, *, own_clock: bool = False) -> None:
        self._own_clock = own_clock
        self._handed_out: dict[TopicPartition, float] = {}
        self._at_its_end: dict[TopicPartition, float] = {}

    def clear(self) -> None:
        """The partitions are new."""
        self._handed_out.clear()
        self._at_its_end.clear()

    def took(self, polled: Mapping[TopicPartition, list[ConsumerRecord]]) -> Times:
        """Note a poll; the times of the oldest record of each partition in it."""
        now = time.time()
        for tp, records in polled.items():
            self._handed_out[tp] = self._time_of(records[-1], now)
        return {tp: self._time_of(records[0], now) for tp, records in polled.items()}

    def looked(self, consumer: AIOKafkaConsumer, settled: Mapping[TopicPartition, int]) -> None:
        """Note which partitions hold nothing more, as far as the broker has told.

        The client has a new assignment a moment before we hear of it, and asserts that one is asked about.
        """
        now = time.time()
        for tp in settled.keys() & consumer.assignment():
            if (end := consumer.highwater(tp)) is not None and end <= settled[tp]:
                self._at_its_end[tp] = now

    def since(self, tp: TopicPartition, in_hand: Iterable[Times]) -> float | None:
        """Since when the oldest unsettled record of a partition waits; None when nothing is known of it."""
        held = [times[tp] for times in in_hand if tp in times]
        if held:
            return min(held)
        known = [times[tp] for times in (self._handed_out, self._at_its_end) if tp in times]
        return max(known, default=None)

    def _time_of(self, record: ConsumerRecord, now: float) -> float:
        if self._own_clock or record.timestamp <= 0:
            return now
        return min(now, float(record.timestamp) / 1000)
