"""Which published articles belong with a new one: explicit mentions first, then what is most alike."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from enrich.index.library import IndexedArticle as IndexedArticle
from enrich.index.library import Library
from enrich.index.likeness import DAY_MS, Compared, Telling, candidates, compared, recency
from enrich.index.titles import MIN_TITLE_WORDS, TITLE_MATCH, enough_to_meet, title_stems
from enrich.index.wording import containment
from enrich.index_keys import Key, wording_in
from enrich.reasons import reasons
from enrich.relations import MIN_SHARED, REWORDED, TOPICAL, Likeness, judged
from newsloom_schemas.article import EarlierMention
from newsloom_schemas.enrichment import RelatedLink
from newsloom_schemas.identity import article_id as identify
from newsloom_schemas.languages import primary_language

MAX_LINKS: Final = 6
# newsloom's own addresses of an article hold its id.
_ARTICLE_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedQuery:
    """The article that links are wanted for. `at` decides about embargoes, so that a replay decides alike."""

    article_id: str
    source: str
    language: str
    published_at: datetime
    at: datetime
    keys: tuple[Key, ...]
    earlier: tuple[EarlierMention, ...] = ()


class RelatedIndex(Library):
    """In-process and pure: the same articles in whatever order, however often, give the same links."""

    def query(self, query: RelatedQuery) -> tuple[RelatedLink, ...]:
        """Links to published articles, explicit mentions first, then the best scores; never to itself."""
        links = {link.article_id: link for link in self._mentioned(query)}
        for link in self._similar(query):
            links.setdefault(link.article_id, link)
        return tuple(links.values())[:MAX_LINKS]

    def _is_open(self, slot: int, query: RelatedQuery) -> bool:
        return self.embargo(slot) <= query.at.timestamp() * 1000

    def _mentioned(self, query: RelatedQuery) -> Iterator[RelatedLink]:
        for mention in query.earlier:
            found = self._resolve(mention, query)
            if found is not None and self._is_open(found[0], query):
                linked = self.articles.id_of(found[0])
                reason = reasons(query.language).mentioned
                yield RelatedLink(article_id=linked, relation="earlier", score=found[1], reasons=(reason,))

    def _resolve(self, mention: EarlierMention, query: RelatedQuery) -> tuple[int, float] | None:
        """The slot of the article that is meant, and how sure that is."""
        own = self.slot_of(query.article_id)
        if mention.external_id is not None:
            named = self.slot_of(identify(query.source, mention.external_id))
            if named is not None and named != own:
                return named, 1.0
        served = None if mention.url is None else _ARTICLE_ID.search(mention.url)
        if served and (here := self.slot_of(served[0])) is not None and here != own:
            return here, 1.0
        there = [] if mention.url is None else [slot for slot in self.at_address(mention.url) if slot != own]
        if there:
            return int(min(there, key=self.articles.id_of)), 1.0
        return self._by_title(mention.title, query.source, own)

    def _by_title(self, title: str, source: str, own: int | None) -> tuple[int, float] | None:
        """The article whose headline the mention repeats, word endings aside; the same source's first."""
        stems = title_stems(title)
        if len(stems) < MIN_TITLE_WORDS:
            return None
        found = sorted((self.with_stem(stem) for stem in stems), key=len)
        possible = np.unique(np.concatenate(found[: enough_to_meet(len(stems))]))
        possible = possible[self.articles.rows["live"][possible] & (possible != (-1 if own is None else own))]
        shared = sum(np.isin(possible, slots) for slots in found)
        rows = self.articles.rows[possible]
        likeness = 2 * shared / (len(stems) + rows["title_words"])
        matches = [
            (bool(rows["source"][at] == self.number_of(source)), float(likeness[at]), int(possible[at]))
            for at in np.flatnonzero(likeness >= TITLE_MATCH)
        ]
        if not matches:
            return None
        best = max(matches, key=lambda match: (*match[:2], self.articles.id_of(match[2])))
        return best[2], round(0.9 * best[1], 3)

    def _similar(self, query: RelatedQuery) -> list[RelatedLink]:
        telling = Telling.of(query.keys, self.rarity, len(self))
        asked_ms = round(query.published_at.timestamp() * 1000)
        slots = candidates(telling, self.postings, self.articles, asked_ms)
        own = self.slot_of(query.article_id)
        slots = slots[[slot != own and self._is_open(slot, query) for slot in slots.tolist()]]
        words = reasons(query.language)
        found = self._likenesses(query, telling, compared(telling, slots, self.articles), asked_ms)
        links = [link for likeness in found if (link := judged(likeness, words)) is not None]
        # A common topic never goes before the story itself, however much the two have in common.
        return sorted(links, key=lambda link: (link.relation == "topical", -link.score, link.article_id))

    def _likenesses(
        self, query: RelatedQuery, telling: Telling, found: Compared, asked_ms: int
    ) -> list[Likeness]:
        """The best candidates, seen closely."""
        rows = self.articles.rows[found.slots]
        foreign = self._foreign(rows["language"], query.language)
        whole = np.where(foreign, telling.mass(foreign=True), telling.mass(foreign=False))
        scores = found.mass / np.maximum(whole, 1) * recency(rows["published_ms"], asked_ms)
        contained = np.where(foreign, 0.0, self._contained(query, rows))
        worth = ((scores >= TOPICAL) & (found.shared >= MIN_SHARED)) | (contained >= REWORDED)
        ranks = np.where(contained >= REWORDED, np.maximum(scores, contained), scores)
        ids = {int(at): self.articles.id_of(found.slots[at]) for at in np.flatnonzero(worth)}
        best = sorted(ids, key=lambda at: (-ranks[at], ids[at]))[: 2 * MAX_LINKS + len(query.earlier)]
        facts = max(1, sum(key.is_fact for key in telling.keys))
        neutral_mass = max(1, int(telling.weights[telling.neutral].sum()))
        return [
            Likeness(
                article_id=ids[at],
                same_source=bool(rows["source"][at] == self.number_of(query.source)),
                foreign=bool(foreign[at]),
                days=abs(int(rows["published_ms"][at]) - asked_ms) / DAY_MS,
                score=float(scores[at]),
                neutral=int(found.neutral_mass[at]) / neutral_mass,
                contained=float(contained[at]),
                same_facts=float(found.facts[at] / max(1, min(facts, rows["facts"][at]))),
                keys=telling.ranked(found.places[found.owners == at]),
            )
            for at in best
        ]

    def _foreign(self, languages: NDArray[np.uint16], own: str) -> NDArray[np.bool_]:
        same = [at for at, name in enumerate(self.names) if primary_language(name) == primary_language(own)]
        return ~np.isin(languages, same)

    def _contained(self, query: RelatedQuery, rows: NDArray[np.void]) -> NDArray[np.float64]:
        wording = wording_in(query.keys)
        if wording is None:
            return np.zeros(len(rows))
        return containment(wording, rows["bins"], rows["shingles"].astype(np.int64))
