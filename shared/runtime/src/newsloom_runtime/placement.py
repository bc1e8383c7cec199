"""Where a record belongs: its key says in which partition, and only there is it in order with the others.

One that lies elsewhere is read by another worker, past everything that it should follow.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

from aiokafka.partitioner import murmur2

from newsloom_runtime.records import RawRecord, Received, Rejection
from newsloom_schemas.catalog import Topic

Item = TypeVar("Item", Received, RawRecord)

_MISPLACED = (
    "the record is not in the partition of its key: let the producer use Kafka's default partitioner"
    " (murmur2); a replay puts it where it belongs"
)


def partition_of(key: bytes, partitions: int) -> int:
    """Where Kafka's default partitioner puts a key."""
    return (_hash(key) & 0x7FFFFFFF) % partitions


@lru_cache(maxsize=4096)  # a record read is soon one written, and the keys of feeds come again and again
def _hash(key: bytes) -> int:
    return int(murmur2(key))


class Placement:
    """Looks whether records lie where they belong.

    Right is also what was written when a topic had fewer partitions, as far as we know of it: the
    catalogue's number, and every one that the broker has told since the start.
    """

    def __init__(self, topics: Iterable[Topic]) -> None:
        self._counts: dict[str, tuple[int, ...]] = {topic.name: (topic.partitions,) for topic in topics}

    def learn(self, topic: str, partitions: int) -> None:
        """The number of partitions that a topic has now."""
        if partitions and partitions not in self._counts[topic]:
            self._counts[topic] = (*self._counts[topic], partitions)

    def sift(self, items: Sequence[Item]) -> tuple[list[Item], list[Rejection]]:
        """Those that lie where they belong, and the others with the reason."""
        in_place: list[Item] = []
        misplaced: list[Rejection] = []
        for item in items:
            if self._in_place(item.raw if isinstance(item, Received) else item):
                in_place.append(item)
            else:
                misplaced.append(Rejection(record=item, reason="partition", message=_MISPLACED))
        return in_place, misplaced

    def _in_place(self, raw: RawRecord) -> bool:
        """Without a key a record is at home everywhere."""
        if raw.key is None:
            return True
        return any(partition_of(raw.key, count) == raw.partition for count in self._counts[raw.topic])
