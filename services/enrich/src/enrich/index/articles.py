"""The articles of the index, each in a numbered slot: a row of fixed size, and its terms in a shared pool."""

from collections.abc import Iterator
from typing import Final, TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from enrich.index.postings import MAX_SLOTS, Slots
from enrich.index.wording import BINS

Kind = TypeVar("Kind", bound=np.generic)

ROW: Final = np.dtype(
    [
        ("id_high", "<u8"),
        ("id_low", "<u8"),
        ("mark", "<u8"),  # tells whether anything that is searched for has changed
        ("terms_at", "<u8"),
        ("published_ms", "<i8"),
        ("version", "<u4"),
        ("terms", "<u2"),
        ("shingles", "<u2"),
        ("source", "<u2"),
        ("language", "<u2"),
        ("title_words", "u1"),
        ("facts", "u1"),  # names, places and numbers, counted up to 255
        ("live", "?"),
        ("bins", "u1", (BINS,)),
    ]
)
MAX_TERMS: Final = 0xFFFF
_FIRST_ROWS: Final = 1_024
_GROWTH: Final = 1.25
# What may come in before there is a tidying again, generously.
_SPARE_ROWS: Final = 2_048
_SPARE_TERMS: Final = 262_144


class Full(Exception):
    """There are more articles than slots; the index takes no more."""


class Articles:
    """Rows by slot. A slot that was freed is used again."""

    def __init__(self, rows: NDArray[np.void] | None = None, pool: NDArray[np.uint32] | None = None) -> None:
        self._rows = np.zeros(0, dtype=ROW) if rows is None else rows
        self._pool = np.zeros(0, dtype=np.uint32) if pool is None else pool
        self._used = len(self._rows)
        self._pooled = len(self._pool)
        self._free: list[int] = []
        self.live = int(self._rows["live"].sum())
        self.dead = self._used - self.live

    @property
    def rows(self) -> NDArray[np.void]:
        """The rows in use, as a view: what is written to it is kept."""
        return self._rows[: self._used]

    @property
    def nbytes(self) -> int:
        """Memory in use."""
        return int(self.rows.nbytes + self._pool[: self._pooled].nbytes)

    def add(self, article_id: str, terms: NDArray[np.uint32]) -> int:
        """A live row with this id and these terms; its slot. Raises Full."""
        slot = self._free.pop() if self._free else self._new_slot()
        row = self._rows[slot]
        at, room = int(row["terms_at"]), int(row["terms"])
        if len(terms) > room:
            at = self._new_terms(len(terms))
        self._pool[at : at + len(terms)] = terms
        self._rows[slot] = np.zeros((), dtype=ROW)
        row["id_high"], row["id_low"] = id_halves(article_id)
        row["terms_at"], row["terms"], row["live"] = at, len(terms), True
        self.live += 1
        return slot

    def hide(self, slot: int) -> None:
        """The row is dead from now on; its slot stays taken until it is freed."""
        self._rows["live"][slot] = False
        self.live -= 1
        self.dead += 1

    def blank(self, slot: int) -> None:
        """Nothing of a dead row stays."""
        at, room = int(self._rows["terms_at"][slot]), int(self._rows["terms"][slot])
        self._pool[at : at + room] = 0
        self._rows[slot] = np.zeros((), dtype=ROW)
        # The next one in this slot may use the room.
        self._rows["terms_at"][slot], self._rows["terms"][slot] = at, room

    def reserve(self) -> None:
        """Make room ahead, so that nobody waits for it in `add`. Like `Library.tidy` in what may go on."""
        if len(self._rows) - self._used < _SPARE_ROWS:
            self._rows = _grown(self._rows, self._used + _SPARE_ROWS)
        if len(self._pool) - self._pooled < _SPARE_TERMS:
            self._pool = _grown(self._pool, self._pooled + _SPARE_TERMS)

    def free(self, slots: Slots) -> None:
        """Let dead slots be used again."""
        self._free.extend(slots.tolist())
        self.dead -= len(slots)

    def is_free(self) -> NDArray[np.bool_]:
        """Which slots wait to be used again."""
        free = np.zeros(self._used, dtype=np.bool_)
        free[self._free] = True
        return free

    def terms(self, slot: int) -> NDArray[np.uint32]:
        row = self._rows[slot]
        at = int(row["terms_at"])
        return self._pool[at : at + int(row["terms"])]

    def terms_of_all(self, slots: Slots) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """The terms of these slots one after the other, and how many each has."""
        counts = self._rows["terms"][slots].astype(np.int64)
        starts = self._rows["terms_at"][slots].astype(np.int64)
        before = np.cumsum(counts) - counts
        places = np.repeat(starts - before, counts) + np.arange(int(counts.sum()))
        return self._pool[places], counts

    def find(self, slots: Slots, article_id: str) -> int | None:
        """The live one of these slots that holds the article."""
        high, low = id_halves(article_id)
        found = self._rows[slots]
        ours = slots[found["live"] & (found["id_high"] == high) & (found["id_low"] == low)]
        return int(ours[0]) if len(ours) else None

    def id_of(self, slot: int) -> str:
        row = self._rows[slot]
        return str(UUID(int=int(row["id_high"]) << 64 | int(row["id_low"])))

    def ids(self) -> Iterator[str]:
        """The ids of all live articles."""
        return (self.id_of(int(slot)) for slot in np.flatnonzero(self.rows["live"]))

    def packed(self) -> tuple[NDArray[np.void], NDArray[np.uint32], NDArray[np.int64]]:
        """Rows and terms of the live articles alone, and each slot's new number, -1 for dead ones."""
        alive = np.flatnonzero(self.rows["live"])
        numbers = np.full(self._used, -1, dtype=np.int64)
        numbers[alive] = np.arange(len(alive))
        pool, counts = self.terms_of_all(alive)
        rows = self.rows[alive]
        rows["live"] = True  # also what was hidden meanwhile: the log tells of that again
        rows["terms_at"] = np.cumsum(counts) - counts
        return rows, pool, numbers

    def _new_slot(self) -> int:
        if self._used == MAX_SLOTS:
            raise Full(f"the related index holds {MAX_SLOTS:,} articles at most")
        if self._used == len(self._rows):
            self._rows = _grown(self._rows, self._used + 1)
        self._used += 1
        return self._used - 1

    def _new_terms(self, count: int) -> int:
        at = self._pooled
        self._pooled += count
        if self._pooled > len(self._pool):
            self._pool = _grown(self._pool, self._pooled)
        return at


def id_halves(article_id: str) -> tuple[int, int]:
    """An article's id as two 64-bit numbers that sort as the text does."""
    number = UUID(article_id).int
    return number >> 64, number & 0xFFFFFFFFFFFFFFFF


def _grown(array: NDArray[Kind], needed: int) -> NDArray[Kind]:
    longer = np.zeros(max(int(len(array) * _GROWTH), needed, _FIRST_ROWS), dtype=array.dtype)
    longer[: len(array)] = array
    return longer
