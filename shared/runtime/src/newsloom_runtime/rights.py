"""What Kafka does not let us do, in words that name the grant that is missing."""

import time
from collections.abc import Callable

from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
)

REMEMBERED_S = 8.0  # a refused client tries again every five seconds
_FIX = "grant it with `newsloom topics acls --apply`"


def refusal(error: KafkaError, operation: str) -> str | None:
    """The missing grant, or None for any other error. `operation` was tried on a topic: Read or Write."""
    match error:
        case TopicAuthorizationFailedError():
            return f"Kafka does not let our user {operation} Topic {_named(error)}; {_FIX}"
        case GroupAuthorizationFailedError():
            return f"Kafka does not let our user Read Group {_named(error)}; {_FIX}"
        case ClusterAuthorizationFailedError():
            return f"Kafka does not let our user {operation} anything; {_FIX}"
        case _:
            return None


def explained(error: KafkaError, operation: str = "Read") -> str:
    """The missing grant, or the name of the error."""
    return refusal(error, operation) or type(error).__name__


def _named(error: KafkaError) -> str:
    """The library gives a name, a sentence that ends with it, a set of names, or nothing."""
    (name,) = error.args[:1] or ("of its own",)
    return name.rpartition(" ")[2] if isinstance(name, str) else ", ".join(sorted(map(str, name)))


class Refused:
    """The last refusal, for as long as it says something about now."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._why: str | None = None
        self._at = 0.0

    def note(self, error: KafkaError, operation: str) -> None:
        """Remember it, when it is about rights."""
        if why := refusal(error, operation):
            self._why, self._at = why, self._clock()

    def reason(self) -> str | None:
        """Which grant is missing, or None."""
        return self._why if self._clock() - self._at < REMEMBERED_S else None
