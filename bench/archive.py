"""A made-up archive for the related index: how often terms occur follows Zipf's law, as in real news.

What an article holds is what the labelled articles of 700 to 1,500 characters hold on average: 13 terms of
names and 9 of places (a name has up to three), 5 numbers, 32 lemmas, and a headline of 8 words.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from enrich.index.library import IndexedArticle
from enrich.index.wording import BINS
from enrich.index_keys import Key, KeyKind
from enrich.related import RelatedQuery

NAMES, PLACES, NUMBERS, LEMMAS, TITLES = 400_000, 20_000, 100_000, 80_000, 60_000
FIRST: Final = datetime(2016, 1, 1, tzinfo=UTC)
APART: Final = timedelta(minutes=5)


def articles(count: int, seed: str) -> Iterator[IndexedArticle]:
    """So many articles, the same for the same seed, each published five minutes after the one before."""
    chance = Random(seed)
    for number in range(count):
        yield IndexedArticle(
            article_id=str(UUID(int=chance.getrandbits(128))),
            document_version=1,
            source=f"outlet-{number % 40}",
            headline=" ".join(f"{rank:05d}" for rank in _ranks(chance, 8, TITLES)),
            language="ru",
            published_at=FIRST + number * APART,
            urls=(f"https://outlet-{number % 40}.example/{number}",),
            keys=tuple(_keys(chance)),
        )


def asked(article: IndexedArticle, name: str) -> RelatedQuery:
    """The question for links of an article of this text that the index does not hold."""
    return RelatedQuery(
        article_id=str(UUID(int=Random(name).getrandbits(128))),
        source=article.source,
        language=article.language,
        published_at=article.published_at,
        at=article.published_at,
        keys=article.keys,
    )


def _keys(chance: Random) -> Iterator[Key]:
    yield from _of_kind(chance, "n:", "name", 2, 13, NAMES)
    yield from _of_kind(chance, "geonames:", "place", 2, 10, PLACES)
    yield from _of_kind(chance, "d:", "number", 1, 5, NUMBERS)
    yield from _of_kind(chance, "l:ru:", "lemma", 1, 34, LEMMAS)
    yield Key(f"w:{160}:{chance.randbytes(BINS).hex()}", "wording", 0, "")


def _of_kind(chance: Random, prefix: str, kind: KeyKind, weight: int, count: int, many: int) -> Iterator[Key]:
    for rank in _ranks(chance, count, many):
        yield Key(f"{prefix}{rank}", kind, weight, str(rank))


def _ranks(chance: Random, count: int, many: int) -> set[int]:
    """Ranks of a vocabulary in which the term of rank r is used 1/r as often as the first."""
    return {int(math.exp(chance.random() * math.log(many))) for _ in range(count)}
