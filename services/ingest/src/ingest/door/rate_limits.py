"""How fast a credential may send, and how often an address may fail to have one."""

import ipaddress
import math
from collections.abc import Callable
from time import monotonic

from ingest.door.token_buckets import Pace, TokenBuckets
from ingest.refusal import Refused

USUAL = Pace(per_second=2_000, burst=4_000)
# Nobody guesses a key: this bounds what attempts cost us, and what they write into the audit.
FAILURES = Pace(per_second=50, burst=1_000)


class RateLimits:
    """Sets of buckets apart, so that nobody unproven ever empties or pushes out the bucket of a key."""

    def __init__(
        self, usual: Pace = USUAL, *, failures: Pace = FAILURES, now: Callable[[], float] = monotonic
    ) -> None:
        self._usual = usual
        self._failure_pace = failures
        self._now = now
        self._credentials = TokenBuckets()
        self._unproven = TokenBuckets()
        self._failures = TokenBuckets()

    def charge(self, credential: str, pace: Pace | None = None) -> None:
        """Count a request of this credential. Raises Refused: `rate-limited`."""
        _refuse(self._credentials.take(credential, pace or self._usual, self._now()))

    def expect(self, name: str, client: str) -> None:
        """Count a request of this address that will prove only later to be of `name`.

        Raises Refused: `rate-limited`.
        """
        _refuse(self._unproven.take(f"{name}@{network(client)}", self._usual, self._now()))

    def failed(self, client: str) -> None:
        """Count a request of this address that showed nothing valid. Raises Refused: `rate-limited`.

        A valid credential from the same address is never held up by it.
        """
        _refuse(self._failures.take(network(client), self._failure_pace, self._now()))


def _refuse(wait_s: float) -> None:
    if wait_s > 0:
        raise Refused(
            "rate-limited",
            "send more slowly: wait as long as Retry-After says, or ask for a higher rate of the key",
            retry_after=math.ceil(wait_s),
        )


def network(client: str) -> str:
    """Whose an address is: itself for IPv4, else the /64 that one holder of IPv6 addresses usually has."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if address.version == 4:
        return client
    return str(ipaddress.ip_network((address, 64), strict=False))
