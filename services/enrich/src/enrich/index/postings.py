"""Which articles a term stands in, at eight bytes an entry: sorted runs that are merged as they grow.

An entry is the upper 40 bits of the term's hash and the 24 bits of a slot, so a run needs no dictionary: the
slots of a term lie side by side in it. Nothing is taken out when an article goes; its slot is dead, and the
entries of dead slots are passed over until they are purged.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

Slots = NDArray[np.int64]
Run = NDArray[np.uint64]

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
class _State:
    """Replaced whole: whoever reads it never sees half a merge."""

    runs: tuple[Run, ...] = ()
    fresh: dict[int, list[int]] = field(default_factory=dict)


class Postings:
    """Terms by their hashes, articles by their slots."""

    def __init__(self, entries: Run | None = None) -> None:
        self._state = _State() if entries is None else _State(runs=(entries,))
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
        first, last = _bounds(values)
        pieces: list[list[Slots]] = [[] for _ in values]
        for run in state.runs:
            starts, ends = np.searchsorted(run, first), np.searchsorted(run, last, side="right")
            for at in np.flatnonzero(ends > starts).tolist():
                pieces[at].append((run[starts[at] : ends[at]] & _SLOT_MASK).astype(np.int64))
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
        runs = [*self._state.runs, _sorted(self._state.fresh)]
        while len(runs) > 1 and len(runs[-2]) < MERGED_BELOW * len(runs[-1]):
            runs[-2:] = [_merged(runs[-2:])]
        self._replace(tuple(run for run in runs if len(run)))

    def purge(self, dead: NDArray[np.bool_]) -> None:
        """Drop the entries of these slots. Like `tidy` in what may go on meanwhile."""
        self.tidy()
        kept = (run[~dead[(run & _SLOT_MASK).astype(np.int64)]] for run in self._state.runs)
        self._replace(tuple(run for run in kept if len(run)))

    def renumbered(self, numbers: NDArray[np.int64]) -> Run:
        """All entries as one run, each slot with its new number; a negative number drops it."""
        entries = _merged([*self._state.runs, _sorted(self._state.fresh)])
        slots = numbers[(entries & _SLOT_MASK).astype(np.int64)]
        kept = slots >= 0
        hashes = (entries[kept] >> np.uint64(SLOT_BITS)) << np.uint64(SLOT_BITS)
        return np.sort(hashes | slots[kept].astype(np.uint64))

    def _replace(self, runs: tuple[Run, ...]) -> None:
        self._state = _State(runs=runs)
        self._fresh_entries = 0


def _bounds(values: Sequence[int]) -> tuple[Run, Run]:
    first = (np.array(values, dtype=np.uint64) >> np.uint64(SLOT_BITS)) << np.uint64(SLOT_BITS)
    return first, first | np.uint64(_SLOT_MASK)


def _sorted(fresh: dict[int, list[int]]) -> Run:
    entries = [(top << SLOT_BITS) | slot for top, slots in fresh.items() for slot in slots]
    return np.sort(np.array(entries, dtype=np.uint64))


def _merged(runs: Sequence[Run]) -> Run:
    # A stable sort finds the runs that are there already and only merges them.
    return np.sort(np.concatenate(runs), kind="stable")


def _joined(pieces: Sequence[Slots]) -> Slots:
    if len(pieces) == 1:
        return pieces[0]
    return np.concatenate(pieces) if pieces else np.empty(0, dtype=np.int64)
