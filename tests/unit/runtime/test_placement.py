"""A record lies in the partition of its key, or is none of this worker's."""

from dataclasses import replace

from newsloom_runtime.placement import Placement, partition_of
from newsloom_runtime.records import RawRecord
from newsloom_schemas.catalog import ARTICLES_SUBMITTED

TOPIC = ARTICLES_SUBMITTED.name
# As Kafka's own partitioner has them: murmur2 & 0x7fffffff.
KEYS = {b"21": -973932308, b"foobar": -790332482, b"a-little-bit-long-string": -985981536}


def record(key: bytes | None, partition: int) -> RawRecord:
    return RawRecord(TOPIC, partition, 0, 0, key, b"{}", ())


def in_place(placement: Placement, key: bytes | None, partition: int) -> bool:
    kept, misplaced = placement.sift([record(key, partition)])
    assert {each.reason for each in misplaced} <= {"partition"}
    return len(kept) == 1


def test_keys_go_where_kafka_s_default_partitioner_puts_them() -> None:
    for key, murmur2 in KEYS.items():
        assert partition_of(key, 8) == (murmur2 & 0x7FFFFFFF) % 8


def test_a_record_lies_where_its_key_says_or_said_when_there_were_fewer_partitions() -> None:
    placement = Placement([ARTICLES_SUBMITTED])
    key = b"a-little-bit-long-string"
    before, now = partition_of(key, 8), partition_of(key, 12)
    assert before != now
    assert [p for p in range(12) if in_place(placement, key, p)] == [before]
    placement.learn(TOPIC, 12)
    assert [p for p in range(12) if in_place(placement, key, p)] == sorted({before, now})


def test_a_topic_that_is_not_known_to_the_client_yet_teaches_nothing() -> None:
    placement = Placement([ARTICLES_SUBMITTED])
    placement.learn(TOPIC, 0)
    assert in_place(placement, b"21", partition_of(b"21", 8))


def test_without_a_key_no_place_is_wrong() -> None:
    assert in_place(Placement([replace(ARTICLES_SUBMITTED, partitions=2)]), None, 1)
