"""Rates: a credential is held to its own pace, and whoever fails is held up alone."""

import pytest

from ingest.door.rate_limits import RateLimits
from ingest.door.token_buckets import Pace
from ingest.refusal import Refused

SLOW = Pace(per_second=0.4, burst=2)


def limits() -> RateLimits:
    return RateLimits(SLOW, failures=SLOW, now=lambda: 50.0)


def exhaust(rates: RateLimits, credential: str) -> Refused:
    rates.charge(credential)
    rates.charge(credential)
    with pytest.raises(Refused) as refused:
        rates.charge(credential)
    return refused.value


def test_beyond_its_pace_a_credential_hears_when_to_come_again() -> None:
    refused = exhaust(limits(), "key:a")
    assert (refused.code, refused.retry_after) == ("rate-limited", 3)


def test_another_credential_does_not_feel_it() -> None:
    rates = limits()
    exhaust(rates, "key:a")
    rates.charge("key:b")


def test_a_key_with_a_pace_of_its_own_has_that() -> None:
    rates = limits()
    for _ in range(10):
        rates.charge("key:a", Pace(per_second=1, burst=10))


def test_who_fails_too_often_is_held_up_and_valid_credentials_never_are() -> None:
    rates = limits()
    rates.failed("203.0.113.9")
    rates.failed("203.0.113.9")
    with pytest.raises(Refused):
        rates.failed("203.0.113.9")
    rates.failed("203.0.113.10")
    rates.charge("key:a")


def test_the_unproven_use_up_their_own_pace_and_nobody_elses() -> None:
    rates = limits()
    for client in ("203.0.113.9", "203.0.113.10"):
        rates.expect("ghost@harbour", client)
        rates.expect("ghost@harbour", client)
    with pytest.raises(Refused):
        rates.expect("ghost@harbour", "203.0.113.9")
    rates.expect("ghost@river", "203.0.113.9")
    rates.charge("ghost@harbour@203.0.113.9")


def test_addresses_of_one_holder_of_ipv6_are_one() -> None:
    rates = limits()
    rates.failed("2001:db8:1:2::1")
    rates.failed("2001:db8:1:2::2")
    with pytest.raises(Refused):
        rates.failed("2001:db8:1:2::3")
    rates.failed("2001:db8:1:3::1")
    rates.failed("a name that is no address")
