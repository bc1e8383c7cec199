"""Which articles a term stands in, at some five bytes an entry: runs that are merged as they grow.

A term is the upper 40 bits of its hash, an article the number of its slot. Nothing is taken out when an
article goes; its slot is dead, and the entries of dead slots are passed over until they are purged.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

Slots = NDArray[np.int64]
# A term's bits above, a slot's below.
Entries = NDArray[np.uint64]

SLOT_BITS: Final = 24
MAX_SLOTS: Final = 1 << SLOT_BITS
_SLOT_MASK: Final = MAX_SLOTS - 1
# Entries kept in a dictionary before they become a run: about a millisecond of sorting.
FRESH_ENTRIES: Final = 4_096
# A run is merged with the one before it when that is not this many times longer.
MERGED_BELOW: Final = 3


def term_hash(term: str) -> int:
    """64 bits that are the same in every process and on every machine."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "big")


@dataclass(frozen=True, slots=True)
class Run:
    """Terms in their order, each with its slots side by side; `starts` has one place more than `terms`."""

    terms: NDArray[np.uint64]
    starts: NDArray[np.uint32]
    slots: NDArray[np.uint32]

    @classmethod
    def of(cls, entries: Entries) -> "Run":
        """A run of sorted entries."""
        terms = entries >> np.uint64(SLOT_BITS)
        changes = np.flatnonzero(terms[1:] != terms[:-1]) + 1
        starts = np.concatenate(([0], changes, [len(terms)]) if len(terms) else ([0],)).astype(np.uint32)
        return cls(terms[starts[:-1]], starts, (entries & np.uint64(_SLOT_MASK)).astype(np.uint32))

    def __len__(self) -> int:
        return len(self.slots)

    @property
    def nbytes(self) -> int:
        return self.terms.nbytes + self.starts.nbytes + self.slots.nbytes

    def entries(self) -> Entries:
        """What the run was made of."""
        whole = np.repeat(self.terms, np.diff(self.starts))
        return (whole << np.uint64(SLOT_BITS)) | self.slots

    def find(self, terms: Entries) -> list[tuple[int, Slots]]:
        """Those of the terms that the run has, by their place, with their slots."""
        if not len(self.terms):
            return []
        at = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
        return [
            (place, self.slots[self.starts[at[place]] : self.starts[at[place] + 1]].astype(np.int64))
            for place in np.flatnonzero(self.terms[at] == terms).tolist()
        ]


@dataclass(frozen=True, slots=True)
class _State:
    """Replaced whole: whoever reads it never sees half a merge."""

    runs: tuple[Run, ...] = ()
    fresh: dict[int, list[int]] = field(default_factory=dict)


class Postings:
    """Terms by their hashes, articles by their slots."""

    def __init__(self, run: Run | None = None) -> None:
        self._state = _State() if run is None else _State(runs=(run,))
        self._fresh_entries = 0

    @property
    def nbytes(self) -> int:
        """Memory of the runs."""
        return sum(run.nbytes for run in self._state.runs)

    def add(self, hashes: Iterable[int], slot: int) -> None:
        """Enter a slot under each of the terms."""
        fresh = self._state.fresh
        for value in hashes:
            fresh.setdefault(value >> SLOT_BITS, []).append(slot)
            self._fresh_entries += 1

    def slots(self, value: int) -> Slots:
        """The slots of one term, dead ones too."""
        return self.slots_of_each([value])[0]

    def slots_of_each(self, values: Sequence[int]) -> list[Slots]:
        """The slots of each of the terms, dead ones too."""
        state = self._state
        terms = np.array([value >> SLOT_BITS for value in values], dtype=np.uint64)
        pieces: list[list[Slots]] = [[] for _ in values]
        for run in state.runs:
            for at, slots in run.find(terms):
                pieces[at].append(slots)
        for at, value in enumerate(values):
            if (found := state.fresh.get(value >> SLOT_BITS)) is not None:
                pieces[at].append(np.array(found, dtype=np.int64))
        return [_joined(found) for found in pieces]

    @property
    def untidy(self) -> bool:
        """Whether there is something for `tidy` to do."""
        return self._fresh_entries >= FRESH_ENTRIES

    def tidy(self) -> None:
        """Turn what is fresh into a run and merge runs. May take long, in a thread too: reading goes on,
        adding must wait."""
        runs = [*self._state.runs, Run.of(_sorted(self._state.fresh))]
        while len(runs) > 1 and len(runs[-2]) < MERGED_BELOW * len(runs[-1]):
            runs[-2:] = [Run.of(_merged([run.entries() for run in runs[-2:]]))]
        self._replace(tuple(run for run in runs if len(run)))

    def purge(self, dead: NDArray[np.bool_]) -> None:
        """Drop the entries of these slots. Like `tidy` in what may go on meanwhile."""
        self.tidy()
        kept = (run.entries()[~dead[run.slots]] for run in self._state.runs)
        self._replace(tuple(Run.of(entries) for entries in kept if len(entries)))

    def renumbered(self, numbers: NDArray[np.int64]) -> Run:
        """Everything as one run, each slot with its new number; a negative number drops it.

        The new numbers are in the order of the old ones.
        """
        entries = _merged([*(run.entries() for run in self._state.runs), _sorted(self._state.fresh)])
        slots = numbers[(entries & np.uint64(_SLOT_MASK)).astype(np.int64)]
        kept = slots >= 0
        terms = (entries[kept] >> np.uint64(SLOT_BITS)) << np.uint64(SLOT_BITS)
        return Run.of(terms | slots[kept].astype(np.uint64))

    def _replace(self, runs: tuple[Run, ...]) -> None:
        self._state = _State(runs=runs)
        self._fresh_entries = 0


def _sorted(fresh: dict[int, list[int]]) -> Entries:
    entries = [(top << SLOT_BITS) | slot for top, slots in fresh.items() for slot in slots]
    return np.sort(np.array(entries, dtype=np.uint64))


def _merged(parts: Sequence[Entries]) -> Entries:
    # A stable sort finds the order that is there already and only merges.
    return np.sort(np.concatenate(parts), kind="stable")


def _joined(pieces: Sequence[Slots]) -> Slots:
    if len(pieces) == 1:
        return pieces[0]
    return np.concatenate(pieces) if pieces else np.empty(0, dtype=np.int64)
