"""Which published articles belong with a new one: an inverted index over neutral keys and lemmas."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from enrich.index_keys import Key
from enrich.reasons import reasons
from newsloom_schemas.article import EarlierMention
from newsloom_schemas.enrichment import RelatedLink, Relation
from newsloom_schemas.identity import article_id as identify
from newsloom_schemas.languages import primary_language

MAX_LINKS: Final = 6
MIN_SHARED: Final = 3
SAME_STORY: Final = 0.20
TOPICAL: Final = 0.10
# Half of an article's weight fades with time; what is left keeps background worth linking.
FADING: Final = 0.5
FADING_DAYS: Final = 30.0
# A term in more than this share of articles says nothing, once there are enough articles to say so.
COMMON_SHARE: Final = 0.05
COMMON_FROM: Final = 30
# How much of its lemmas an article must account for when the other is in another language.
FOREIGN_LEMMAS: Final = 0.25
TITLE_MATCH: Final = 0.7
MIN_TITLE_WORDS: Final = 4
_STEM_CHARS: Final = 5
_WORD: Final = re.compile(r"\w+")


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
class RelatedQuery:
    """The article that links are wanted for. `at` decides about embargoes, so that a replay decides alike."""

    article_id: str
    source: str
    language: str
    published_at: datetime
    at: datetime
    keys: tuple[Key, ...]
    earlier: tuple[EarlierMention, ...] = ()


class RelatedIndex:
    """In-process and pure: the same articles in whatever order give the same links."""

    def __init__(self) -> None:
        self._articles: dict[str, IndexedArticle] = {}
        self._killed: set[str] = set()
        self._withheld: dict[str, int] = {}
        self._postings: defaultdict[str, set[str]] = defaultdict(set)
        self._titles: defaultdict[str, set[str]] = defaultdict(set)
        self._urls: defaultdict[str, set[str]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._articles)

    def wants(self, article_id: str, document_version: int) -> bool:
        """False for a killed article and for a state that is not newer than the known one."""
        known = self._articles.get(article_id)
        version = self._withheld.get(article_id, 0) if known is None else known.document_version
        return document_version > version and article_id not in self._killed

    def put(self, article: IndexedArticle) -> None:
        """Adds or replaces an article; a lower version than the known one is ignored."""
        if not self.wants(article.article_id, article.document_version):
            return
        self._forget(article.article_id)
        self._withheld.pop(article.article_id, None)
        self._articles[article.article_id] = article
        for table, term in self._entries(article):
            table[term].add(article.article_id)

    def withhold(self, article_id: str, document_version: int) -> None:
        """Removes an article until a newer state of it is put."""
        if self.wants(article_id, document_version):
            self._forget(article_id)
            self._withheld[article_id] = document_version

    def kill(self, article_id: str) -> None:
        """Removes an article for ever."""
        self._killed.add(article_id)
        self._forget(article_id)

    def query(self, query: RelatedQuery) -> tuple[RelatedLink, ...]:
        """Links to published articles, explicit mentions first, then the best scores; never to itself."""
        links = {link.article_id: link for link in self._mentioned(query)}
        for link in self._similar(query):
            links.setdefault(link.article_id, link)
        return tuple(links.values())[:MAX_LINKS]

    def _entries(self, article: IndexedArticle) -> Iterator[tuple[defaultdict[str, set[str]], str]]:
        yield from ((self._postings, key.term) for key in article.keys)
        yield from ((self._titles, stem) for stem in _title_stems(article.headline))
        yield from ((self._urls, url) for url in article.urls)

    def _forget(self, article_id: str) -> None:
        known = self._articles.pop(article_id, None)
        for table, term in self._entries(known) if known is not None else ():
            table[term].discard(article_id)
            if not table[term]:
                del table[term]

    def _is_open(self, article_id: str, query: RelatedQuery) -> bool:
        embargo = self._articles[article_id].embargo_until
        return article_id != query.article_id and (embargo is None or embargo <= query.at)

    def _mentioned(self, query: RelatedQuery) -> Iterator[RelatedLink]:
        for mention in query.earlier:
            found = self._resolve(mention, query)
            if found is not None and self._is_open(found[0], query):
                reason = reasons(query.language).mentioned
                yield RelatedLink(article_id=found[0], relation="earlier", score=found[1], reasons=(reason,))

    def _resolve(self, mention: EarlierMention, query: RelatedQuery) -> tuple[str, float] | None:
        if mention.external_id is not None:
            named = identify(query.source, mention.external_id)
            if named in self._articles:
                return named, 1.0
        if mention.url is not None and self._urls.get(mention.url):
            return min(self._urls[mention.url]), 1.0
        return self._by_title(mention.title, query)

    def _by_title(self, title: str, query: RelatedQuery) -> tuple[str, float] | None:
        """The article whose headline the mention repeats, word endings aside; the same source's first."""
        stems = _title_stems(title)
        if len(stems) < MIN_TITLE_WORDS:
            return None
        shared: defaultdict[str, int] = defaultdict(int)
        for stem in stems:
            for article_id in self._titles.get(stem, ()):
                shared[article_id] += 1
        matches = [
            (self._articles[other].source == query.source, _dice(count, stems, self._articles[other]), other)
            for other, count in sorted(shared.items())
            if other != query.article_id
        ]
        best = max((match for match in matches if match[1] >= TITLE_MATCH), default=None)
        return None if best is None else (best[2], round(0.9 * best[1], 3))

    def _similar(self, query: RelatedQuery) -> list[RelatedLink]:
        rarities = {key.term: self._rarity(key.term) for key in query.keys}
        telling = [key for key in query.keys if rarities[key.term] > 0]
        shared: defaultdict[str, list[Key]] = defaultdict(list)
        for key in telling:
            for article_id in self._postings.get(key.term, ()):
                shared[article_id].append(key)
        mass = _mass(telling, rarities)
        links = [
            link
            for article_id, keys in shared.items()
            if self._is_open(article_id, query)
            and (link := self._link(query, article_id, keys, rarities, mass)) is not None
        ]
        return sorted(links, key=lambda link: (-link.score, link.article_id))

    def _link(
        self,
        query: RelatedQuery,
        article_id: str,
        shared: Sequence[Key],
        rarities: Mapping[str, float],
        mass: tuple[float, float],
    ) -> RelatedLink | None:
        if len(shared) < MIN_SHARED or all(key.kind == "lemma" for key in shared):
            return None
        other = self._articles[article_id]
        same_language = primary_language(other.language) == primary_language(query.language)
        whole = mass[0] + mass[1] * (1.0 if same_language else FOREIGN_LEMMAS)
        likeness = sum(rarities[key.term] * key.weight for key in shared) / whole
        score = min(1.0, likeness * _recency(query.published_at, other.published_at))
        if score < TOPICAL:
            return None
        relation: Relation = "same-story" if score >= SAME_STORY else "topical"
        ranked = sorted(shared, key=lambda key: (-rarities[key.term] * key.weight, key.term))
        return RelatedLink(
            article_id=article_id,
            relation=relation,
            score=round(score, 3),
            reasons=reasons(query.language).shared(ranked),
        )

    def _rarity(self, term: str) -> float:
        """Inverse document frequency in nats; 0 for a term that too many articles have."""
        count, total = len(self._postings.get(term, ())), len(self._articles)
        if count > max(COMMON_FROM, COMMON_SHARE * total):
            return 0.0
        return math.log((total + 1) / max(count, 1)) if total else 0.0


def _mass(keys: Iterable[Key], rarities: Mapping[str, float]) -> tuple[float, float]:
    """Weight of all neutral keys, and of all lemmas."""
    neutral = lemmas = 0.0
    for key in keys:
        if key.kind == "lemma":
            lemmas += rarities[key.term] * key.weight
        else:
            neutral += rarities[key.term] * key.weight
    return neutral, lemmas


def _recency(mine: datetime, other: datetime) -> float:
    days = abs((mine - other).total_seconds()) / 86_400
    return 1 - FADING + FADING * math.exp(-days / FADING_DAYS)


def _title_stems(title: str) -> frozenset[str]:
    """Beginnings of a title's words: enough to see through Slavic endings."""
    return frozenset(
        word[:_STEM_CHARS].replace("ё", "е") for word in _WORD.findall(title.casefold()) if len(word) > 2
    )


def _dice(shared: int, stems: frozenset[str], other: IndexedArticle) -> float:
    return 2 * shared / (len(stems) + len(_title_stems(other.headline)))
