"""Which articles of the index are like a given one, and how much: candidates first, then a closer look.

Weights are whole numbers (thousandths of a nat), so that sums do not depend on the order of their parts: the
same articles, learnt in whatever order, score the same to the last digit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from enrich.index.articles import Articles
from enrich.index.postings import Postings, Slots, term_hash
from enrich.index.rarity import Rarity, rarities
from enrich.index_keys import Key

UNIT: Final = 1_000
# Entries read to find candidates: rare terms first, so that what is left unread says little.
CANDIDATE_ENTRIES: Final = 6_000
CANDIDATES: Final = 64
# How much of its lemmas an article must account for when the other is in another language.
FOREIGN_LEMMAS: Final = 0.25
# Half of an article's weight fades with time; what is left keeps background worth linking.
FADING: Final = 0.5
FADING_DAYS: Final = 30.0
DAY_MS: Final = 86_400_000


def lower_half(whole: int) -> int:
    """The part of a term's hash that an article keeps and that is counted."""
    return whole & 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Telling:
    """The keys of an article that say something: neither unknown nor in too many articles."""

    keys: tuple[Key, ...]
    hashes: tuple[int, ...]
    counts: NDArray[np.int64]
    weights: NDArray[np.int64]
    neutral: NDArray[np.bool_]

    @classmethod
    def of(cls, keys: Sequence[Key], rarity: Rarity, total: int) -> "Telling":
        """Sorted by the hash of the term, the lower half first."""
        hashed = sorted(((term_hash(key.term), key) for key in keys), key=lambda pair: lower_half(pair[0]))
        counts = rarity.count(np.array([lower_half(whole) for whole, _ in hashed], dtype=np.uint32))
        field = np.array([key.weight for _, key in hashed], dtype=np.int64)
        weights = np.rint(rarities(counts, total) * UNIT).astype(np.int64) * field
        kept = np.flatnonzero(weights)
        chosen = [hashed[at] for at in kept]
        return cls(
            keys=tuple(key for _, key in chosen),
            hashes=tuple(whole for whole, _ in chosen),
            counts=counts[kept],
            weights=weights[kept],
            neutral=np.array([key.is_neutral for _, key in chosen], dtype=np.bool_),
        )

    def mass(self, foreign: bool) -> float:
        """What an article that has all of them would weigh."""
        lemmas = FOREIGN_LEMMAS if foreign else 1.0
        return float(self.weights[self.neutral].sum() + lemmas * self.weights[~self.neutral].sum())

    def ranked(self, places: NDArray[np.int64]) -> tuple[Key, ...]:
        """The keys at these places, those that say most first."""
        order = sorted(places.tolist(), key=lambda at: (-self.weights[at], self.keys[at].term))
        return tuple(self.keys[at] for at in order)

    def generators(self) -> list[int]:
        """Places of the names and numbers by which candidates are looked for, the rarest first."""
        places = [at for at, key in enumerate(self.keys) if key.finds]
        places.sort(key=lambda at: (self.counts[at], self.hashes[at]))
        read = 0
        chosen: list[int] = []
        for at in places:
            read += int(self.counts[at])
            if chosen and read > CANDIDATE_ENTRIES:
                break
            chosen.append(at)
        return chosen


@dataclass(frozen=True, slots=True)
class Compared:
    """Candidates with what they share with the article that is asked for. `mass` is in UNITs.

    `shared` counts keys, `facts` those of them that are names, places or numbers. `owners` and `places` go
    together: the candidate `slots[owners[n]]` has the key `keys[places[n]]`.
    """

    slots: Slots
    mass: NDArray[np.int64]
    neutral_mass: NDArray[np.int64]
    shared: NDArray[np.int64]
    facts: NDArray[np.int64]
    owners: NDArray[np.int64]
    places: NDArray[np.int64]


def recency(published_ms: NDArray[np.int64], asked_ms: int) -> NDArray[np.float64]:
    """1 for the same moment, less with every day between, never below what does not fade."""
    days = np.abs(published_ms - asked_ms) / DAY_MS
    return 1 - FADING + FADING * np.exp(-days / FADING_DAYS)


def candidates(telling: Telling, postings: Postings, articles: Articles, asked_ms: int) -> Slots:
    """The live articles that share the most names and numbers, fresh ones before old ones."""
    chosen = telling.generators()
    found = postings.slots_of_each([telling.hashes[at] for at in chosen])
    weights = [np.full(len(slots), telling.weights[at]) for at, slots in zip(chosen, found, strict=True)]
    if not found:
        return np.empty(0, dtype=np.int64)
    slots, places = np.unique(np.concatenate(found), return_inverse=True)
    rough = np.bincount(places, weights=np.concatenate(weights), minlength=len(slots))
    live = articles.rows["live"][slots]
    slots, rough = slots[live], rough[live]
    return _best(slots, rough * recency(articles.rows["published_ms"][slots], asked_ms), articles)


def _best(slots: Slots, rough: NDArray[np.float64], articles: Articles) -> Slots:
    """At most CANDIDATES slots; those with equal weight by id, because slots depend on who came first."""
    if len(slots) <= CANDIDATES:
        return slots
    bar = np.partition(rough, -CANDIDATES)[-CANDIDATES]
    above = np.flatnonzero(rough >= bar)
    rows = articles.rows[slots[above]]
    order = np.lexsort((rows["id_low"], rows["id_high"], -rough[above]))
    return slots[above[order[:CANDIDATES]]]


def compared(telling: Telling, slots: Slots, articles: Articles) -> Compared:
    """What each of the slots shares with the article."""
    wanted = np.array([lower_half(whole) for whole in telling.hashes], dtype=np.uint32)
    terms, counts = articles.terms_of_all(slots)
    hits, places = _found(terms, wanted)
    owners = np.repeat(np.arange(len(slots)), counts)[hits]
    weights = telling.weights[places]
    neutral = np.where(telling.neutral[places], weights, 0)
    return Compared(
        slots=slots,
        mass=_summed(owners, weights, len(slots)),
        neutral_mass=_summed(owners, neutral, len(slots)),
        shared=np.bincount(owners, minlength=len(slots)),
        facts=_summed(
            owners, np.array([key.is_fact for key in telling.keys], dtype=np.int64)[places], len(slots)
        ),
        owners=owners,
        places=places,
    )


def _found(
    terms: NDArray[np.uint32], wanted: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which of the terms are wanted, and the place of each of those among the wanted, which are sorted."""
    # Most are not wanted, and a table of the lower halves says so faster than any search.
    likely = np.zeros(1 << 16, dtype=np.bool_)
    likely[wanted & 0xFFFF] = True
    hits = np.flatnonzero(likely[terms & 0xFFFF])
    places = np.minimum(np.searchsorted(wanted, terms[hits]), max(len(wanted) - 1, 0))
    right = wanted[places] == terms[hits] if len(hits) else np.empty(0, dtype=np.bool_)
    return hits[right], places[right]


def _summed(owners: NDArray[np.int64], weights: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    # Whole numbers below 2^53 add up exactly in floats.
    return np.bincount(owners, weights=weights, minlength=count).astype(np.int64)
