"""Whether a delivery was signed with a shared secret: over the raw body, in constant time, and recently."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

Algorithm = Literal["sha1", "sha256", "sha512"]
WINDOW = timedelta(minutes=5)
_HASHES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512}


def hmac_matches(
    secrets: Sequence[str | bytes], algorithm: Algorithm, message: bytes, given_hex: str
) -> bool:
    """Whether `given_hex`, of either case, is the HMAC of `message` under one of the secrets.

    Sign and check what was sent, byte for byte: a body that was parsed and written again is another message.
    """
    try:
        given = bytes.fromhex(given_hex)
    except ValueError:
        given = b""
    return digest_matches(secrets, algorithm, message, given)


def digest_matches(
    secrets: Sequence[str | bytes], algorithm: Algorithm, message: bytes, given: bytes
) -> bool:
    """The same for a signature that came in another writing than hexadecimal, such as base64."""
    matches = False
    for secret in secrets:  # all of them, so that the time does not tell which one it was
        key = secret.encode() if isinstance(secret, str) else secret
        expected = hmac.digest(key, message, _HASHES[algorithm])
        matches |= hmac.compare_digest(expected, given)
    return matches


def within_window(stamp: datetime, now: datetime) -> bool:
    """Whether a signed delivery was stamped at most five minutes ago, or ahead by a clock that is fast.

    What is repeated inside the window is recognised by its identity and has no second effect.
    """
    return abs(now - stamp) <= WINDOW


def stamp_of(seconds: float) -> datetime | None:
    """A Unix time as a moment, None when there is no such moment: strangers write the number."""
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
