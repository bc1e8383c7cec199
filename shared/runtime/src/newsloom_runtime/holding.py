"""A subscription that holds back: nothing is taken, and its group must not take the member for dead."""

import asyncio
import time
from collections.abc import Callable, Collection

from aiokafka import AIOKafkaConsumer, TopicPartition

LONGEST_STEP_S = 1.0
WITHOUT_POLL_S = 60.0  # the client gives a member that does not poll five minutes


class Holding:
    """Stands before each poll. What the client has fetched stays at hand, unless the holding lasts."""

    def __init__(self, hold: Callable[[], float], *, without_poll_s: float = WITHOUT_POLL_S) -> None:
        self._hold = hold
        self._without_poll_s = without_poll_s
        self._polled_at = time.monotonic()
        self._paused = False

    async def holds(self, consumer: AIOKafkaConsumer) -> bool:
        """True after a wait, when there is to be no poll; now and then there is one, with all paused."""
        held = self._hold()
        if held <= 0:
            return False
        if time.monotonic() - self._polled_at < self._without_poll_s:
            await asyncio.sleep(min(held, LONGEST_STEP_S))
            return True
        consumer.pause(*consumer.assignment())
        self._paused = True
        return False

    def polled(self, consumer: AIOKafkaConsumer, in_work: Collection[TopicPartition]) -> None:
        """Note a poll; partitions paused for it go on, but for those that others have paused."""
        self._polled_at = time.monotonic()
        if self._paused:
            self._paused = False
            consumer.resume(*(tp for tp in consumer.assignment() if tp not in in_work))
