"""Signatures of webhooks: the raw bytes, one of two secrets, and not older than five minutes."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from ingest.door.signatures import digest_matches, hmac_matches, stamp_of, within_window

OLD, NEW = "the-former-shared-secret", "the-present-shared-secret"
BODY = '{"id": "ferry-7", "title": "Паром вернулся"}'.encode()
NOW = datetime(2026, 11, 5, 6, 30, tzinfo=UTC)


def signed(secret: str = NEW, body: bytes = BODY, algorithm: str = "sha256") -> str:
    return hmac.new(secret.encode(), body, algorithm).hexdigest()


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
def test_the_signature_of_the_raw_body_matches(algorithm: Literal["sha1", "sha256", "sha512"]) -> None:
    assert hmac_matches([NEW], algorithm, BODY, signed(algorithm=algorithm))
    assert hmac_matches([NEW.encode()], algorithm, BODY, signed(algorithm=algorithm).upper())


def test_while_a_secret_is_exchanged_both_are_valid() -> None:
    assert all(hmac_matches([OLD, NEW], "sha256", BODY, signed(secret)) for secret in (OLD, NEW))
    assert not hmac_matches([NEW], "sha256", BODY, signed(OLD))


def test_a_body_that_was_written_again_is_another_body() -> None:
    assert not hmac_matches([NEW], "sha256", BODY.replace(b": ", b":"), signed())


@pytest.mark.parametrize("given", ["", "00", "not hexadecimal", "ж" * 64, signed()[:-1], signed() + "00"])
def test_what_is_no_signature_matches_nothing(given: str) -> None:
    assert not hmac_matches([NEW], "sha256", BODY, given)


def test_without_secrets_nothing_matches() -> None:
    assert not hmac_matches([], "sha256", BODY, signed())


def test_a_digest_in_another_writing_is_compared_as_bytes() -> None:
    assert digest_matches([NEW], "sha256", BODY, hmac.digest(NEW.encode(), BODY, hashlib.sha256))


@pytest.mark.parametrize(("age", "within"), [(0, True), (299, True), (300, True), (301, False), (360, False)])
def test_five_minutes_before_and_after_are_the_window(age: int, within: bool) -> None:
    distance = timedelta(seconds=age)
    assert within_window(NOW - distance, NOW) is within
    assert within_window(NOW + distance, NOW) is within


@pytest.mark.parametrize("seconds", [1e300, -1e300, float("nan"), float("inf"), 1e15])
def test_a_number_that_is_no_time_is_no_stamp(seconds: float) -> None:
    assert stamp_of(seconds) is None
