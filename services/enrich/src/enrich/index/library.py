"""What the related index knows of published articles: put in, replaced, withheld, killed, looked up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from enrich.index.articles import MAX_TERMS, Articles
from enrich.index.postings import Postings, Run, Slots, term_hash
from enrich.index.rarity import Rarity
from enrich.index.titles import address_key, title_stems
from enrich.index.wording import BINS
from enrich.index_keys import Key, wording_in

# A purge reads every entry once; for less than this it is not worth it.
PURGE_FROM: Final = 4_096
PURGE_SHARE: Final = 0.2
_MOST_SHINGLES: Final = 0xFFFF
_MOST_FACTS: Final = 0xFF


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedArticle:
    """A published article as the index knows it."""

    article_id: str
    document_version: int
    source: str
    headline: str
    language: str
    published_at: datetime
    embargo_until: datetime | None = None
    urls: tuple[str, ...] = ()
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """Everything a library knows, without gaps: two that know the same articles answer alike.

    `names` are the sources and languages that rows count in; `embargoes` is milliseconds by slot.
    """

    rows: NDArray[np.void]
    pool: NDArray[np.uint32]
    entries: Run
    names: tuple[str, ...]
    killed: tuple[str, ...]
    withheld: dict[str, int]
    embargoes: dict[int, int]


class Library:
    """Articles by slot, with the terms that lead to them. The state depends on no order of arrival."""

    def __init__(self, packed: Packed | None = None) -> None:
        self.articles = Articles() if packed is None else Articles(packed.rows, packed.pool)
        self.postings = Postings() if packed is None else Postings(packed.entries)
        self.rarity = Rarity() if packed is None else Rarity(packed.pool)
        self._names = [] if packed is None else list(packed.names)
        self._numbers = {name: at for at, name in enumerate(self._names)}
        self._killed = set[str]() if packed is None else set(packed.killed)
        self._withheld = dict[str, int]() if packed is None else dict(packed.withheld)
        self._embargoes = dict[int, int]() if packed is None else dict(packed.embargoes)
        self._frozen = False
        self._hidden: list[int] = []

    def __len__(self) -> int:
        return self.articles.live

    @property
    def nbytes(self) -> int:
        """Memory of the arrays in use."""
        return self.articles.nbytes + self.postings.nbytes + self.rarity.nbytes

    def wants(self, article_id: str, document_version: int) -> bool:
        """False for a killed article and for a state that is not newer than the known one."""
        if article_id in self._killed:
            return False
        slot = self.slot_of(article_id)
        known = self._withheld.get(article_id, 0) if slot is None else self.articles.rows["version"][slot]
        return bool(document_version > known)

    def put(self, article: IndexedArticle) -> None:
        """Adds or replaces an article; a lower version than the known one is ignored. Raises Full."""
        if not self.wants(article.article_id, article.document_version):
            return
        self._withheld.pop(article.article_id, None)
        mark = _mark(article)
        slot = self.slot_of(article.article_id)
        if slot is None or self.articles.rows["mark"][slot] != mark:
            self._forget(article.article_id)
            slot = self._entered(article, mark)
        self._describe(slot, article)

    def withhold(self, article_id: str, document_version: int) -> None:
        """Removes an article until a newer state of it is put."""
        if self.wants(article_id, document_version):
            self._forget(article_id)
            self._withheld[article_id] = document_version

    def kill(self, article_id: str) -> None:
        """Removes an article for ever."""
        self._killed.add(article_id)
        self._withheld.pop(article_id, None)
        self._forget(article_id)

    def slot_of(self, article_id: str) -> int | None:
        """Where the article is, None when the library does not hold it."""
        return self.articles.find(self.postings.slots(_id_hash(article_id)), article_id)

    def at_address(self, url: str) -> Slots:
        """Live articles that are served at this address."""
        slots = self.postings.slots(_address_hash(url))
        live: Slots = slots[self.articles.rows["live"][slots]]
        return live

    def with_stem(self, stem: str) -> Slots:
        """Slots of the headlines that have a word with this stem, dead ones too."""
        return self.postings.slots(_stem_hash(stem))

    @property
    def names(self) -> Sequence[str]:
        """Sources and languages by the numbers that rows have for them."""
        return self._names

    def number_of(self, name: str) -> int:
        """What rows say for a source or language; a number that no row has for an unknown one."""
        return self._numbers.get(name, 0xFFFF)

    def embargo(self, slot: int) -> int:
        """When the article may be shown, milliseconds since 1970; 0 for always."""
        return self._embargoes.get(slot, 0)

    def freeze(self) -> None:
        """From now on a thread may read and reorder everything; removals hide at once all the same."""
        self._frozen = True

    def thaw(self) -> None:
        """The thread is done: what was hidden meanwhile is removed for good."""
        self._frozen = False
        for slot in self._hidden:
            self.articles.rows["live"][slot] = False  # the rows may have moved since
        self._blank()

    @property
    def untidy(self) -> bool:
        return self.postings.untidy

    def tidy(self) -> None:
        """Merge what has come in, and drop what is dead when that is much.

        May run in a thread when frozen, while articles are looked up, withheld and killed, but not put.
        """
        self.articles.reserve()
        self.postings.tidy()
        if self.articles.dead < max(PURGE_FROM, PURGE_SHARE * len(self)):
            return
        dead = ~self.articles.rows["live"] & ~self.articles.is_free()
        self.postings.purge(dead)
        self.articles.free(np.flatnonzero(dead))

    def packed(self) -> Packed:
        """A copy of everything. May run in a thread like `tidy`."""
        killed, withheld, embargoes = tuple(sorted(self._killed)), dict(self._withheld), dict(self._embargoes)
        rows, pool, numbers = self.articles.packed()
        return Packed(
            rows=rows,
            pool=pool,
            entries=self.postings.renumbered(numbers),
            names=tuple(self._names),
            killed=killed,
            withheld=withheld,
            embargoes={int(numbers[slot]): until for slot, until in embargoes.items() if numbers[slot] >= 0},
        )

    def _entered(self, article: IndexedArticle, mark: int) -> int:
        hashes = [term_hash(key.term) for key in article.keys if key.kind != "wording"][:MAX_TERMS]
        terms = np.array([value & 0xFFFFFFFF for value in hashes], dtype=np.uint32)
        stems = title_stems(article.headline)
        slot = self.articles.add(article.article_id, terms)
        self.rarity.entered(terms)
        self.postings.add(
            (
                _id_hash(article.article_id),
                *(value for value, key in zip(hashes, article.keys, strict=False) if key.finds),
                *map(_stem_hash, stems),
                *{_address_hash(url) for url in article.urls},
            ),
            slot,
        )
        rows = self.articles.rows
        rows["mark"][slot], rows["title_words"][slot] = mark, len(stems)
        rows["facts"][slot] = min(sum(key.is_fact for key in article.keys), _MOST_FACTS)
        wording = wording_in(article.keys)
        if wording is not None:
            rows["shingles"][slot] = min(wording.shingles, _MOST_SHINGLES)
            rows["bins"][slot] = np.frombuffer(wording.bins, dtype=np.uint8, count=BINS)
        return slot

    def _describe(self, slot: int, article: IndexedArticle) -> None:
        """What may change without another way of being found."""
        rows = self.articles.rows
        rows["version"][slot] = article.document_version
        rows["published_ms"][slot] = round(article.published_at.timestamp() * 1000)
        rows["source"][slot] = self._number(article.source)
        rows["language"][slot] = self._number(article.language)
        self._embargoes.pop(slot, None)
        if article.embargo_until is not None:
            self._embargoes[slot] = round(article.embargo_until.timestamp() * 1000)

    def _number(self, name: str) -> int:
        if name not in self._numbers:
            self._numbers[name] = len(self._names)
            self._names.append(name)
        return self._numbers[name]

    def _forget(self, article_id: str) -> None:
        slot = self.slot_of(article_id)
        if slot is not None:
            self._embargoes.pop(slot, None)
            self.articles.hide(slot)
            self._hidden.append(slot)
            if not self._frozen:
                self._blank()

    def _blank(self) -> None:
        for slot in self._hidden:
            self.rarity.removed(self.articles.terms(slot))
            self.articles.blank(slot)
        self._hidden.clear()


def _mark(article: IndexedArticle) -> int:
    keys = (f"{key.kind} {key.term}" for key in article.keys)
    return term_hash("\n".join((article.headline, *sorted(article.urls), "", *keys)))


def _id_hash(article_id: str) -> int:
    return term_hash(f"a:{article_id}")


def _address_hash(url: str) -> int:
    return term_hash(f"u:{address_key(url)}")


def _stem_hash(stem: str) -> int:
    return term_hash(f"t:{stem}")
