"""A repeat in a burst is one record in the log, and everybody hears how that one went."""

import asyncio
from collections.abc import Sequence

import pytest

from ingest.once import REMEMBERED, REMEMBERED_S, OncePublisher
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_SUBMITTED, Topic
from tests.factories import killed

A, B, C = (killed(name) for name in "abc")


class SlowPublisher:
    """Acknowledges, or fails, when it is told to."""

    def __init__(self) -> None:
        self.sent: list[list[str]] = []
        self.acknowledged = asyncio.Event()
        self.failure: Exception | None = None

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None:
        self.sent.append([event.event_id for _, event in emissions])
        await self.acknowledged.wait()
        if self.failure:
            raise self.failure


class Hand:
    """A clock that stands."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def of(*events: Event) -> list[tuple[Topic, Event]]:
    return [(ARTICLES_SUBMITTED, event) for event in events]


async def until_waiting() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_thousand_equal_events_at_once_are_sent_once_and_nobody_hears_yes_before_the_log_has_it() -> (
    None
):
    log = SlowPublisher()
    once = OncePublisher(log)
    waiting = [asyncio.create_task(once.publish(of(A))) for _ in range(1000)]
    await until_waiting()
    assert not any(task.done() for task in waiting)
    log.acknowledged.set()
    await asyncio.gather(*waiting)
    assert log.sent == [[A.event_id]]


async def test_a_failure_is_everybodys_and_the_next_one_is_sent_again() -> None:
    log = SlowPublisher()
    log.failure = OSError("no acknowledgement")
    once = OncePublisher(log)
    waiting = [asyncio.create_task(once.publish(of(A))) for _ in range(3)]
    await until_waiting()
    log.acknowledged.set()
    assert [type(each) for each in await asyncio.gather(*waiting, return_exceptions=True)] == [OSError] * 3
    log.failure = None
    await once.publish(of(A))
    assert log.sent == [[A.event_id]] * 2


async def test_who_hangs_up_does_not_take_the_event_from_the_others() -> None:
    log = SlowPublisher()
    once = OncePublisher(log)
    first, second = (asyncio.create_task(once.publish(of(A))) for _ in range(2))
    await until_waiting()
    first.cancel()
    await until_waiting()
    assert first.cancelled()
    assert not second.done()
    log.acknowledged.set()
    await second
    assert log.sent == [[A.event_id]]


async def test_several_at_once_wait_for_the_known_and_send_the_new() -> None:
    log = SlowPublisher()
    once = OncePublisher(log)
    both = asyncio.create_task(once.publish(of(A, B)))
    await until_waiting()
    other = asyncio.create_task(once.publish(of(B, C, C)))
    await until_waiting()
    assert log.sent == [[A.event_id, B.event_id], [C.event_id]]
    assert not other.done()
    log.acknowledged.set()
    await asyncio.gather(both, other)


async def test_what_was_taken_is_remembered_for_a_while_and_never_too_much() -> None:
    log, clock = SlowPublisher(), Hand()
    log.acknowledged.set()
    once = OncePublisher(log, now=clock)
    await once.publish(of(A))
    clock.time = REMEMBERED_S
    await once.publish(of(A))
    assert len(log.sent) == 1
    clock.time = REMEMBERED_S + 0.1
    await once.publish(of(A))
    assert len(log.sent) == 2


async def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    log = SlowPublisher()
    log.acknowledged.set()
    once = OncePublisher(log)
    many = [A.model_copy(update={"event_id": str(number)}) for number in range(REMEMBERED + 1)]
    await once.publish(of(*many))
    await once.publish(of(B))
    await once.publish(of(many[0]))
    assert [len(each) for each in log.sent] == [REMEMBERED + 1, 1, 1]
