"""What fails again and again is switched off for a while, and tried again."""

from enrich.breaker import Breaker, Breakers


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def failing(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.failed("KeyError")


def test_failures_in_a_row_switch_off_and_the_reason_says_so() -> None:
    breaker = Breaker(Clock(), failures=3)
    failing(breaker, 2)
    assert breaker.off() is None
    failing(breaker, 1)
    assert breaker.off() == "switched off for a while after 3 failures in a row, the last: KeyError"


def test_a_success_between_them_starts_the_count_again() -> None:
    breaker = Breaker(Clock(), failures=3)
    failing(breaker, 2)
    breaker.succeeded()
    failing(breaker, 2)
    assert breaker.off() is None


def test_after_the_pause_one_failure_switches_off_for_twice_as_long() -> None:
    clock = Clock()
    breaker = Breaker(clock, failures=3, first_pause=10, longest_pause=15)
    failing(breaker, 3)
    clock.now += 10
    assert breaker.off() is None
    failing(breaker, 1)
    clock.now += 14
    assert breaker.off() is not None
    clock.now += 1
    assert breaker.off() is None


def test_a_success_after_the_pause_forgets_everything() -> None:
    clock = Clock()
    breaker = Breaker(clock, failures=3, first_pause=10)
    failing(breaker, 3)
    clock.now += 10
    breaker.succeeded()
    failing(breaker, 2)
    assert breaker.off() is None
    failing(breaker, 1)
    clock.now += 10
    assert breaker.off() is None


def test_results_of_work_begun_before_change_nothing() -> None:
    """Several articles are under way at a time: their failures are one outage, their success an old one."""
    clock = Clock()
    breaker = Breaker(clock, failures=3, first_pause=10)
    failing(breaker, 8)
    breaker.succeeded()
    assert breaker.off() is not None
    clock.now += 10
    assert breaker.off() is None


def test_each_enricher_has_a_breaker_of_its_own() -> None:
    breakers = Breakers(Clock())
    for _ in range(5):
        breakers.ran(["one", "two"], {"one": "KeyError"})
    assert breakers.off().keys() == {"one"}
    for _ in range(5):
        breakers.failed("two", "it ended the worker process")
        breakers.ran(["two"], {})
    assert breakers.off().keys() == {"one"}
