"""How much of one text stands word for word in another, from a hundred-odd bytes of each.

The text's three-word shingles are hashed; each hash falls into one of a fixed number of bins, and a bin keeps
one byte of its smallest hash. Two texts agree in a bin about as often as their shingles overlap (one
permutation hashing with b-bit values: Li, Owen, Zhang 2012; Li, König 2010).
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Bins = NDArray[np.uint8]

BINS: Final = 128
SHINGLE_WORDS: Final = 3
# Fewer shingles than this are a line, not an article: what repeats them copies nobody.
MIN_SHINGLES: Final = 12
# A text that is longer than this many copies of the other is not compared: too few bins would decide.
MAX_RATIO: Final = 5.0
# Two different hashes leave the same byte by chance this often; 0 marks an empty bin.
_CHANCE: Final = 1 / 255
_WORD: Final = re.compile(r"\w+")
_SOFT_HYPHEN: Final = "\u00ad"


@dataclass(frozen=True, slots=True)
class Wording:
    """A text's bins, and how many different shingles it has."""

    bins: bytes
    shingles: int


def wording_of(text: str) -> Wording | None:
    """None for a text that is too short to be compared. Typography, case and ё do not count."""
    words = _WORD.findall(text.replace(_SOFT_HYPHEN, "").casefold().replace("ё", "е"))
    spans = zip(*(words[at:] for at in range(SHINGLE_WORDS)), strict=False)
    shingles = {" ".join(span) for span in spans}
    if len(shingles) < MIN_SHINGLES:
        return None
    joined = b"".join(hashlib.blake2b(shingle.encode(), digest_size=8).digest() for shingle in shingles)
    return Wording(_binned(np.frombuffer(joined, dtype=">u8").astype(np.uint64)), len(shingles))


def _binned(hashes: NDArray[np.uint64]) -> bytes:
    smallest = np.full(BINS, np.iinfo(np.uint64).max, dtype=np.uint64)
    places = (hashes % np.uint64(BINS)).astype(np.int64)
    np.minimum.at(smallest, places, hashes // np.uint64(BINS))
    values = (smallest % np.uint64(255) + np.uint64(1)).astype(np.uint8)
    values[smallest == np.iinfo(np.uint64).max] = 0
    return values.tobytes()


def containment(mine: Wording, bins: Bins, shingles: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of the shorter text's shingles that the longer one has too, 0 to 1, for each row of `bins`.

    0 for rows without shingles, and where one text is many times as long as the other.
    """
    own = np.frombuffer(mine.bins, dtype=np.uint8)
    either = ((bins != 0) | (own != 0)).sum(axis=1)
    both = ((bins != 0) & (own != 0)).sum(axis=1)
    equal = ((bins == own) & (own != 0)).sum(axis=1)
    overlap = np.clip((equal - both * _CHANCE) / (1 - _CHANCE) / np.maximum(either, 1), 0, 1)
    shorter, longer = np.minimum(shingles, mine.shingles), np.maximum(shingles, mine.shingles)
    shared = overlap / (1 + overlap) * (shorter + longer)
    comparable = (shorter > 0) & (longer <= MAX_RATIO * np.maximum(shorter, 1))
    return np.where(comparable, np.minimum(1.0, shared / np.maximum(shorter, 1)), 0.0)
