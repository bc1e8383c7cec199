"""How old the oldest unsettled record is, from what a consumer knows of its partitions."""

import time
from dataclasses import dataclass, field

import pytest
from aiokafka import TopicPartition

from newsloom_runtime.lateness import Lateness

HERE = TopicPartition("topic", 0)
NEAR_S = 60


@dataclass
class Record:
    timestamp: int


@dataclass
class Consumer:
    """As the real one it knows the ends of what is assigned to it, and asserts that no other is asked for."""

    ends: dict[TopicPartition, int] = field(default_factory=dict)

    def assignment(self) -> frozenset[TopicPartition]:
        return frozenset(self.ends)

    def highwater(self, tp: TopicPartition) -> int | None:
        assert tp in self.ends, "Partition is not assigned"
        return self.ends[tp]


def ago(seconds: float) -> Record:
    return Record(timestamp=int((time.time() - seconds) * 1000))


def age(since: float | None) -> float:
    assert since is not None
    return time.time() - since


def test_a_record_in_hand_tells_by_its_own_time() -> None:
    lateness = Lateness()
    in_hand = lateness.took({HERE: [ago(500), ago(100)]})
    assert 500 <= age(lateness.since(HERE, [in_hand])) < 500 + NEAR_S


def test_what_comes_behind_is_not_older_than_the_last_record_handed_out() -> None:
    lateness = Lateness()
    lateness.took({HERE: [ago(500), ago(300)]})
    assert 300 <= age(lateness.since(HERE, [])) < 300 + NEAR_S


def test_nor_older_than_the_last_look_at_the_end_of_the_partition() -> None:
    lateness = Lateness()
    lateness.took({HERE: [ago(500)]})
    lateness.looked(Consumer({HERE: 7}), {HERE: 7})
    assert age(lateness.since(HERE, [])) < NEAR_S


def test_a_look_at_a_partition_that_holds_more_says_nothing() -> None:
    lateness = Lateness()
    lateness.took({HERE: [ago(500)]})
    lateness.looked(Consumer({HERE: 8}), {HERE: 7})
    assert age(lateness.since(HERE, [])) >= 500


@pytest.mark.parametrize("timestamp", [-1, 0, 10**14])
def test_a_time_that_cannot_be_is_the_time_of_taking(timestamp: int) -> None:
    lateness = Lateness()
    assert -1 < age(lateness.since(HERE, [lateness.took({HERE: [Record(timestamp)]})])) < NEAR_S


def test_times_that_strangers_write_are_not_believed() -> None:
    lateness = Lateness(own_clock=True)
    assert age(lateness.since(HERE, [lateness.took({HERE: [ago(10**8)]})])) < NEAR_S


def test_nothing_is_known_of_new_partitions() -> None:
    lateness = Lateness()
    lateness.took({HERE: [ago(500)]})
    lateness.clear()
    assert lateness.since(HERE, []) is None


def test_a_partition_that_another_member_has_by_now_is_not_asked_for() -> None:
    lateness = Lateness()
    lateness.took({HERE: [ago(500)]})
    lateness.looked(Consumer({TopicPartition("topic", 1): 3}), {HERE: 7})
    assert age(lateness.since(HERE, [])) >= 500
