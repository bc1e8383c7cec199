"""Admission: nobody is let in whom the producer could not serve, and nobody takes all places."""

from dataclasses import dataclass, field

import pytest

from ingest.door.backpressure import closed_by
from ingest.door.http_body import Admission, Share
from ingest.refusal import Refused
from newsloom_runtime.publisher import Backlog


@dataclass
class Producer:
    away: bool = False
    pending: Backlog = field(default_factory=Backlog)

    def is_away(self) -> bool:
        return self.away

    def backlog(self) -> Backlog:
        return self.pending


def admission(producer: Producer) -> Admission:
    closed = closed_by(producer, max_records=100, max_bytes=1_000)
    return Admission(max_requests=8, max_bytes=1_000, closed=closed)


def refusal(door: Admission, sender: str = "a", share: float = 1.0) -> str | None:
    try:
        with door.enter(sender, share=share):
            return None
    except Refused as refused:
        return refused.code


@pytest.mark.parametrize(
    ("producer", "code"),
    [
        (Producer(), None),
        (Producer(away=True), "unavailable"),
        (Producer(pending=Backlog(99, 999)), None),
        (Producer(pending=Backlog(100, 0)), "overloaded"),
        (Producer(pending=Backlog(1, 1_000)), "overloaded"),
    ],
)
def test_what_the_producer_cannot_take_is_not_let_in(producer: Producer, code: str | None) -> None:
    assert refusal(admission(producer)) == code


def test_the_door_opens_again_by_itself() -> None:
    producer = Producer(away=True)
    door = admission(producer)
    assert refusal(door) == "unavailable"
    producer.away = False
    assert refusal(door) is None


def test_a_sender_who_is_slow_on_purpose_keeps_nobody_else_out() -> None:
    door = admission(Producer())
    with door.enter("slow", share=0.25), door.enter("slow", share=0.25):
        assert refusal(door, "slow", share=0.25) == "overloaded"
        assert refusal(door, "other", share=0.25) is None
    assert refusal(door, "slow", share=0.25) is None
    assert door._by_sender == {}


def test_a_sender_whose_bodies_never_end_keeps_nobody_elses_out() -> None:
    door = admission(Producer())
    with door.enter("slow", share=0.25) as first, door.enter("slow", share=0.25) as second:
        first.hold(200)
        with pytest.raises(Refused, match="repeat"):
            second.hold(51)
        with door.enter("other", share=0.75) as other:
            other.hold(750)
            second.hold(50)
            with pytest.raises(Refused, match="repeat"):
                other.hold(1)
    assert door._by_sender == {}
    assert door._bytes == 0


def test_those_who_share_a_part_keep_nobody_else_out_together() -> None:
    door, crowd = admission(Producer()), Share("strangers", 0.25)
    with door.enter("a", share=0.25, among=crowd) as a, door.enter("b", share=0.25, among=crowd) as b:
        with pytest.raises(Refused), door.enter("c", share=0.25, among=crowd):
            pass
        a.hold(200)
        with pytest.raises(Refused):
            b.hold(51)
        with door.enter("key", share=0.75) as slot:
            slot.hold(750)
    assert door._by_sender == {}


def test_one_body_alone_may_be_larger_than_its_senders_share() -> None:
    with admission(Producer()).enter("large", share=0.25) as slot:
        slot.hold(900)


def test_everybody_has_at_least_one_place() -> None:
    door = Admission(max_requests=1, max_bytes=1_000)
    assert refusal(door, share=0.01) is None
