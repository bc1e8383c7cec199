"""How many articles have a term, and how much it therefore says."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

# One count for each value of the hash's lower bits. At a million articles one rare term in eight shares its
# count with another and seems a little less rare; that costs nothing but 16 MB.
TABLE_BITS: Final = 22
_MASK: Final = np.uint32((1 << TABLE_BITS) - 1)
# A term in more than this share of articles says nothing, once there are enough articles to say so.
COMMON_SHARE: Final = 0.05
COMMON_FROM: Final = 30


class Rarity:
    """Counts of articles by term."""

    def __init__(self, terms: NDArray[np.uint32] | None = None) -> None:
        self._counts = np.zeros(1 << TABLE_BITS, dtype=np.uint32)
        if terms is not None:
            self._counts += np.bincount(terms & _MASK, minlength=1 << TABLE_BITS).astype(np.uint32)

    @property
    def nbytes(self) -> int:
        return int(self._counts.nbytes)

    def count(self, terms: NDArray[np.uint32]) -> NDArray[np.int64]:
        """In how many articles each of the terms stands."""
        counts: NDArray[np.int64] = self._counts[terms & _MASK].astype(np.int64)
        return counts

    def entered(self, terms: NDArray[np.uint32]) -> None:
        np.add.at(self._counts, terms & _MASK, 1)

    def removed(self, terms: NDArray[np.uint32]) -> None:
        np.subtract.at(self._counts, terms & _MASK, 1)

    def is_empty(self) -> bool:
        return not self._counts.any()


def rarities(counts: NDArray[np.int64], total: int) -> NDArray[np.float64]:
    """Inverse document frequency in nats; 0 for a term that too many of the articles have."""
    if not total:
        return np.zeros(len(counts))
    telling = counts <= max(COMMON_FROM, COMMON_SHARE * total)
    return np.where(telling, math.log(total + 1) - np.log(np.maximum(counts, 1)), 0.0)
