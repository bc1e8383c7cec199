"""How fast one may come: a bucket of tokens for each name, filled steadily, as one number."""

from collections import OrderedDict
from dataclasses import dataclass

KEPT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """So many a second in the long run, and so many at once after a rest."""

    per_second: float
    burst: float


class TokenBuckets:
    """The buckets by name; one that nobody knows is full.

    The least used is forgotten beyond `kept`, so that memory stays bounded whoever comes.
    """

    def __init__(self, *, kept: int = KEPT) -> None:
        self._kept = kept
        # The moment at which the bucket will be full again says how empty it is (the generic cell rate
        # algorithm, ITU-T I.371).
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def take(self, name: str, pace: Pace, now: float, *, tokens: float = 1) -> float:
        """Take tokens at `now` (seconds of any steady clock): 0 when they were there.

        Else nothing is taken, and the answer is how many seconds from now they will be.
        """
        full_at = max(self._full_at.get(name, now), now) + tokens / pace.per_second
        wait = full_at - now - pace.burst / pace.per_second
        if wait > 1e-9:
            return wait
        self._full_at[name] = full_at
        self._full_at.move_to_end(name)
        if len(self._full_at) > self._kept:
            self._full_at.popitem(last=False)
        return 0.0
