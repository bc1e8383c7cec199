"""What is a trace context and what is not, and which trace an event gets."""

from collections.abc import Iterator

import pytest

from newsloom_runtime import traces as module
from newsloom_runtime.records import RawRecord, Received
from newsloom_runtime.traces import (
    Traces,
    begun,
    each_begun,
    in_hand,
    open_records,
    open_request,
    trace_id,
    valid,
)
from newsloom_schemas.base import Event
from tests.factories import enriched, killed, submitted

CLIENTS = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
OTHER = "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-00"


@pytest.fixture(autouse=True)
def _nothing_in_hand() -> Iterator[None]:
    """What a test opens must not be seen by the tests after it."""
    token = module._IN_HAND.set(None)
    yield
    module._IN_HAND.reset(token)


def received(event: Event, traceparent: str | None = None) -> Received:
    headers = () if traceparent is None else (("traceparent", traceparent.encode()),)
    raw = RawRecord("articles-submitted", 0, 0, 0, b"key", b"value", headers)
    return Received(event=event, raw=raw)


@pytest.mark.parametrize("given", [CLIENTS, CLIENTS.encode(), OTHER])
def test_a_valid_context_is_handed_on_as_it_is(given: str | bytes) -> None:
    assert valid(given) == (given.decode() if isinstance(given, bytes) else given)


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "00-zz",
        CLIENTS.upper(),
        CLIENTS + " ",
        CLIENTS + "-more",  # version 00 ends with its flags
        CLIENTS.replace("00-", "ff-", 1),
        "00-" + "0" * 32 + "-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-" + "0" * 16 + "-01",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-" + "x" * 500,
        b"00-\xff\xff92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "0" * 1024 * 1024,
    ],
)
def test_anything_else_is_dropped(given: str | bytes | None) -> None:
    assert valid(given) is None


def test_of_a_later_version_we_hand_on_what_version_00_knows() -> None:
    assert valid("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff-what-comes") == (
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03"
    )


def test_a_trace_of_our_own_is_valid_and_no_two_are_alike() -> None:
    first, second = begun(), begun()
    assert valid(first) == first
    assert trace_id(first) != trace_id(second)


def test_a_request_is_one_trace_its_senders_or_one_of_its_own() -> None:
    one, two = submitted(), submitted()
    of_sender = open_request(CLIENTS)
    assert (of_sender.of(one), of_sender.of(two)) == (CLIENTS, CLIENTS)
    own = open_request("00-rubbish")
    assert own.of(one) == own.of(two) == valid(own.of(one))


def test_each_record_of_a_batch_hands_on_its_own_trace() -> None:
    first, second, third = submitted("story"), submitted("story", 2), submitted("story", 3)
    traces = open_records([received(first, CLIENTS), received(second, OTHER), received(third)])
    assert in_hand() is traces
    assert traces.of(enriched(first)) == CLIENTS  # by its submission
    assert traces.of(second) == OTHER  # passed through
    assert traces.of(enriched(third)) is None


def test_what_is_told_of_an_article_belongs_to_the_event_it_is_told_because_of() -> None:
    first, second, untraced = enriched(submitted("a")), enriched(submitted("a", 2)), killed("a")
    traces = open_records([received(first, CLIENTS), received(second, OTHER), received(untraced)])
    traces.because(first)
    assert traces.of(enriched(submitted("a", 7))) == CLIENTS
    traces.because(second)
    assert traces.of(first) == OTHER
    traces.because(untraced)
    assert traces.of(enriched(submitted("a", 7))) is None


def test_items_without_a_trace_begin_one_each_and_nothing_is_kept_of_them() -> None:
    open_records([])
    before = in_hand()
    one, two = submitted(), submitted()
    with each_begun([one, two]) as traces:
        assert traces.of(one) == valid(traces.of(one))
        assert traces.of(one) != traces.of(two)
    assert in_hand() is before


def test_a_request_that_publishes_keeps_its_trace() -> None:
    own = Traces(request=CLIENTS)
    event = submitted()
    assert own.of(event) == CLIENTS
    open_request(CLIENTS)
    with each_begun([event]) as traces:
        assert traces.of(event) == CLIENTS
        assert not traces.by_event
