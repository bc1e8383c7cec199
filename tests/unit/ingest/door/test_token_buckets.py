"""Token buckets: a burst, then a steady rate, each name for itself, in bounded memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.door.token_buckets import Pace, TokenBuckets

PACE = Pace(per_second=10, burst=5)


def taken(buckets: TokenBuckets, times: int, *, now: float, name: str = "a") -> int:
    return sum(buckets.take(name, PACE, now) == 0 for _ in range(times))


def test_after_a_rest_a_burst_is_taken_and_then_the_rate() -> None:
    buckets = TokenBuckets()
    assert taken(buckets, 20, now=100) == 5
    assert taken(buckets, 20, now=100.31) == 3
    assert taken(buckets, 20, now=200) == 5


def test_the_wait_that_is_told_is_enough_and_not_more() -> None:
    buckets = TokenBuckets()
    taken(buckets, 5, now=0)
    wait = buckets.take("a", PACE, 0)
    assert wait == pytest.approx(0.1)
    assert buckets.take("a", PACE, wait - 0.01) > 0
    assert buckets.take("a", PACE, wait) == 0


def test_a_refused_request_costs_nothing() -> None:
    buckets = TokenBuckets()
    taken(buckets, 5_000, now=0)
    assert taken(buckets, 5, now=0.5) == 5


def test_one_name_does_not_feel_another() -> None:
    buckets = TokenBuckets()
    taken(buckets, 100, now=0, name="loud")
    assert taken(buckets, 5, now=0, name="quiet") == 5


def test_more_names_than_are_kept_forget_the_least_used() -> None:
    buckets = TokenBuckets(kept=3)
    taken(buckets, 5, now=0, name="first")
    for name in "abc":
        buckets.take(name, PACE, 0)
    assert taken(buckets, 5, now=0, name="first") == 5
    assert len(buckets._full_at) == 3


@given(
    steps=st.lists(st.floats(0, 2), min_size=1, max_size=200),
    rate=st.floats(0.5, 1000),
    burst=st.floats(1, 100),
)
def test_never_more_than_the_burst_and_the_rate_allow(steps: list[float], rate: float, burst: float) -> None:
    buckets, pace, now, count = TokenBuckets(), Pace(per_second=rate, burst=burst), 0.0, 0
    for step in steps:
        now += step
        count += buckets.take("a", pace, now) == 0
    assert count <= burst + rate * now + 0.001
